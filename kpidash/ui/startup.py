"""What must be true before the first visit, whichever way the server was started."""

import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit import config

from kpidash.ui import assets

NEEDED = {
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": True,
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
}
"""Under another ASGI server STREAMLIT_* variables are ignored, and a wrong folder means no config at all."""


SWITCH_S = 0.001
"""For how long a thread may keep the interpreter from others: a screen that is only compared with the data
must not wait for every screen that is made anew."""


class WrongStart(RuntimeError):  # noqa: N818 - reads as the message that people get
    """The server was started in a way that would leave it slow or careless."""


def check() -> None:
    """Raise WrongStart unless .streamlit/config.toml is in force."""
    wrong = [f"{name} is {config.get_option(name)!r}, not {value!r}" for name, value in NEEDED.items()
             if config.get_option(name) != value]  # fmt: skip
    if wrong:
        raise WrongStart(
            "The settings in .streamlit/config.toml are not in force; start the server in the folder that "
            f"holds app.py. {'; '.join(wrong)}."
        )


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Begin with what the first visit needs while the browser still loads."""
    sys.setswitchinterval(SWITCH_S)
    for work in (_warm, assets.warm):
        threading.Thread(target=work, name="kpidash-warm-up", daemon=True).start()
    yield


def _warm() -> None:
    """Import everything, follow the data, read the company once, and at last the drawing library."""
    from kpidash import settings
    from kpidash.charts import theme
    from kpidash.services import access, scorecards
    from kpidash.services.database import DatabaseUnavailable, SchemaOutdated, shared
    from kpidash.services.watching import watcher_of
    from kpidash.ui import shell  # noqa: F401 - brings all that screens import

    try:
        database = shared(settings.load())
        watcher_of(database)
        scorecards.scorecard(database, access.system_user("warm-up"))
    except (DatabaseUnavailable, SchemaOutdated):
        return  # the first visitor is told
    theme.load()

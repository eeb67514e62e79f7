"""What must be true before the first visit, whichever way the server was started."""

import ctypes
import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NoReturn

from streamlit import config, runtime

from kpidash import settings
from kpidash.settings import Settings
from kpidash.ui import assets, belongings, plain_state, same_theme

HEADER = "X-Kpidash-Session"
"""The header in which the gate hands on the id of the session."""
NEEDED = {
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": True,
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableAgentApi": False,
    "server.baseUrlPath": "",
    "server.trustedUserHeaders": {HEADER: belongings.KEY},
    "global.developmentMode": False,
}
"""Under another ASGI server STREAMLIT_* variables are ignored, and a wrong folder means no config at all."""


SWITCH_S = 0.001
"""For how long a thread may keep the interpreter from others: a screen that is only compared with the data
must not wait for every screen that is made anew."""


_M_ARENA_MAX, _ARENAS = -8, 2
"""glibc's name and our number of the pools of memory that threads share. Each run of a screen is a thread of
its own; with as many pools as glibc would make, memory grows until each has had its largest run."""


YOUNG = 10_000
"""Objects after which Python looks for cycles among the youngest. A screen makes as many and drops them:
looked for as often as by default they grow old, and all waits while it goes through whatever is old."""


WRONG_USE = 2
"""The exit code for what is set or started in a wrong way."""


class WrongStart(RuntimeError):  # noqa: N818 - reads as the message that people get
    """The server was started in a way that would leave it slow or careless."""


def found() -> Settings:
    """The settings; what is wrong with them is said in words, and ends the process."""
    try:
        return settings.load()
    except settings.WrongSetting as problem:
        _end(problem)


def check(given: Settings) -> None:
    """End the process unless .streamlit/config.toml is in force and the demo is for this machine alone."""
    try:
        _check(given)
    except WrongStart as problem:
        _end(problem)


def _check(given: Settings) -> None:
    wrong = [f"{name} is {config.get_option(name)!r}, not {value!r}" for name, value in NEEDED.items()
             if config.get_option(name) != value]  # fmt: skip
    if wrong:
        raise WrongStart(
            "The settings in .streamlit/config.toml are not in force; start the server in the folder that "
            f"holds app.py. {'; '.join(wrong)}."
        )
    address = config.get_option("server.address") or "every address"
    if given.auth == "demo" and not settings.is_loopback(address):
        raise WrongStart(
            "In the demo everybody is whoever they choose, so it listens on this machine alone, not on "
            f"{address}. Leave the address away, or let people sign in: KPIDASH_AUTH=local or oidc."
        )


def _end(problem: Exception) -> NoReturn:
    sys.stderr.write(f"kpidash does not start. {problem}\n")
    sys.exit(WRONG_USE)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Begin with what the first visit needs while the browser still loads."""
    sys.setswitchinterval(SWITCH_S)
    with suppress(AttributeError, OSError):  # other systems manage their memory otherwise
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
    belongings.watch(runtime.get_instance().media_file_mgr)
    same_theme.make_once()
    plain_state.present_what_is_listened_to()
    for work in (_warm, assets.warm):
        threading.Thread(target=work, name="kpidash-warm-up", daemon=True).start()
    yield


def _warm() -> None:
    """Import everything, follow the data, read the company once, and at last settle down."""
    from kpidash.charts import theme
    from kpidash.services import access, scorecards
    from kpidash.services.database import DatabaseUnavailable, SchemaOutdated, shared
    from kpidash.services.processors import processors
    from kpidash.services.watching import watcher_of
    from kpidash.ui import shell  # noqa: F401 - brings all that screens import

    with suppress(DatabaseUnavailable, SchemaOutdated):  # the first visitor is told
        database = shared(settings.load())
        watcher_of(database)
        scorecards.scorecard(database, access.system_user("warm-up"))
    theme.load()
    collect_rarely()
    processors.share_one()


def collect_rarely() -> None:
    """What is there by now stays, and is not searched for cycles again; new things are, in larger lots."""
    gc.freeze()
    gc.set_threshold(YOUNG)

"""The web app: `kpidash serve`, `streamlit run app.py` and `uvicorn app:app` all serve this."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from kpidash.api import measures, places, probes
from kpidash.api.entrance import local
from kpidash.api.gate import Gate
from kpidash.api.v1 import routes as v1
from kpidash.services import tracing
from kpidash.services.database import Database, shared
from kpidash.services.watching import Watcher, watcher_of
from kpidash.ui import asking, assets, belongings, document, entrance_style, promptly, startup, trouble
from kpidash.ui.address import PAGES
from kpidash.ui.followers import followers

SETTINGS = startup.found()


def database() -> Database:
    """The one database of this process."""
    return shared(SETTINGS)


def watcher() -> Watcher:
    """What knows how new the data is; probes ask it, as screens do."""
    return watcher_of(database())


tracing.configure(SETTINGS.log)
COUNTED = frozenset({*PAGES, "healthz", "readyz", "metrics", "sign-in", "sign-out"})
ROUTES = [
    *probes.routes(watcher),
    *measures.routes(watcher),
    *document.routes(),
    *v1.routes(database),
]
STYLE = entrance_style.publish()
SCREENS = belongings.Belongings()
ENTRANCE = local.routes(database, SETTINGS, style=STYLE)
if SETTINGS.oidc is not None:
    from kpidash.api.entrance import oidc  # brings cryptography along, which others need not wait for

    ENTRANCE += oidc.routes(database, SETTINGS, style=STYLE)
app = st.App(
    Path(__file__).parent / "kpidash" / "ui" / "main.py",
    routes=[*ROUTES, *ENTRANCE],
    middleware=[
        Middleware(promptly.Promptly),
        Middleware(measures.Measured, pages=COUNTED),  # only counts; nothing is answered before the gate
        Middleware(
            Gate,
            settings=SETTINGS,
            database=database,
            pages=places.pages_of(ROUTES),
            screens=SCREENS,
        ),
        Middleware(asking.Asking, followers=followers, acts=SCREENS.acts),
        Middleware(assets.Assets),
    ],
    lifespan=startup.lifespan,
    on_script_error=trouble.explain,
)
startup.check(SETTINGS)

"""The web app: `kpidash serve`, `streamlit run app.py` and `uvicorn app:app` all serve this."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from kpidash import settings
from kpidash.api import measures, probes
from kpidash.api.v1 import routes as v1
from kpidash.services import tracing
from kpidash.services.database import shared
from kpidash.services.watching import Watcher, watcher_of
from kpidash.ui import assets, document, gate, startup, trouble
from kpidash.ui.address import PAGES


def watcher() -> Watcher:
    """What knows how new the data is; probes ask it, as screens do."""
    return watcher_of(shared(settings.load()))


tracing.configure(settings.load().log)
COUNTED = frozenset({*PAGES, "healthz", "readyz", "metrics"})
GATE = [Middleware(gate.DemoGate)] if settings.load().auth == "demo" else []
app = st.App(
    Path(__file__).parent / "kpidash" / "ui" / "main.py",
    routes=[
        *probes.routes(watcher),
        *measures.routes(watcher),
        *document.routes(),
        *v1.routes(lambda: shared(settings.load())),
    ],
    middleware=[Middleware(measures.Measured, pages=COUNTED), *GATE, Middleware(assets.Assets)],
    lifespan=startup.lifespan,
    on_script_error=trouble.explain,
)
startup.check()

"""The web app: `kpidash serve`, `streamlit run app.py` and `uvicorn app:app` all serve this."""

from functools import cache
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from kpidash import settings
from kpidash.api import measures, probes
from kpidash.services.database import Database, open_database
from kpidash.ui import assets, document, gate, startup, trouble
from kpidash.ui.address import PAGES


@cache
def database() -> Database:
    """The database that probes ask; screens have their own connections to it."""
    return open_database(settings.load().database_url)


COUNTED = frozenset({*PAGES, "healthz", "readyz", "metrics"})
GATE = [Middleware(gate.DemoGate)] if settings.load().auth == "demo" else []
app = st.App(
    Path(__file__).parent / "kpidash" / "ui" / "main.py",
    routes=[*probes.routes(database), *measures.routes(database), *document.routes()],
    middleware=[Middleware(measures.Measured, pages=COUNTED), *GATE, Middleware(assets.Assets)],
    lifespan=startup.lifespan,
    on_script_error=trouble.explain,
)
startup.check()

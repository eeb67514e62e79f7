"""The web app: `kpidash serve`, `streamlit run app.py` and `uvicorn app:app` all serve this."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.middleware import Middleware

from kpidash import settings
from kpidash.api import measures, probes
from kpidash.services import tracing
from kpidash.ui import assets, document, gate, promptly, startup, trouble
from kpidash.ui.address import PAGES

if TYPE_CHECKING:
    from kpidash.services.watching import Watcher


def watcher() -> "Watcher":
    """What knows how new the data is; probes ask it, as screens do."""
    from kpidash.services.database import shared  # pandas and SQLAlchemy: when somebody asks
    from kpidash.services.watching import watcher_of

    return watcher_of(shared(settings.load()))


tracing.configure(settings.load().log)
COUNTED = frozenset({*PAGES, "healthz", "readyz", "metrics"})
GATE = [Middleware(gate.DemoGate)] if settings.load().auth == "demo" else []
app = st.App(
    Path(__file__).parent / "kpidash" / "ui" / "main.py",
    routes=[*probes.routes(watcher), *measures.routes(watcher), *document.routes()],
    middleware=[
        Middleware(promptly.Promptly),
        Middleware(measures.Measured, pages=COUNTED),
        *GATE,
        Middleware(assets.Assets),
    ],
    lifespan=startup.lifespan,
    on_script_error=trouble.explain,
)
startup.check()

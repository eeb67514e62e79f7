"""The web app: `kpidash serve`, `streamlit run app.py` and `uvicorn app:app` all serve this."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kpidash import settings
from kpidash.ui import assets, document, gate, startup, trouble


async def health(_request: Request) -> JSONResponse:
    """Answers as long as the process lives; asks nothing of the database."""
    return JSONResponse({"status": "ok"})


GATE = [Middleware(gate.DemoGate)] if settings.load().auth == "demo" else []
app = st.App(
    Path(__file__).parent / "kpidash" / "ui" / "main.py",
    routes=[Route("/healthz", health), *document.routes()],
    middleware=[*GATE, Middleware(assets.Assets)],
    lifespan=startup.lifespan,
    on_script_error=trouble.explain,
)
startup.check()

"""The document in which the app starts: Streamlit's own, told our name and where its server is.

Without that a deep link (/kpi?code=…) first asks for the server below /kpi, which costs two requests and
writes two errors into the browser's console.
"""

from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from kpidash.ui.address import PAGES

_HERE = "<script>window.__streamlit = { BACKEND_BASE_URL: window.location.origin + '/' }</script>"
_FONT = (
    '<link rel="preload" href="./app/static/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin>'
)


def document() -> str:
    """Streamlit's index.html with our title, our font and the address of the server."""
    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    before, _, rest = text.partition('<link\n      rel="preload"')
    _, _, after = rest.partition("/>")
    text = f"{before}{_FONT}{after}" if after else text
    return text.replace("<title>Streamlit</title>", f"<title>kpidash</title>{_HERE}", 1)


def routes() -> list[Route]:
    """A route for the address of every page."""
    page = document()

    async def answer(_request: Request) -> HTMLResponse:
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    return [Route(f"/{address}", answer, methods=["GET", "HEAD"]) for address in PAGES]

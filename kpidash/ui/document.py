"""The document in which the app starts: Streamlit's own, told our name and where its server is.

Without that a deep link (/kpi?code=…) first asks for the server below /kpi, which costs two requests and
writes two errors into the browser's console.
"""

import re
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from kpidash.ui import assets
from kpidash.ui.address import PAGES

_SCRIPT = Path(__file__).parent / "static" / "document.js"
_FONT = (
    '<link rel="preload" href="./app/static/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin>'
)
_OURS = assets.publish("document.js", _SCRIPT.read_text(encoding="utf-8"))
_INLINE = re.compile(r"\s*<script>.*?</script>", re.DOTALL)
_FOR_PROGRAMS = re.compile(
    r'\s*<link rel="service-desc"[^>]*>|\s*<p>\s*Reading this without.*(?=\s*</noscript>)', re.DOTALL
)


def document() -> str:
    """Streamlit's index.html with our title, font and script.

    It has no script of its own any more, which the security policy would not run, and does not speak of an
    interface for programs that is off.
    """
    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    text = _FOR_PROGRAMS.sub("", _INLINE.sub("", text))
    before, _, rest = text.partition('<link\n      rel="preload"')
    _, _, after = rest.partition("/>")
    text = f"{before}{_FONT}{after}" if after else text
    ours = f'<title>kpidash</title><script src="{_OURS}"></script>'
    return text.replace("<title>Streamlit</title>", ours, 1)


def routes() -> list[Route]:
    """A route for the address of every page."""
    page = document()

    async def answer(_request: Request) -> HTMLResponse:
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})

    return [Route(f"/{address}", answer, methods=["GET", "HEAD"]) for address in PAGES]

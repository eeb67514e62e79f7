"""The document in which the app starts: Streamlit's own, told our name and where its server is.

Without that a deep link (/kpi?code=…) first asks for the server below /kpi, which costs two requests and
writes two errors into the browser's console. It is told, too, what it would ask the server before it opens
its websocket, and what it is about to need (kpidash/ui/preloads.py).
"""

import json
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import config

from kpidash.ui import assets, preloads
from kpidash.ui.address import PAGES

_HERE = (
    "<script>window.__streamlit = {{ BACKEND_BASE_URL: window.location.origin + '/', HOST_CONFIG: {} }}"
    "</script>"
)
_FONT = '<link rel="preload" href=".{}" as="font" type="font/woff2" crossorigin>'


def document(page: str) -> str:
    """What stands at the address of a page."""
    return _document(page, assets.published())


@lru_cache(maxsize=4 * len(PAGES))
def _document(page: str, _published: tuple[str, ...]) -> str:
    """Streamlit's index.html with our title, our font, the address of the server, and hints."""
    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    before, _, rest = text.partition('<link\n      rel="preload"')
    _, _, after = rest.partition("/>")
    text = f"{before}{_FONT.format(assets.font('inter-latin'))}{after}" if after else text
    text = text.replace("</head>", f"{preloads.hints(page, text)}</head>", 1)
    here = _HERE.format(json.dumps(_host_config()))
    return text.replace("<title>Streamlit</title>", f"<title>kpidash</title>{here}", 1)


def _host_config() -> dict[str, object]:
    """What /_stcore/host-config answers: nobody embeds the app, and Streamlit's own hosts are told apart."""
    return {
        "allowedOrigins": list(config.get_option("client.allowedOrigins")),
        "useExternalAuthToken": False,
        "enableCustomParentMessages": False,
        "enforceDownloadInNewTab": False,
        "metricsUrl": "",
        "blockErrorDialogs": False,
        "resourceCrossOriginMode": None,
    }


def routes() -> list[Route]:
    """A route for the address of every page."""

    async def answer(request: Request) -> HTMLResponse:
        page = request.url.path.removeprefix("/")
        return HTMLResponse(document(page), headers={"Cache-Control": "no-cache"})

    return [Route(f"/{address}", answer, methods=["GET", "HEAD"]) for address in PAGES]

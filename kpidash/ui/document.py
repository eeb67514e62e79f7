"""The document in which the app starts: Streamlit's own, told our name and where its server is.

Without that a deep link (/kpi?code=…) first asks for the server below /kpi, which costs two requests and
writes two errors into the browser's console. It is told, too, what it would ask the server before it opens
its websocket, and what it is about to need (kpidash/ui/preloads.py).
"""

import json
import re
from functools import lru_cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from streamlit import config

from kpidash.ui import assets, preloads
from kpidash.ui.address import PAGES

_SCRIPT = Path(__file__).parent / "static" / "document.js"
_FONT = '<link rel="preload" href=".{}" as="font" type="font/woff2" crossorigin>'
_INLINE = re.compile(r"\s*<script>.*?</script>", re.DOTALL)
_FOR_PROGRAMS = re.compile(
    r'\s*<link rel="service-desc"[^>]*>|\s*<p>\s*Reading this without.*(?=\s*</noscript>)', re.DOTALL
)


def document(page: str) -> str:
    """What stands at the address of a page."""
    return _document(page, assets.published())


@lru_cache(maxsize=4 * len(PAGES))
def _document(page: str, _published: tuple[str, ...]) -> str:
    """Streamlit's index.html with our title, font and script, and hints.

    It has no script of its own any more, which the security policy would not run, and does not speak of an
    interface for programs that is off.
    """
    text = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    text = _FOR_PROGRAMS.sub("", _INLINE.sub("", text))
    before, _, rest = text.partition('<link\n      rel="preload"')
    _, _, after = rest.partition("/>")
    text = f"{before}{_FONT.format(assets.font('inter-latin'))}{after}" if after else text
    text = text.replace("</head>", f"{preloads.hints(page, text)}</head>", 1)
    ours = f'<title>kpidash</title><script src="{_script()}"></script>'
    return text.replace("<title>Streamlit</title>", ours, 1)


@lru_cache(maxsize=1)
def _script() -> str:
    """The address of our script, which holds what /_stcore/host-config would answer."""
    text = _SCRIPT.read_text(encoding="utf-8")
    return assets.publish("document.js", text.replace("HOST_CONFIG_HERE", json.dumps(_host_config()), 1))


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

    _script()  # published before the first visit
    return [Route(f"/{address}", answer, methods=["GET", "HEAD"]) for address in PAGES]

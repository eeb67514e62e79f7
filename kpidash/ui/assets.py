"""Scripts and styles, Streamlit's and our own, compressed once and then kept: a first visit has 10 MB.

Streamlit serves them as they are and leaves the rest to a proxy; without one a slow line waits for seconds.
Their names carry a digest of their content, so a browser may keep them for good.
"""

import asyncio
import gzip
import hashlib
from functools import lru_cache
from pathlib import Path, PurePosixPath

import brotli
import streamlit
from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kpidash.services.processors import processors

FOLDER = Path(streamlit.__file__).parent / "static" / "static"
PREFIX = "/static/"
FONTS, FONT_PREFIX = Path(__file__).parent / "static" / "fonts", "/app/static/fonts/"
"""Our fonts, which .streamlit/config.toml names; Streamlit serves them, and has them asked for again."""
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
COMPRESSIBLE = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
"""Media types by the end of the name: what a machine knows of them differs."""
MISSING = "There is no such file.\n"
BROTLI, GZIP = 5, 6
"""Levels of compression: beyond these a megabyte takes seconds for a few percent."""
_PUBLISHED: dict[str, bytes] = {}
FIRST = ("index.", "protobuf.", "PlotlyChart.")
"""How the names of the large files begin that every first visit needs."""


class Assets:
    """Answers for the files in front of Streamlit's own route, which no other may take the place of."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for something else."""
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        elif path.startswith(PREFIX):
            answer = await _answer(path.removeprefix(PREFIX), Headers(scope=scope))
            await answer(scope, receive, send)
        elif path.startswith(FONT_PREFIX) and path.endswith(".woff2"):
            await _font(path.removeprefix(FONT_PREFIX))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def font(stem: str) -> str:
    """The address of a font of ours, whose name carries its digest."""
    return FONT_PREFIX + next(FONTS.glob(f"{stem}.*.woff2")).name


def publish(name: str, text: str) -> str:
    """The address at which the text is served from now on, under a name with its digest."""
    stem, _, ending = name.rpartition(".")
    content = text.encode()
    named = f"own/{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
    _PUBLISHED[named] = content
    return PREFIX + named


def published() -> tuple[str, ...]:
    """The names of all that was published, below PREFIX."""
    return tuple(_PUBLISHED)


async def _answer(name: str, asked: Headers) -> Response:
    """A file in the best encoding that the browser takes; parts of files as they are."""
    path = _files().get(name)
    if path is None and name not in _PUBLISHED:
        return PlainTextResponse(MISSING, status_code=404)
    kind = COMPRESSIBLE.get(PurePosixPath(name).suffix)
    encoding = _encoding(asked) if kind else None
    if path and (encoding is None or "range" in asked):
        return FileResponse(path, headers=KEPT, media_type=kind)
    tag = f'"{name}-{encoding}"'
    headers = {**KEPT, "ETag": tag} | ({"Content-Encoding": encoding} if encoding else {})
    if tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = await asyncio.to_thread(compressed, name, encoding)
    return Response(content, media_type=kind, headers=headers)


def _font(name: str) -> Response:
    """A font, which nothing makes smaller."""
    if name not in {path.name for path in FONTS.glob("*.woff2")}:
        return PlainTextResponse(MISSING, status_code=404)
    return FileResponse(
        FONTS / name, headers={"Cache-Control": KEPT["Cache-Control"]}, media_type="font/woff2"
    )


def warm() -> None:
    """Compress what every first visit needs before somebody waits for it."""
    processors.spread()
    for name in (*_PUBLISHED, *_files()):
        path = PurePosixPath(name)
        if path.suffix in COMPRESSIBLE and (name in _PUBLISHED or path.name.startswith(FIRST)):
            compressed(name, "br")


@lru_cache(maxsize=2048)  # more than there are files in all encodings: nobody can fill this
def compressed(name: str, encoding: str | None) -> bytes:
    """The content of a file as it is, as `br` or as `gzip`."""
    content = _PUBLISHED[name] if name in _PUBLISHED else _files()[name].read_bytes()
    if encoding == "br":
        return bytes(brotli.compress(content, quality=BROTLI))
    return gzip.compress(content, GZIP, mtime=0) if encoding else content


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    """Every file by the name it is asked for; what is not in here is nowhere."""
    return {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}


def _encoding(headers: Headers) -> str | None:
    """`br` or `gzip`, or None where the browser takes neither."""
    offered = [one.partition(";") for one in headers.get("accept-encoding", "").lower().split(",")]
    taken = {name.strip() for name, _, rest in offered if rest.replace(" ", "") not in {"q=0", "q=0.0"}}
    return next((one for one in ("br", "gzip") if one in taken), None)

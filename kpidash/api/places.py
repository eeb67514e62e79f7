"""What an address is, and so who may ask for it: a list of what there is; all else is nowhere.

An address is taken apart once, here; one that could be read in two ways is refused before others read it.
"""

import re
from collections.abc import Collection
from enum import Enum, auto
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.types import Scope


class Place(Enum):
    """Kinds of addresses."""

    PROBE = auto()
    METRICS = auto()
    ENTRANCE = auto()
    """Signing in and out, and one-time links."""
    ASSET = auto()
    """Scripts, styles and fonts, the same for everybody."""
    API = auto()
    STREAM = auto()
    """The websocket of a screen."""
    UPLOAD = auto()
    MEDIA = auto()
    INNER = auto()
    """What a screen asks for while it starts."""
    PAGE = auto()
    NOWHERE = auto()


OPEN = frozenset({Place.PROBE, Place.ENTRANCE, Place.ASSET})
"""What answers without a session."""

_EXACT = {
    "/healthz": Place.PROBE,
    "/readyz": Place.PROBE,
    "/metrics": Place.METRICS,
    "/sign-in": Place.ENTRANCE,
    "/sign-out": Place.ENTRANCE,
    "/favicon.png": Place.ASSET,
    "/favicon.ico": Place.ASSET,
    "/_stcore/stream": Place.STREAM,
    "/_stcore/health": Place.INNER,
    "/_stcore/host-config": Place.INNER,
}
_BELOW = {
    "/sign-in/": Place.ENTRANCE,
    "/link/": Place.ENTRANCE,
    "/static/": Place.ASSET,
    "/app/static/": Place.ASSET,
    "/api/": Place.API,
    "/_stcore/upload_file/": Place.UPLOAD,
    "/_stcore/bidi-components/": Place.INNER,
    "/media/": Place.MEDIA,
}
_TAKEN = frozenset({"static", "app", "media", "_stcore", "component", "api", "auth", "oauth2callback"})
"""First parts of addresses that no page can have."""
_AMBIGUOUS = re.compile(rb"%(2e|2f|5c|25|3b|[01][0-9a-f]|7f)", re.IGNORECASE)
"""Escapes of dots, slashes, per cents, semicolons and control characters: no address of ours needs one."""
_ODD = re.compile(r"[\x00-\x1f\x7f;\\]|//|(?:^|/)\.|\.(?:/|$)")


def path_of(scope: Scope) -> str | None:
    """The path of an address that can be read in one way alone; None for any other."""
    path = str(scope.get("path", ""))
    raw = scope.get("raw_path") or path.encode("utf-8", "surrogateescape")
    raw = raw.partition(b"?")[0]
    if not path.startswith("/") or not raw.startswith(b"/") or _AMBIGUOUS.search(raw) or _ODD.search(path):
        return None
    try:
        return path if unquote_to_bytes(raw).decode() == path else None
    except UnicodeDecodeError:
        return None


def place_of(path: str, pages: Collection[str]) -> Place:
    """What is at a path; `pages` are the first parts of the addresses of pages and exports."""
    if path in _EXACT:
        return _EXACT[path]
    for beginning, place in _BELOW.items():
        if path.startswith(beginning):
            return place
    first = path[1:].partition("/")[0]
    return Place.PAGE if first in pages and first not in _TAKEN else Place.NOWHERE


def pages_of(routes: Collection[Any]) -> frozenset[str]:
    """The first parts of the addresses of routes."""
    return frozenset(route.path[1:].partition("/")[0] for route in routes)


def inside(address: str | None) -> str:
    """Where to go after signing in: the path and query that were asked for; `/` where they lead elsewhere."""
    wanted = address or "/"
    if not wanted.startswith("/") or wanted[1:2] in {"/", "\\"} or re.search(r"[\x00-\x20\x7f\\]", wanted):
        return "/"
    parts = urlsplit(wanted)
    entrance = place_of(parts.path, ()) is not Place.NOWHERE
    return "/" if parts.scheme or parts.netloc or entrance else wanted

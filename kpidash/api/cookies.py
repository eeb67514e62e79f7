"""The cookie of a session: it holds the token and nothing else, and no script can read it.

Over https its name begins with `__Host-`: browsers then take it from this very host alone, not from a
neighbour below the same domain. It lasts as long as the browser, and on the server as long as its session.
"""

import re

from starlette.datastructures import Headers
from starlette.responses import Response

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}")


def name(*, https: bool) -> str:
    """What the cookie is called."""
    return "__Host-kpidash" if https else "kpidash"


def read(headers: Headers, *, https: bool) -> str | None:
    """The token that a browser sends; None where there is none, or more than one to choose from."""
    wanted, found = name(https=https), set[str]()
    for header in headers.getlist("cookie"):
        for one in header.split(";"):
            called, _, value = one.strip().partition("=")
            if called == wanted:
                found.add(value)
    token = found.pop() if len(found) == 1 else ""
    return token if _TOKEN.fullmatch(token) else None


def give(response: Response, token: str, *, https: bool) -> None:
    """Let the browser keep the token."""
    response.set_cookie(name(https=https), token, path="/", secure=https, httponly=True, samesite="lax")


def take_away(response: Response, *, https: bool) -> None:
    """Let the browser forget the token."""
    response.delete_cookie(name(https=https), path="/", secure=https, httponly=True, samesite="lax")

"""Requests that come from other sites: only links to pages may."""

from starlette.datastructures import Headers

from kpidash.api.places import OPEN, Place
from kpidash.api.refusals import Refusal
from kpidash.settings import Settings, is_loopback

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def check_host(headers: Headers, found: Settings) -> None:
    """Raise Refusal unless the request is meant for this host; in the demo, for this machine."""
    named = headers.getlist("host")
    host = named[0].casefold() if len(named) == 1 else ""
    if host and (host in hosts(found) or (found.auth == "demo" and is_loopback(without_port(host)))):
        return
    raise Refusal(400, "This server has another name.")


def check_origin(headers: Headers, found: Settings, *, method: str, place: Place) -> None:
    """Raise Refusal for what another site lets a browser ask; `method` is empty for a websocket."""
    site = headers.get("sec-fetch-site")
    if method in SAFE:
        # A page may be opened from a link anywhere; nothing may be taken from here into another page.
        opened = place is Place.PAGE and headers.get("sec-fetch-mode") == "navigate"
        allowed = place in OPEN or opened or site not in {"cross-site", "same-site"}
    elif place is Place.API and has_token(headers):
        allowed = True  # no browser adds a token by itself
    else:
        allowed = site in {None, "same-origin", "none"} and _own(headers, found, websocket=not method)
    if not allowed:
        raise Refusal(403, "Another site asked for this.")


def has_token(headers: Headers) -> bool:
    """Whether a request shows a token, good or not."""
    return headers.get("authorization", "").casefold().startswith("bearer ")


def _own(headers: Headers, found: Settings, *, websocket: bool) -> bool:
    """Whether the page that asks is one of ours, as the browser says."""
    origin = headers.get("origin")
    if origin is None and found.auth == "demo":
        return True  # programs on this machine
    if origin is None or origin == "null":
        # A page that sends no referrer sends no origin with a form, but the browser still says whose it is.
        return not websocket and headers.get("sec-fetch-site") == "same-origin"
    scheme, _, host = origin.casefold().partition("://")
    if found.auth == "demo":
        return scheme in {"http", "https"} and host == headers.get("host", "").casefold()
    return scheme == ("https" if found.https else "http") and host in hosts(found)


def hosts(found: Settings) -> frozenset[str]:
    """How browsers may write the host: with the usual port or without."""
    if found.host is None:
        return frozenset()
    bare = without_port(found.host) == found.host
    usual = ":443" if found.https else ":80"
    return frozenset({found.host, found.host + usual} if bare else {found.host})


def without_port(host: str) -> str:
    """A host without the port: `localhost` for `localhost:8501`, `[::1]` for `[::1]:8501`."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() and not name.endswith(":") else host

"""What runs here in numbers, for Prometheus: requests, open screens, and how far the data has come.

Labels have few values, whatever people ask for: an address counts as the route that it belongs to.
"""

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpidash.services.failures import DatabaseUnavailable, SchemaOutdated
from kpidash.services.tracing import HEADER, traced

if TYPE_CHECKING:
    from kpidash.services.watching import Watcher

REQUESTS = Counter("kpidash_requests", "Requests answered.", ("route", "method", "status"))
SECONDS = Histogram("kpidash_request_seconds", "From a request to the end of its answer.", ("route",))
OPEN = Gauge("kpidash_open_screens", "Browser tabs connected by websocket now.")
REACHABLE = Gauge("kpidash_database_up", "1 where the database answers with this version's schema.")
LISTENING = Gauge("kpidash_listening", "1 where the database tells of changes, 0 where it is asked for them.")
BEHIND = Gauge("kpidash_revisions_behind", "Changes that screens had not noticed when this was read.")
REVISION = Gauge("kpidash_data_revision", "Raised by one with each change of the data.")
READS = Gauge(
    "kpidash_replica_reads",
    "Transactions that a replica took, and those it was not ready for.",
    ("answer",),
)
CHANGED = Gauge("kpidash_data_changed_timestamp_seconds", "When the data changed last, Unix time.")

_log = logging.getLogger("kpidash.api")
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FOLDERS = frozenset({"api", "static", "app", "media", "_stcore", "component", "link"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measured:
    """Counts and times every request, and gives each an id: the caller's own where that is a plain one."""

    def __init__(self, app: ASGIApp, pages: frozenset[str]) -> None:
        self._app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, watching."""
        if scope["type"] == "http":
            number = _number(scope)
            with traced(number):
                await self._answer(scope, receive, send, number)
        elif scope["type"] == "websocket":
            with traced(_number(scope)), OPEN.track_inprogress():
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, number: str) -> None:
        status, begun = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = route_of(scope["path"], self._pages)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            took = time.perf_counter() - begun
            REQUESTS.labels(route, method, str(status)).inc()
            SECONDS.labels(route).observe(took)
            facts = {"route": route, "method": method, "status": status, "ms": round(1000 * took, 1)}
            _log.info("request", extra=facts)


def _number(scope: Scope) -> str:
    """The request's id, which whoever answers it finds in its headers too."""
    given = Headers(scope=scope).get(HEADER, "")
    number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
    name = HEADER.lower().encode()
    others = [one for one in scope["headers"] if one[0] != name]
    scope["headers"] = [*others, (name, number.encode())]
    return number


def route_of(path: str, pages: frozenset[str]) -> str:
    """The label of an address: a page or a probe by itself, all below a known folder together, else other."""
    first, _, rest = path.lstrip("/").partition("/")
    if first in pages and not rest:
        return f"/{first}"
    return f"/{first}/" if first in _FOLDERS else "other"


def routes(watcher: Callable[[], "Watcher"]) -> list[Route]:
    """`/metrics` in Prometheus' text format; the database is asked once for each reading."""

    async def answer(_request: Request) -> Response:
        await asyncio.to_thread(_look, watcher)
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", answer)]


def _look(watcher: Callable[[], "Watcher"]) -> None:
    """Ask the database; what the watcher knew before tells how far screens were behind."""
    try:
        found = watcher()
        known = found.known.latest
        found.look()
    except (DatabaseUnavailable, SchemaOutdated):
        REACHABLE.set(0)
        return
    REACHABLE.set(1)
    LISTENING.set(found.listening)
    if (replica := found.database.replica) is not None:
        READS.labels("taken").set(replica.served)
        READS.labels("declined").set(replica.declined)
    BEHIND.set(found.known.latest.revision - known.revision if known.revision >= 0 else 0)
    REVISION.set(found.known.latest.revision)
    CHANGED.set(found.known.latest.at.timestamp())

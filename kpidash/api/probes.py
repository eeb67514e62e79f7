"""Whether this process lives and can serve: what a load balancer asks before it sends anybody here.

Both answer without a sign-in, so they say what is wrong in kind and no address, name or number of the data.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kpidash.services.failures import DatabaseUnavailable, SchemaOutdated

if TYPE_CHECKING:
    from kpidash.services.watching import Watcher

_log = logging.getLogger("kpidash.api")
NOT_CACHED = {"Cache-Control": "no-store"}


def routes(watcher: Callable[[], "Watcher"]) -> list[Route]:
    """`/healthz` and `/readyz`; `watcher` gives that of the process' database when it is asked for."""

    async def health(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=NOT_CACHED)

    async def ready(_request: Request) -> JSONResponse:
        found = await asyncio.to_thread(readiness, watcher)
        return JSONResponse(found, 200 if found["status"] == "ready" else 503, headers=NOT_CACHED)

    return [Route("/healthz", health), Route("/readyz", ready)]


def readiness(watcher: Callable[[], "Watcher"]) -> dict[str, str]:
    """`status` is "ready" or "not ready"; `database`, `schema` and `listener` say in few words what they are.

    The listener is "listening" where the database tells of changes, "looking" where it is asked for them.
    """
    try:
        found = watcher()
        found.look()
    except SchemaOutdated as problem:
        _log.warning("not ready: %s", problem)
        return _not_ready("ok", "missing or of another version")
    except DatabaseUnavailable as problem:
        _log.warning("not ready: %s", problem)
        return _not_ready("does not answer", "not known")
    listener = "listening" if found.listening else "looking"
    return {"status": "ready", "database": "ok", "schema": "ok", "listener": listener}


def _not_ready(database: str, schema: str) -> dict[str, str]:
    return {"status": "not ready", "database": database, "schema": schema, "listener": "not known"}

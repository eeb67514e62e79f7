"""Whether this process lives and can serve: what a load balancer asks before it sends anybody here.

Both answer without a sign-in, so they say what is wrong in kind and no address, name or number of the data.
"""

import asyncio
import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated

_log = logging.getLogger("kpidash.api")
NOT_CACHED = {"Cache-Control": "no-store"}


def routes(database: Callable[[], Database]) -> list[Route]:
    """`/healthz` and `/readyz`; `database` gives the process' database when it is asked for."""

    async def health(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=NOT_CACHED)

    async def ready(_request: Request) -> JSONResponse:
        found = await asyncio.to_thread(readiness, database)
        return JSONResponse(found, 200 if found["status"] == "ready" else 503, headers=NOT_CACHED)

    return [Route("/healthz", health), Route("/readyz", ready)]


def readiness(database: Callable[[], Database]) -> dict[str, str]:
    """`status` is "ready" or "not ready"; `database` and `schema` say in a few words what they are."""
    try:
        database().revision()
    except SchemaOutdated as problem:
        _log.warning("not ready: %s", problem)
        return {"status": "not ready", "database": "ok", "schema": "missing or of another version"}
    except DatabaseUnavailable as problem:
        _log.warning("not ready: %s", problem)
        return {"status": "not ready", "database": "does not answer", "schema": "not known"}
    return {"status": "ready", "database": "ok", "schema": "ok"}

"""What both ways in share: work off the event loop, the session of before, and the pages of leaving."""

from collections.abc import Callable
from typing import Any, TypeVar

import anyio
from starlette.requests import Request
from starlette.responses import Response

from kpidash.api import cookies
from kpidash.api.entrance.pages import Pages, onward
from kpidash.api.gate import SESSION
from kpidash.services import sessions
from kpidash.services.database import Database
from kpidash.services.signing_in import Visit

UNAVAILABLE = 503
_WORKERS = 8
"""Threads that prove passwords or wait for a provider: the rest of the application keeps its own."""

Result = TypeVar("Result")


class Doorway:
    """The handlers that do not depend on how people prove who they are."""

    def __init__(self, database: Callable[[], Database], pages: Pages, *, https: bool) -> None:
        self._database = database
        self._pages = pages
        self._https = https
        self._limiter: anyio.CapacityLimiter | None = None

    async def ask_leave(self, request: Request) -> Response:
        """A button: a link alone signs nobody out."""
        return self._pages.page("leave.html") if SESSION in request.scope else onward("/sign-in")

    async def _end_former(self, request: Request) -> bool:
        """End the session that the browser had; False where it had none."""
        token = cookies.read(request.headers, https=self._https)
        return token is not None and await self._work(sessions.leave, self._database(), token)

    def _unavailable(self) -> Response:
        return self._pages.page("unavailable.html", UNAVAILABLE, headers={"Retry-After": "5"})

    async def _work(self, call: Callable[..., Result], *given: Any) -> Result:
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_WORKERS)
        return await anyio.to_thread.run_sync(call, *given, limiter=self._limiter)


def visit_of(request: Request) -> Visit:
    """From where and with what somebody asks."""
    return Visit(request.client.host if request.client else "", request.headers.get("user-agent", ""))

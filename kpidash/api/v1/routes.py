"""The routes of the API: who asks is settled first, then what; nothing is answered on the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kpidash import settings
from kpidash.api.v1 import bodies, problems, questions, uploads
from kpidash.api.v1.asking import Asked, Door, Sent, answered, given
from kpidash.api.v1.description import BASE, description
from kpidash.domain.access import NotPermitted, Scope
from kpidash.services import tokens
from kpidash.services.database import Database
from kpidash.services.processors import processors

Endpoint = Callable[[Request], Awaitable[Response]]
Opened = Callable[[], Database]
Result = TypeVar("Result")
Way = Callable[[Request, Database, Scope], Awaitable[Response]]

NO_TOKEN = "Ask with a token, in the header `Authorization: Bearer kpidash_…`."  # noqa: S105 - says where it goes
NOTHING = "There is nothing at this address."
WRITERS = 2
"""Uploads that are worked on at once; more wait, so that they leave threads to whoever only asks."""
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DOORS: tuple[Door, ...] = (
    *questions.DOORS,
    *uploads.DOORS,
    Door(
        method="GET",
        path="/openapi.json",
        words="This description.",
        answer=lambda _: answered(description(DOORS)),
        answers="Description",
    ),
)


def routes(database: Opened) -> list[Route]:
    """A route for each door, and one that says of every other address below `/api` that nothing is there.

    `database` gives the process' database when it is asked for.
    """
    writers = ThreadPoolExecutor(WRITERS, "kpidash-api", processors.spread)
    found = [
        Route(BASE + door.path, _endpoint(_through(door, writers), database), methods=[door.method])
        for door in DOORS
    ]
    elsewhere = _endpoint(_elsewhere(found), database)
    return [*found, Route("/api/{rest:path}", elsewhere, methods=list(_METHODS))]


def _endpoint(way: Way, database: Opened) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            opened, scope = await _aside(None, _signed_in, database, request)
            return await way(request, opened, scope)
        except Exception as reason:
            return problems.of(reason)

    return answer


def _signed_in(database: Opened, request: Request) -> tuple[Database, Scope]:
    """The database, and what the token of the request lends; raises Unknown without one that is good."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise problems.Unknown(NO_TOKEN)
    opened, peer = database(), request.client.host if request.client else "a local socket"
    try:
        return opened, tokens.sign_in(opened, token.strip(), origin=peer)
    except NotPermitted as reason:
        raise problems.Unknown(str(reason), f'{problems.CHALLENGE}, error="invalid_token"') from None


def _through(door: Door, writers: Executor) -> Way:
    async def answer(request: Request, database: Database, scope: Scope) -> Response:
        pairs = request.query_params.multi_items()
        said, sent = given(door, pairs), Sent("", b"")
        if door.needs is not None:
            scope.require(door.needs)
        if door.takes_file:  # nobody sends a file for nothing: what can be refused before has been
            sent = await bodies.received(request, settings.load().max_upload_bytes)
            said = given(door, [*pairs, *sent.fields])
        asked = Asked(
            database=database, scope=scope, path=request.path_params, headers=request.headers, given=said,
            sent=sent,
        )  # fmt: skip
        return await _aside(writers if door.writes else None, door.answer, asked)

    return answer


def _elsewhere(known: Sequence[Route]) -> Way:
    async def answer(request: Request, _database: Database, _scope: Scope) -> Response:
        there = [one for one in known if one.path_regex.match(request.url.path)]
        if not there:
            return problems.problem(404, NOTHING)
        allowed = ", ".join(sorted({method for one in there for method in one.methods or ()}))
        said = f"This address takes {allowed}, not {request.method}."
        return problems.problem(405, said, headers={"Allow": allowed})

    return answer


async def _aside(executor: Executor | None, call: Callable[..., Result], *args: object) -> Result:
    """The result of a call in another thread, whose log lines carry the id of the request."""
    return await asyncio.get_running_loop().run_in_executor(executor, copy_context().run, call, *args)

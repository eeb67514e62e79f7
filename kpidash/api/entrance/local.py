"""Signing in with a password, signing out, and one-time links by which passwords are set."""

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kpidash.api import cookies
from kpidash.api.entrance.doorway import Doorway, visit_of
from kpidash.api.entrance.pages import Pages, onward
from kpidash.api.gate import SESSION
from kpidash.api.places import inside
from kpidash.services import links, passwords, signing_in
from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated
from kpidash.services.errors import NotThere
from kpidash.services.signing_in import Begun, CodeNeeded, NotProven, TooMany
from kpidash.settings import Settings

UNAUTHORISED, GONE, UNFIT, TOO_MANY = 401, 410, 422, 429
NOTICES = {"left": "You are signed out.", "set": "Your password is set. Sign in with it."}
DIFFERENT = "The two passwords are not the same. Type both again."
_FIELDS = 8


def routes(
    database: Callable[[], Database], settings: Settings, *, style: str, provider: str | None = None
) -> list[Route]:
    """The routes of the entrance where people sign in with passwords; none where they do not.

    `style` is the address of the style sheet, `provider` the name of an OpenID provider that leads in too.
    """
    if settings.auth != "local":
        return []
    found = Entrance(database, settings, Pages(style=style, provider=provider))
    return [
        Route("/sign-in", found.ask, methods=["GET"]),
        Route("/sign-in", found.prove, methods=["POST"]),
        Route("/sign-out", found.ask_leave, methods=["GET"]),
        Route("/sign-out", found.leave, methods=["POST"]),
        Route("/link/{token}", found.ask_password, methods=["GET"]),
        Route("/link/{token}", found.set_password, methods=["POST"]),
    ]


class Entrance(Doorway):
    """The handlers of these routes."""

    def __init__(self, database: Callable[[], Database], settings: Settings, pages: Pages) -> None:
        super().__init__(database, pages, https=settings.https)
        self._settings = settings

    async def ask(self, request: Request) -> Response:
        """The form; whoever is signed in already goes on."""
        goal = inside(request.query_params.get("next"))
        if SESSION in request.scope:
            return onward(goal)
        notice = next((words for name, words in NOTICES.items() if name in request.query_params), None)
        return self._form(goal, notice=notice)

    async def prove(self, request: Request) -> Response:
        """Begin a session, or ask for a code, or tell what was wrong."""
        given = await _fields(request)
        goal = inside(given.get("next"))
        code_for = given.get("code_for")
        try:
            if code_for:
                answer: Begun | CodeNeeded = await self._with_code(request, code_for, given.get("code", ""))
            else:
                answer = await self._with_password(request, given)
        except TooMany as refused:
            headers = {"Retry-After": str(refused.seconds)}
            return self._form(goal, TOO_MANY, problem=str(refused), blocked=True, headers=headers)
        except NotProven as refused:
            if code_for:
                return self._code_form(goal, code_for, UNAUTHORISED, problem=str(refused))
            return self._form(goal, UNAUTHORISED, problem=str(refused), email=given.get("email", ""))
        except NotThere as refused:
            return self._form(goal, UNAUTHORISED, problem=str(refused))
        except (DatabaseUnavailable, SchemaOutdated):
            return self._unavailable()
        if isinstance(answer, CodeNeeded):
            return self._code_form(goal, answer.token)
        return await self._let_in(request, answer, goal)

    async def leave(self, request: Request) -> Response:
        """End the session."""
        try:
            await self._end_former(request)
        except (DatabaseUnavailable, SchemaOutdated):
            return self._unavailable()
        response = onward("/sign-in?left")
        cookies.take_away(response, https=self._https)
        return response

    async def ask_password(self, request: Request) -> Response:
        """For whom the link is, and the form; looking at a link does not use it up."""
        token = request.path_params["token"]
        try:
            person = await self._work(links.of_token, self._database(), token)
        except (DatabaseUnavailable, SchemaOutdated):
            return self._unavailable()
        return self._pages.page("gone.html", GONE) if person is None else self._password_form(person.email)

    async def set_password(self, request: Request) -> Response:
        """Set it, and ask to sign in with it."""
        given = await _fields(request)
        try:
            person = await self._work(links.of_token, self._database(), request.path_params["token"])
            if person is None:
                return self._pages.page("gone.html", GONE)
            if faults := await self._set(request, given):
                return self._password_form(person.email, UNFIT, problems=faults)
        except NotThere:
            return self._pages.page("gone.html", GONE)
        except (DatabaseUnavailable, SchemaOutdated):
            return self._unavailable()
        response = onward("/sign-in?set")
        cookies.take_away(response, https=self._https)
        return response

    async def _set(self, request: Request, given: dict[str, str]) -> tuple[str, ...]:
        """Set the password, or say what speaks against it."""
        chosen, token = given.get("password", ""), request.path_params["token"]
        if chosen != given.get("again", ""):
            return (DIFFERENT,)
        address, breaches = visit_of(request).address, self._settings.breached_passwords
        call = partial(
            passwords.set_by_link, self._database(), token, chosen, address=address, breaches=breaches
        )
        try:
            await self._work(call)
        except passwords.Unfit as refused:
            return refused.reasons
        return ()

    async def _with_password(self, request: Request, given: dict[str, str]) -> Begun | CodeNeeded:
        email, password = given.get("email", ""), given.get("password", "")
        return await self._work(
            signing_in.with_password, self._database(), email, password, visit_of(request)
        )

    async def _with_code(self, request: Request, token: str, code: str) -> Begun:
        key, visit = self._settings.secret_key, visit_of(request)
        call = partial(signing_in.with_code, self._database(), token, code, visit, key=key)
        return await self._work(call)

    async def _let_in(self, request: Request, begun: Begun, goal: str) -> Response:
        await self._end_former(request)
        response = onward(goal)
        cookies.give(response, begun.token, https=self._https)
        return response

    def _form(self, goal: str, status: int = 200, **given: Any) -> Response:
        headers = given.pop("headers", None)
        told = {"problem": None, "notice": None, "email": "", "blocked": False, **given}
        return self._pages.page("sign_in.html", status, headers=headers, goal=goal, **told)

    def _code_form(self, goal: str, token: str, status: int = 200, *, problem: str | None = None) -> Response:
        return self._pages.page("code.html", status, goal=goal, code_for=token, problem=problem)

    def _password_form(self, email: str, status: int = 200, *, problems: tuple[str, ...] = ()) -> Response:
        return self._pages.page("password.html", status, email=email, problems=problems)


async def _fields(request: Request) -> dict[str, str]:
    """What was typed into a form; files have no place in one."""
    async with request.form(max_files=0, max_fields=_FIELDS) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}

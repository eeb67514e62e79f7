"""The way in and out through an OpenID provider: pages and redirects for people who are not signed in.

Forms lead to a page that goes on by itself instead of a redirect: browsers let a form end only where the
content security policy allows, and the provider's address need not stand in that.
"""

import logging
from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kpidash.api import cookies
from kpidash.api.entrance.doorway import UNAVAILABLE, Doorway, visit_of
from kpidash.api.entrance.pages import HEADERS, Pages, onward
from kpidash.api.gate import SESSION
from kpidash.api.places import inside
from kpidash.services import links
from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated
from kpidash.services.oidc.attempts import GOOD_FOR_S
from kpidash.services.oidc.refusals import ProviderUnavailable, SignInRefused
from kpidash.services.oidc.signing_in import CALLBACK, LEFT, Door
from kpidash.settings import Settings

FORBIDDEN, GONE = 403, 410
_log = logging.getLogger("kpidash.oidc")


def routes(
    database: Callable[[], Database], settings: Settings, *, style: str, door: Door | None = None
) -> list[Route]:
    """The routes of the entrance where people sign in at a provider; none where they do not.

    `style` is the address of the style sheet.
    """
    if settings.oidc is None or settings.url is None or settings.secret_key is None:
        return []
    door = door or Door(settings.oidc, base=settings.url, key=settings.secret_key)
    found = Entrance(database, door, Pages(style=style, provider=door.name), https=settings.https)
    return [
        Route("/sign-in", found.ask, methods=["GET"]),
        Route("/sign-in/oidc", found.start, methods=["GET"]),
        Route(CALLBACK, found.finish, methods=["GET"]),
        Route(LEFT, found.left, methods=["GET"]),
        Route("/sign-out", found.ask_leave, methods=["GET"]),
        Route("/sign-out", found.leave, methods=["POST"]),
        Route("/link/{token}", found.ask_invited, methods=["GET"]),
        Route("/link/{token}", found.start_invited, methods=["POST"]),
    ]


class Entrance(Doorway):
    """The handlers of these routes."""

    def __init__(self, database: Callable[[], Database], door: Door, pages: Pages, *, https: bool) -> None:
        super().__init__(database, pages, https=https)
        self._door = door
        self._attempt = "__Host-kpidash-attempt" if https else "kpidash-attempt"

    async def ask(self, request: Request) -> Response:
        """A button that leads to the provider; whoever is signed in already goes on."""
        goal = inside(request.query_params.get("next"))
        if SESSION in request.scope:
            return onward(goal)
        return self._form(goal, notice="You are signed out." if "left" in request.query_params else None)

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider."""
        goal = inside(request.query_params.get("next"))
        try:
            leaving = await self._work(partial(self._door.leave, goal=goal))
        except SignInRefused as refused:
            return self._refused(refused)
        return self._keep(RedirectResponse(leaving.address, 303, HEADERS), leaving.kept)

    async def finish(self, request: Request) -> Response:
        """Begin a session for whom the provider answers for, and go on to where they wanted."""
        kept, query = request.cookies.get(self._attempt, ""), request.query_params
        # Of a parameter that comes twice, others may believe the other one (RFC 6749, 3.1).
        answer = {name: value for name, value in query.items() if len(query.getlist(name)) == 1}
        try:
            arrived = await self._work(self._door.arrive, self._database(), kept, answer, visit_of(request))
        except SignInRefused as refused:
            return self._forget(self._refused(refused))
        except (DatabaseUnavailable, SchemaOutdated):
            return self._forget(self._unavailable())
        await self._end_former(request)
        response = self._forget(onward(arrived.goal))
        cookies.give(response, arrived.session.token, https=self._https)
        return response

    async def leave(self, request: Request) -> Response:
        """End the session here, then at the provider."""
        try:
            ended = await self._end_former(request)
        except (DatabaseUnavailable, SchemaOutdated):
            return self._unavailable()
        farewell = await self._work(self._door.farewell) if ended else None
        response = self._onward(farewell) if farewell else onward("/sign-in?left")
        cookies.take_away(response, https=self._https)
        return response

    async def left(self, _request: Request) -> Response:
        """Where the provider sends people to who signed out there: some take no address with a query."""
        return onward("/sign-in?left")

    async def ask_invited(self, request: Request) -> Response:
        """For whom the invitation is, so that nobody takes somebody else's by mistake, and a button."""
        token = request.path_params["token"]
        try:
            person = await self._work(links.of_token, self._database(), token)
        except (DatabaseUnavailable, SchemaOutdated):
            return self._unavailable()
        if person is None:
            return self._pages.page("gone.html", GONE)
        return self._pages.page("invitation.html", email=person.email, token=token)

    async def start_invited(self, request: Request) -> Response:
        """Send the browser to the provider, to come back as who is invited."""
        call = partial(self._door.leave, goal="/", invitation=request.path_params["token"])
        try:
            leaving = await self._work(call)
        except SignInRefused as refused:
            return self._refused(refused)
        return self._keep(self._onward(leaving.address), leaving.kept)

    def _keep(self, response: Response, kept: str) -> Response:
        response.set_cookie(self._attempt, kept, max_age=GOOD_FOR_S, path="/", secure=self._https,
                            httponly=True, samesite="lax")  # fmt: skip
        return response

    def _forget(self, response: Response) -> Response:
        response.delete_cookie(self._attempt, path="/", secure=self._https, httponly=True, samesite="lax")
        return response

    def _form(
        self, goal: str, status: int = 200, *, problem: str | None = None, notice: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:  # fmt: skip
        told = {"goal": goal, "problem": problem, "notice": notice}
        return self._pages.page("provider.html", status, headers=headers, **told)

    def _refused(self, refused: SignInRefused) -> Response:
        _log.warning("sign-in refused: %s", refused.reason)
        if isinstance(refused, ProviderUnavailable):
            return self._form("/", UNAVAILABLE, problem=str(refused), headers={"Retry-After": "60"})
        return self._form("/", FORBIDDEN, problem=str(refused))

    def _onward(self, address: str) -> Response:
        return self._pages.page("onward.html", address=address)

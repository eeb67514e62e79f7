"""The way in and out through an OpenID provider: pages and redirects for people who are not signed in.

Forms lead to a page that goes on by itself instead of a redirect: browsers let a form end only where the
content security policy allows, and the provider's address need not stand in that.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from kpidash.api import cookies
from kpidash.services import sessions
from kpidash.services.database import Database, DatabaseUnavailable
from kpidash.services.oidc.attempts import GOOD_FOR_S
from kpidash.services.oidc.refusals import ProviderUnavailable, SignInRefused
from kpidash.services.oidc.signing_in import CALLBACK, Door, invited
from kpidash.settings import Settings

_log = logging.getLogger("kpidash.oidc")
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
BAD_REQUEST, FORBIDDEN, UNAVAILABLE = 400, 403, 503


def routes(database: Callable[[], Database], settings: Settings, *, door: Door | None = None) -> list[Route]:
    """The routes of sign-in and sign-out where people do so through a provider; none where they do not."""
    if settings.oidc is None or settings.url is None or settings.secret_key is None:
        return []
    door = door or Door(settings.oidc, base=settings.url, key=settings.secret_key)
    found = Entrance(database, door, https=settings.https)
    return [
        Route("/sign-in", found.page, methods=["GET"]),
        Route("/sign-in/oidc", found.start, methods=["GET", "POST"]),
        Route(CALLBACK, found.finish, methods=["GET"]),
        Route("/sign-out", found.leave, methods=["POST"]),
        Route("/link/{token}", found.invitation, methods=["GET"]),
    ]


class Entrance:
    """The handlers of these routes."""

    def __init__(self, database: Callable[[], Database], door: Door, *, https: bool) -> None:
        self._database = database
        self._door = door
        self._https = https
        self._attempt = "__Host-kpidash-attempt" if https else "kpidash-attempt"

    async def page(self, request: Request) -> Response:
        """What people see who are not signed in."""
        left = "left" in request.query_params
        goal = inside(request.query_params.get("next", ""))
        return self._page("You are signed out" if left else "Sign in to kpidash", goal=goal)

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider; from the form of an invitation by a page that goes on."""
        form = await request.form() if request.method == "POST" else {}
        token, goal = str(form.get("invitation", "")), inside(request.query_params.get("next", ""))
        try:
            leaving = await asyncio.to_thread(self._door.leave, goal=goal, invitation=token)
        except SignInRefused as problem:
            return self._refused(problem)
        posted = request.method == "POST"
        response = (
            self._onward(leaving.address) if posted else RedirectResponse(leaving.address, 303, _HEADERS)
        )
        response.set_cookie(
            self._attempt, leaving.kept, max_age=GOOD_FOR_S, path="/", secure=self._https, httponly=True,
            samesite="lax",
        )  # fmt: skip
        return response

    async def finish(self, request: Request) -> Response:
        """Begin a session for whom the provider answers for, and go on to where they wanted."""
        try:
            arrived = await asyncio.to_thread(
                self._door.arrive,
                self._database(),
                request.cookies.get(self._attempt, ""),
                {name: value for name, value in request.query_params.items() if _once(request, name)},
                address=request.client.host if request.client else "",
                agent=request.headers.get("user-agent", ""),
            )
        except SignInRefused as problem:
            return self._forget(self._refused(problem))
        except DatabaseUnavailable as problem:
            _log.warning("nobody can sign in: %s", problem)
            return self._forget(self._page("Not now", "The database does not answer.", status=UNAVAILABLE))
        response = self._forget(RedirectResponse(arrived.goal, 303, _HEADERS))
        cookies.give(response, arrived.session.token, https=self._https)
        return response

    async def leave(self, request: Request) -> Response:
        """End the session here, then at the provider."""
        token = cookies.read(request.headers, https=self._https)
        if token is not None:
            await asyncio.to_thread(sessions.leave, self._database(), token)
        farewell = await asyncio.to_thread(self._door.farewell, back="/sign-in?left")
        response = self._onward(farewell) if farewell else RedirectResponse("/sign-in?left", 303, _HEADERS)
        cookies.take_away(response, https=self._https)
        return response

    async def invitation(self, request: Request) -> Response:
        """For whom the invitation is, so that nobody takes somebody else's by mistake, and a button."""
        token = request.path_params["token"]
        email = await asyncio.to_thread(invited, self._database(), token)
        if email is None:
            return self._page(
                "This link is not valid any more",
                "It was used, is older than a day, or a newer one was made. An administrator can make another.",
                status=FORBIDDEN,
            )
        said = f"You are invited as {email}. If that is not you, close this page."
        more = f"From then on you sign in here with {self._door.name}."
        return self._page("Welcome to kpidash", said, more, invitation=token)

    def _refused(self, problem: SignInRefused) -> Response:
        _log.warning("sign-in refused: %s", problem.reason)
        if isinstance(problem, ProviderUnavailable):
            response = self._page("Sign-in does not work at the moment", str(problem), status=UNAVAILABLE)
            response.headers["Retry-After"] = "60"
            return response
        return self._page("You are not signed in", str(problem), status=FORBIDDEN)

    def _forget(self, response: Response) -> Response:
        response.delete_cookie(self._attempt, path="/", secure=self._https, httponly=True, samesite="lax")
        return response

    def _onward(self, address: str) -> Response:
        return self._page(f"On to {self._door.name}", onward=address)

    def _page(
        self,
        title: str,
        *lines: str,
        status: int = 200,
        goal: str = "/",
        onward: str = "",
        invitation: str = "",
    ) -> Response:
        text = _TEMPLATES.get_template("oidc.html").render(
            title=title, lines=lines, provider=self._door.name, onward=onward, invitation=invitation,
            goal="" if goal == "/" else "?" + urlencode({"next": goal}),
        )  # fmt: skip
        return HTMLResponse(text, status, _HEADERS)


def inside(address: str) -> str:
    """The address where it leads into the application, the front page for any other."""
    parts = urlsplit(address) if address.isprintable() and "\\" not in address else urlsplit("")
    good = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if good and not parts.path.startswith(("/sign-", "/link/")) else "/"


def _once(request: Request, name: str) -> bool:
    """Whether the address has a parameter once: of two, others may believe the other one (RFC 6749, 3.1)."""
    return len(request.query_params.getlist(name)) == 1

"""The gate, before everything: who asks, for what, from where, and whether they may.

Without a session nothing answers but probes, the entrance and the scripts and styles that are the same for
everybody. What is behind the gate can rely on it: a request that carries a session's id has it from here.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kpidash.api import bodies, cookies
from kpidash.api.crossing import SAFE, check_host, check_origin, has_token
from kpidash.api.open_screens import OpenScreen
from kpidash.api.peers import Peer, settle
from kpidash.api.places import OPEN, Place, path_of, place_of
from kpidash.api.refusals import Refusal, nowhere
from kpidash.api.shielding import Shield
from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated
from kpidash.services.sessions import Session
from kpidash.services.signed_in import SignedIn, signed_in_to
from kpidash.settings import Settings

HEADER = "X-Kpidash-Session"
"""The header in which the id of the session travels behind the gate; from outside it never comes through."""
SESSION = "kpidash.session"
"""The key in a request's scope under which routes find the Session, where there is one."""
DEMO = "The demo answers on the machine that it runs on and nowhere else (KPIDASH_AUTH is demo)."
_log = logging.getLogger("kpidash.api")


class Screens(Protocol):
    """What the gate asks of whatever draws the screens."""

    def permits(self, payload: bytes, session_id: str) -> bool:
        """Whether a screen of the session may send this message."""

    def acts(self, payload: bytes) -> bool:
        """Whether a person did something to send this message, or the screen sent it by itself."""

    def owns_upload(self, path: str, session_id: str) -> bool:
        """Whether the address of an upload belongs to a screen of this session."""

    def owns_media(self, path: str, session_id: str) -> bool:
        """Whether the file at this address was given to a screen of this session."""


@dataclass(frozen=True)
class Asked:
    """One request: what it is for, its headers as they came, and who sends it. No method: a websocket."""

    path: str
    place: Place
    headers: Headers
    peer: Peer
    method: str
    query: str

    @property
    def address(self) -> str:
        """The path with the query."""
        return quote(self.path) + (f"?{self.query}" if self.query else "")


class Gate:
    """Lets through what may pass; see the module."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, database: Callable[[], Database], pages: frozenset[str],
        screens: Screens,
    ) -> None:  # fmt: skip
        self._app = app
        self._settings = settings
        self._database = database
        self._pages = pages
        self._screens = screens
        self._shield = Shield(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on or refuse."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def answering(message: Message) -> None:
            nonlocal begun
            begun = True
            await outward(message)

        outward = self._shield.over(send, private=False)
        try:
            asked = self._asked(scope)
            session = await self._admit(asked)
            private = session is not None and asked.place not in OPEN
            outward = self._shield.over(send, private=private)
            self._hand_on(scope, session, asked)
            body = bodies.limited(receive, asked.headers, bodies.limit(asked.place, self._settings))
            await self._app(scope, body, answering)
        except Refusal as refusal:
            if begun:
                raise
            await refusal.answer()(scope, receive, outward)
        except Exception:
            if begun:
                raise
            _log.exception("request failed")
            broken = PlainTextResponse("Something is broken here; that is our mistake.\n", status_code=500)
            await broken(scope, receive, outward)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            asked = self._asked(scope)
            if asked.place is not Place.STREAM:
                raise nowhere()
            session = await self._admit(asked)
        except Refusal as refusal:
            await send({"type": "websocket.close", "code": refusal.code})
            return
        self._hand_on(scope, session, asked)
        screen = OpenScreen(receive, send, permits=self._screens.permits, acts=self._screens.acts)
        signed_in = self._signed_in() if session else None
        async with screen.watched(signed_in, session.id if session else ""):
            await self._app(scope, screen.receive, screen.send)

    def _asked(self, scope: Scope) -> Asked:
        """What a request is, once it is known that it may be looked at; raises Refusal."""
        peer = settle(scope, self._settings.proxies)
        if self._settings.auth == "demo" and (peer.hidden or not peer.local):
            raise Refusal(403, DEMO)
        path = path_of(scope)
        if path is None:
            raise Refusal(400, "This address cannot be read.")
        asked = Asked(
            path=path,
            place=place_of(path, self._pages),
            headers=Headers(raw=list(scope["headers"])),
            peer=peer,
            method=scope.get("method", ""),
            query=scope.get("query_string", b"").decode("latin-1"),
        )
        if asked.place is Place.METRICS and (peer.proxied or not peer.local):
            raise nowhere()
        if asked.place not in {Place.PROBE, Place.METRICS}:
            check_host(asked.headers, self._settings)
            self._check_scheme(asked)
            check_origin(asked.headers, self._settings, method=asked.method, place=asked.place)
        return asked

    def _check_scheme(self, asked: Asked) -> None:
        """Raise Refusal where a proxy says that the line to the browser is plain and it must not be."""
        if self._settings.https and asked.peer.plain:
            if asked.method not in SAFE:
                raise Refusal(403, "This server answers over https alone.")
            there = f"{self._settings.url}{asked.address}"
            raise Refusal(308, "This server answers over https alone.", {"Location": there})

    async def _admit(self, asked: Asked) -> Session | None:
        """The session of a request, None where it needs none; raises Refusal."""
        if asked.place in {Place.PROBE, Place.ASSET, Place.METRICS}:
            return None
        if self._settings.auth == "demo":
            if asked.place is Place.NOWHERE:
                raise nowhere()
            return None
        session = await self._session(asked)
        if session is None:
            if asked.place in OPEN or (asked.place is Place.API and has_token(asked.headers)):
                return None
            raise _sign_in_first(asked)
        if not self._reaches(asked, session):
            raise nowhere()
        if asked.place in {Place.PAGE, Place.UPLOAD, Place.API}:
            await asyncio.to_thread(self._signed_in().act, session.id)
        return session

    async def _session(self, asked: Asked) -> Session | None:
        token = cookies.read(asked.headers, https=self._settings.https)
        if token is None:
            return None
        try:
            return await asyncio.to_thread(lambda: self._signed_in().by_token(token))
        except (DatabaseUnavailable, SchemaOutdated):
            if asked.place in OPEN:
                return None
            words = "The database does not answer. Try again in a moment."
            raise Refusal(503, words, {"Retry-After": "5"}) from None

    def _reaches(self, asked: Asked, session: Session) -> bool:
        if asked.place is Place.UPLOAD:
            return self._screens.owns_upload(asked.path, session.id)
        if asked.place is Place.MEDIA:
            return self._screens.owns_media(asked.path, session.id)
        return asked.place is not Place.NOWHERE

    def _signed_in(self) -> SignedIn:
        return signed_in_to(self._database())

    def _hand_on(self, scope: Scope, session: Session | None, asked: Asked) -> None:
        """Tell those behind the gate who asks; the token itself is not for screens."""
        scheme = "https" if self._settings.https else asked.peer.scheme
        scope["scheme"] = scheme if asked.method else scheme.replace("http", "ws", 1)
        if session is not None:
            scope[SESSION] = session
            scope["headers"] = [*scope["headers"], (HEADER.lower().encode(), session.id.encode())]
        if asked.place is Place.STREAM:
            _without_token(scope, cookies.name(https=self._settings.https))


def _without_token(scope: Scope, name: str) -> None:
    headers = MutableHeaders(scope=scope)
    every = [one.strip() for line in headers.getlist("cookie") for one in line.split(";")]
    headers["cookie"] = "; ".join(one for one in every if one.partition("=")[0] != name)


def _sign_in_first(asked: Asked) -> Refusal:
    words = "Sign in first."
    if asked.place is Place.PAGE and asked.method in SAFE:
        there = "/sign-in" if asked.address == "/" else f"/sign-in?next={quote(asked.address, safe='')}"
        return Refusal(303, words, {"Location": there})
    return Refusal(401, words)

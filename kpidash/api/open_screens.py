"""A screen's websocket, for as long as its session lasts: it is closed soon after that has ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from starlette.types import Message, Receive, Send

from kpidash.api.bodies import FRAME
from kpidash.api.refusals import POLICY_VIOLATION, TRY_AGAIN_LATER
from kpidash.services.database import DatabaseUnavailable, SchemaOutdated
from kpidash.services.signed_in import SignedIn

LOOK_EVERY_S = 0.5
"""How often it is looked whether the session is still there; that asks the database only after a change."""
TOO_BIG = 1009
_END: Message = {"type": "websocket.disconnect", "code": POLICY_VIOLATION}


class OpenScreen:
    """The messages of one websocket.

    `permits` tells whether a screen of a session may send one, `acts` whether a person did something for it.
    """

    def __init__(
        self,
        receive: Receive,
        send: Send,
        *,
        permits: Callable[[bytes, str], bool],
        acts: Callable[[bytes], bool],
    ) -> None:
        self._receive = receive
        self._send = send
        self._permits = permits
        self._acts = acts
        self._signed_in: SignedIn | None = None
        self._session = ""
        self._ended = asyncio.Event()
        self._next: asyncio.Task[Message] | None = None

    @asynccontextmanager
    async def watched(self, signed_in: SignedIn | None, session_id: str) -> AsyncIterator[None]:
        """Within, the websocket is closed when the session ends; in the demo there is none."""
        self._signed_in, self._session = signed_in, session_id
        watch = asyncio.create_task(self._watch()) if signed_in is not None else None
        try:
            yield
        finally:
            for task in (watch, self._next):
                if task is not None:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    async def receive(self) -> Message:
        """The next message that may be sent, of a session that is still there; else the end."""
        while not self._ended.is_set():
            message = await self._one()
            if message is None or message["type"] != "websocket.receive":
                return message or _END
            await self._heed(message)
            if not self._ended.is_set() and self._permits(message["bytes"], self._session):
                return message
        return _END

    async def _one(self) -> Message | None:
        """The next message as it came; None once the session has ended."""
        if self._next is None:
            self._next = asyncio.create_task(_whole(self._receive))
        ended = asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait({self._next, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        if self._ended.is_set():
            return None
        message, self._next = self._next.result(), None
        return message

    async def send(self, message: Message) -> None:
        """Pass on, until the end."""
        if not self._ended.is_set():
            await self._send(message)

    async def _heed(self, message: Message) -> None:
        """Close on what no screen sends, and note what a person does."""
        payload = message.get("bytes")
        if payload is None or len(payload) > FRAME:
            await self._close(TOO_BIG if payload else POLICY_VIOLATION)
        elif self._signed_in is not None:
            await self._look()
            if not self._ended.is_set() and self._acts(payload):
                with suppress(DatabaseUnavailable, SchemaOutdated):
                    await asyncio.to_thread(self._signed_in.act, self._session)

    async def _watch(self) -> None:
        while not self._ended.is_set():
            await asyncio.sleep(LOOK_EVERY_S)
            await self._look()

    async def _look(self) -> None:
        """Close where the session has ended, or where nobody can say whether it has."""
        assert self._signed_in is not None  # noqa: S101 - only called while watched
        if self._signed_in.at_hand(self._session) is not None:
            return
        try:
            if await asyncio.to_thread(self._signed_in.by_id, self._session) is None:
                await self._close(POLICY_VIOLATION)
        except (DatabaseUnavailable, SchemaOutdated):
            await self._close(TRY_AGAIN_LATER)

    async def _close(self, code: int) -> None:
        if not self._ended.is_set():
            self._ended.set()
            with suppress(RuntimeError, OSError):  # it may be closed already
                await self._send({"type": "websocket.close", "code": code})


async def _whole(receive: Receive) -> Message:
    return await receive()

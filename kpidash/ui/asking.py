"""The websockets of open screens, through which the server asks for one once more: see `ui/followers.py`.

Streamlit has no public way to run a session's script from outside. So this hands on, between what the browser
sends, the message that it would send. It is behind the gate: who signed out has no websocket.
"""

import asyncio
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from kpidash.ui.followers import Drawn, Followers

HEADER = "X-Kpidash-Screen"
"""The header in which the id of a websocket travels to the scripts of its screen; from outside it never comes
through."""


def again() -> bytes:
    """The message that asks for the screen whose script runs, as it is then."""
    message, context = BackMsg(), get_script_run_ctx()
    if context is not None:
        state = message.rerun_script
        state.query_string, state.page_script_hash = context.query_string, context.page_script_hash
        state.is_auto_rerun = True
        if context.context_info is not None:
            state.context_info.CopyFrom(context.context_info)
    return bytes(message.SerializeToString())


class Asking:
    """Lets `followers` ask for the screens of this server."""

    def __init__(self, app: ASGIApp, followers: Followers, acts: Callable[[bytes], bool]) -> None:
        """`acts` tells whether a person did something to send a message."""
        self._app = app
        self._followers = followers
        self._acts = acts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; a screen's questions come between those of its browser."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        line, loop = _Line(receive), asyncio.get_running_loop()
        connection = MutableHeaders(scope=scope)[HEADER] = uuid.uuid4().hex

        def ask(drawn: Drawn) -> None:
            loop.call_soon_threadsafe(line.put, drawn)

        self._followers.opened(connection, ask)

        async def receiving() -> Message:
            message = await line.get()
            if self._acts(message.get("bytes") or b""):
                line.forget()
                self._followers.acted(connection)
            return message

        try:
            await self._app(scope, receiving, send)
        finally:
            self._followers.left(connection)
            await line.close()


class _Line:
    """What is received, and what is put between: never behind something that a person did after it was drawn,
    which it would undo.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._put: list[bytes] = []
        self._some = asyncio.Event()
        self._next: asyncio.Task[Message] | None = None
        self._acted = 0.0

    def put(self, drawn: Drawn) -> None:
        if drawn.began > self._acted:
            self._put.append(drawn.again)
            self._some.set()

    def forget(self) -> None:
        self._acted = time.perf_counter()
        self._put.clear()
        self._some.clear()

    async def get(self) -> Message:
        if self._next is None:
            self._next = asyncio.ensure_future(self._receive())
        some = asyncio.ensure_future(self._some.wait())
        await asyncio.wait({self._next, some}, return_when=asyncio.FIRST_COMPLETED)
        some.cancel()
        if self._next.done():  # what people do comes first
            message, self._next = self._next.result(), None
            return message
        said = self._put.pop(0)
        if not self._put:
            self._some.clear()
        return {"type": "websocket.receive", "bytes": said}

    async def close(self) -> None:
        if self._next is not None:
            self._next.cancel()
            with suppress(asyncio.CancelledError):
                await self._next

"""What the server asks for a screen comes between the messages of its browser, and keeps none of them up."""

import asyncio
import time

import pytest
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg

from kpidash.ui.asking import HEADER, Asking
from kpidash.ui.belongings import Belongings
from kpidash.ui.followers import Drawn, Followers
from tests.api.asking import run

acts = Belongings().acts
FORGED = (HEADER.lower().encode(), b"of-somebody-else")


def rerun(*, by_itself: bool) -> bytes:
    message = BackMsg()
    message.rerun_script.is_auto_rerun = by_itself
    return bytes(message.SerializeToString())


class Line(Followers):
    """A websocket behind the middleware: what its app received, and what the followers are told of it."""

    def __init__(self):
        super().__init__()
        self.told: list[tuple[str, str]] = []
        self.received: list[bytes] = []
        self.names: list[str] = []
        self.ask = None
        self.browser: asyncio.Queue[dict] = asyncio.Queue()

    def opened(self, connection, ask):
        self.told.append(("opened", connection))
        self.ask = ask
        super().opened(connection, ask)

    def left(self, connection):
        self.told.append(("left", connection))
        super().left(connection)

    def acted(self, connection):
        self.told.append(("acted", connection))
        super().acted(connection)

    async def app(self, scope, receive, _send):
        self.names = [value.decode() for name, value in scope["headers"] if name == FORGED[0]]
        while (message := await receive())["type"] == "websocket.receive":
            self.received.append(message["bytes"])

    async def until(self, count: int) -> list[bytes]:
        async with asyncio.timeout(5):
            while len(self.received) < count:
                await asyncio.sleep(0.005)
        return self.received


def drawn(again: bytes) -> Drawn:
    """What a run that begins now shows."""
    return Drawn(None, None, 0, time.perf_counter(), again, {})


def with_a_line(check):
    """Run `check` with an open websocket, then end it."""

    async def scene() -> Line:
        line = Line()
        scope = {"type": "websocket", "headers": [FORGED, (b"host", b"localhost")]}
        running = asyncio.create_task(Asking(line.app, line, acts)(scope, line.browser.get, None))
        await asyncio.sleep(0)
        await check(line)
        line.browser.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(running, 5)
        return line

    return run(scene())


def said(payload: bytes) -> dict:
    return {"type": "websocket.receive", "bytes": payload}


def test_questions_of_both_arrive_in_order_and_only_what_people_do_counts_as_that():
    by_person, by_itself = rerun(by_itself=False), rerun(by_itself=True)

    async def check(line: Line) -> None:
        line.ask(drawn(b"first"))
        assert await line.until(1) == [b"first"]
        line.browser.put_nowait(said(by_itself))
        await line.until(2)
        line.ask(drawn(b"second"))
        line.ask(drawn(b"third"))
        await line.until(4)
        line.browser.put_nowait(said(by_person))
        await line.until(5)
        line.browser.put_nowait(said(b"\xff no message"))
        await line.until(6)

    line = with_a_line(check)
    assert line.received == [b"first", by_itself, b"second", b"third", by_person, b"\xff no message"]
    assert [what for what, _ in line.told] == ["opened", "acted", "left"]


def test_what_was_drawn_before_a_person_acted_is_not_asked_for():
    by_person = rerun(by_itself=False)

    async def check(line: Line) -> None:
        before = drawn(b"before")
        line.browser.put_nowait(said(by_person))
        line.ask(before)  # both are there when the next message is taken
        await line.until(1)
        line.ask(before)
        line.ask(drawn(b"after"))
        await line.until(2)

    assert with_a_line(check).received == [by_person, b"after"]


def test_each_websocket_has_a_name_that_nobody_can_choose():
    async def check(_line: Line) -> None:
        pass

    first, second = with_a_line(check), with_a_line(check)
    for line in (first, second):
        assert len(line.names) == 1
        assert {name for _, name in line.told} == set(line.names)
    assert first.names != second.names
    assert FORGED[1].decode() not in first.names + second.names


def test_what_breaks_is_heard_and_the_screen_left():
    line = Line()

    async def broken(_scope, receive, _send):
        await receive()
        raise WebSocketDisconnect

    async def scene() -> None:
        line.browser.put_nowait(said(b"x"))
        await Asking(broken, line, acts)({"type": "websocket", "headers": []}, line.browser.get, None)

    with pytest.raises(WebSocketDisconnect):
        run(scene())
    assert [what for what, _ in line.told] == ["opened", "left"]

"""Asks an ASGI app as a server would, with whatever a client may send, also what no proper one would."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import Headers


@dataclass
class Inner:
    """What is behind the gate: says 200 or accepts, and keeps what reached it."""

    reached: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (await receive())["type"] != "websocket.disconnect":
                await send({"type": "websocket.send", "bytes": b"heard"})
            return
        taken, more = 0, True
        while more:
            message = await receive()
            taken, more = taken + len(message.get("body", b"")), message.get("more_body", False)
        self.bodies.append(taken)
        cross = (b"access-control-allow-origin", b"*")
        await send(
            {"type": "http.response.start", "status": 200, "headers": [cross, (b"set-cookie", b"a=b")]}
        )
        await send({"type": "http.response.body", "body": b"inside"})

    @property
    def headers(self) -> Headers:
        """The headers of the last that reached it."""
        return Headers(scope=self.reached[-1])


@dataclass
class Answer:
    """What a client gets."""

    status: int
    headers: Headers
    body: bytes


def scope_of(
    address: str, *, kind: str = "http", method: str = "GET", client: Any = ("127.0.0.1", 50000),
    headers: Iterable[tuple[str, str]] = (), host: str | None = "kpi.example.com",
) -> dict[str, Any]:  # fmt: skip
    """A request as a server hands it on; the path is unescaped once, as servers do."""
    raw, _, query = address.partition("?")
    sent = [*([("host", host)] if host is not None else []), *headers]
    scope = {
        "type": kind,
        "path": unquote(raw),
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent],
        "client": client,
        "scheme": "http" if kind == "http" else "ws",
        "http_version": "1.1",
        "root_path": "",
    }
    return scope | ({"method": method} if kind == "http" else {"subprotocols": []})


def ask(app: Any, address: str, *, chunks: Iterable[bytes] = (b"",), **given: Any) -> Answer:
    """One request with its answer."""
    waiting = list(chunks)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    run(app(scope_of(address, **given), receive, send))
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), body)


def connect(
    app: Any, address: str = "/_stcore/stream", *, says: Iterable[Any] = (), stays: float = 0, **given: Any
) -> list[Any]:
    """What a websocket gets: kinds of messages, or the code with which it was closed.

    `says` are the messages that are sent: bytes, or a function that is called in between. Who asks leaves
    `stays` seconds after the last of them.
    """
    waiting, got = list(says), list[Any]()

    async def receive() -> dict[str, Any]:
        if len(got) == 0:
            got.append("asked")
            return {"type": "websocket.connect"}
        while waiting and callable(waiting[0]):
            await asyncio.to_thread(waiting.pop(0))
        if not waiting:
            await asyncio.sleep(stays)
            return {"type": "websocket.disconnect", "code": 1000}
        return {"type": "websocket.receive", "bytes": waiting.pop(0)}

    async def send(message: Any) -> None:
        kind = message["type"].removeprefix("websocket.")
        got.append(message["code"] if kind == "close" else kind)

    run(app(scope_of(address, kind="websocket", **given), receive, send))
    return [one for one in got if one != "asked"]


def run(work: Any) -> Any:
    """Run in a thread of its own: where browser tests ran before, this one has a loop already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()

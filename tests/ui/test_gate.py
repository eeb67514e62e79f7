"""The demo answers on its own machine only."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kpidash.ui.gate import DemoGate, is_local


def answers(kind: str, client: tuple[str, int] | None) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "passed"})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": kind, "client": client, "method": "GET", "path": "/", "headers": []}
    with ThreadPoolExecutor(1) as apart:  # where browser tests ran before, this thread has a loop already
        apart.submit(asyncio.run, DemoGate(app)(scope, receive, send)).result()
    return sent


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_let_in(host: str):
    assert answers("http", (host, 5)) == [{"type": "passed"}]
    assert answers("websocket", (host, 5)) == [{"type": "passed"}]


@pytest.mark.parametrize("host", ["192.168.1.7", "10.0.0.1", "::ffff:192.168.1.7", "2001:db8::1", "nonsense"])
def test_other_machines_are_refused_over_http_and_websocket(host: str):
    assert answers("http", (host, 5))[0]["status"] == 403
    assert answers("websocket", (host, 5)) == [{"type": "websocket.close", "code": 1008}]


def test_a_local_socket_has_no_address_and_is_local():
    assert is_local(None)

"""Connections send at once, also where the server was given a socket that asyncio does not know as TCP."""

import http.client
import socket
import threading
import time

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from kpidash.ui.promptly import Promptly


def at_once(receive) -> str:
    found = receive.__self__.transport.get_extra_info("socket")
    return str(found.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(at_once(request.receive))


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(at_once(websocket._receive))
    await websocket.close()


@pytest.fixture(params=[True, False])
def served(request):
    """Whether Promptly is there, and the port; the socket is opened as Streamlit opens its own."""
    listening = socket.socket(family=socket.AF_INET)
    listening.bind(("127.0.0.1", 0))
    app = Starlette(
        routes=[Route("/", page), WebSocketRoute("/stream", stream)],
        middleware=[Middleware(Promptly)] if request.param else [],
    )
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield request.param, listening.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)


def test_requests_and_websockets_are_answered_at_once(served):
    promptly, port = served
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    assert (connection.getresponse().read() != b"0") == promptly
    connection.close()
    with connect(f"ws://127.0.0.1:{port}/stream") as websocket:
        assert (websocket.recv() != "0") == promptly

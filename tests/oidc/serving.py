"""ASGI applications served over real HTTP from a thread of the test process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp


def listening(port: int = 0) -> socket.socket:
    """A socket that listens on this machine, on a free port unless one is named."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", port))
    found.listen(64)
    return found


def port_of(listener: socket.socket) -> int:
    """The port on which it listens."""
    return int(listener.getsockname()[1])


@contextmanager
def served(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Within, the application answers there; afterwards nobody does."""
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()

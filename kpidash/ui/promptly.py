"""Answers leave at once: without this the last piece of many waits 40 ms for the browser's acknowledgement.

A socket sends a small piece only when the one before it is acknowledged, which the other side does late,
unless it is told not to wait (TCP_NODELAY). asyncio tells those that it opens itself; Streamlit and uvicorn
open theirs in a way that it does not recognise.
"""

import socket
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send


class Promptly:
    """Tells the connection of every request and websocket to send at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] != "lifespan":
            _tell(receive)
        await self._app(scope, receive, send)


def _tell(receive: Any) -> None:
    """uvicorn's connections have what they are read from; another server may do as it likes."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

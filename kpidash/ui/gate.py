"""Who may reach the server at all: in demo mode, where anybody is whoever they choose, only this machine."""

from ipaddress import ip_address

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

REFUSED = "The demo answers on the machine that it runs on and nowhere else (KPIDASH_AUTH is demo).\n"


class DemoGate:
    """Refuses requests and websockets that come from another machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from here."""
        if scope["type"] == "lifespan" or is_local(scope.get("client")):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(REFUSED, status_code=403)(scope, receive, send)


def is_local(client: tuple[str, int] | None) -> bool:
    """Whether a connection comes from this machine; those over a local socket have no address."""
    if client is None:
        return True
    try:
        address = ip_address(client[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback

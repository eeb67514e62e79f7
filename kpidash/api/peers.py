"""From where a request really comes, and what it claims about that: claims end here.

A header that says from where somebody comes is believed of the proxies that the settings name, one that says
who they are of nobody; behind the gate none of them is left, so nothing else can believe one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

CLAIMS = re.compile(
    rb"x[-_](kpidash|forwarded|real|client|original|remote|authenticated)([-_].*)?|forwarded|remote[-_]user",
    re.IGNORECASE,
)
"""What a request claims of itself, which ends here: from where it comes, and who sends it."""
BETWEEN = re.compile(
    rb"x[-_](forwarded|real|client|original)([-_].*)?|forwarded|via|(cf|true|fastly)[-_](connecting|client)[-_]ip",
    re.IGNORECASE,
)
"""What proxies add to a request that they pass on."""


@dataclass(frozen=True)
class Peer:
    """Who asks: the address (None over a local socket), the scheme, and whether a proxy stands between.

    `hidden` is whether one does that does not say in `X-Forwarded-For` for whom. `plain` is whether a proxy
    that is believed says that the line to the browser is not encrypted.
    """

    address: str | None
    scheme: str
    proxied: bool
    hidden: bool
    plain: bool

    @property
    def local(self) -> bool:
        """Whether the request comes from this machine."""
        if self.address is None:
            return True
        found = _parsed(self.address)
        return found is not None and found.is_loopback


def settle(scope: Scope, proxies: Sequence[IPv4Network | IPv6Network]) -> Peer:
    """Who asks; `scope` is left without claims, and with the client that was found."""
    headers, client = Headers(scope=scope), scope.get("client")
    named = headers.getlist("x-forwarded-for")
    between = [_bare(one.strip()) for line in named for one in line.split(",")]
    address = client[0] if client else None
    scheme, plain = str(scope.get("scheme", "http")).replace("ws", "http"), False
    # A server in front of this app may have believed a proxy on this machine already; it then leaves no port.
    trusted = client is None or _one_of(address, proxies) or client[1] == 0
    if trusted:
        said = headers.get("x-forwarded-proto", "").casefold()
        scheme, plain = said if said in {"http", "https"} else scheme, said == "http"
        while between and (address is None or _one_of(address, proxies)):
            address = between.pop()
        if address is not None:
            scope["client"] = (address, 0)
    proxied = any(BETWEEN.fullmatch(name) for name, _ in scope["headers"])
    scope["headers"] = [one for one in scope["headers"] if not CLAIMS.fullmatch(one[0])]
    return Peer(address, scheme, proxied, proxied and not named, plain)


def _bare(named: str) -> str:
    """An address without the port that some proxies add: `192.0.2.7:5000`, `[2001:db8::1]:5000`."""
    host, colon, port = named.rpartition(":")
    written = colon and port.isdigit() and (host.startswith("[") or ":" not in host)
    return (host if written else named).strip("[]")


def _one_of(address: str | None, proxies: Sequence[IPv4Network | IPv6Network]) -> bool:
    found = _parsed(address or "")
    return found is not None and any(found in network for network in proxies)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found

"""Nothing connects to the outside while tests run: every Python process of the run begins with this.

The folder stands first in the path that processes inherit. Each attempt is refused, and noted in the file
that KPIDASH_TEST_OUTBOUND names, so that one which somebody swallowed shows at the end of the run too.
"""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

NOTES = "KPIDASH_TEST_OUTBOUND"
INSIDE = frozenset({"", "localhost", "ip6-localhost"})


def is_inside(host: object) -> bool:
    """Whether a host is this machine; one without a name is."""
    name = host.decode(errors="replace") if isinstance(host, bytes | bytearray) else host
    if name is None:
        return True
    if not isinstance(name, str):
        return False
    if name.lower() in INSIDE:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def watch(event: str, given: tuple[Any, ...]) -> None:
    """Refuse what leaves the machine; local sockets have no host."""
    if event in {"socket.connect", "socket.sendto"}:
        address = given[1]
        if isinstance(address, tuple) and not is_inside(address[0]):
            refuse(event, address[0])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and not is_inside(given[0]):
        refuse(event, given[0])


def refuse(event: str, host: object) -> None:
    """Note it and raise PermissionError."""
    if noted := os.environ.get(NOTES):
        with Path(noted).open("a", encoding="utf-8") as file:
            file.write(f"{event} {host!r} by {' '.join(sys.argv)[:200]}\n")
    raise PermissionError(f"tests do not leave this machine: {event} to {host!r}")


sys.addaudithook(watch)

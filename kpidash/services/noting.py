"""What the audit trail keeps of deeds that are about a person."""

from dataclasses import dataclass
from typing import Any, Protocol

from kpidash.store import audit
from kpidash.store.engine import Connection


class By(Protocol):
    """Who does something, and from where: a Scope or a Visitor."""

    @property
    def actor(self) -> str: ...

    @property
    def origin(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has no scope yet, as who is just signing in."""

    actor: str
    origin: str


def note(connection: Connection, by: By, action: str, email: str, **detail: Any) -> None:
    """Record what somebody did to a person; never a secret."""
    audit.record(connection, actor=by.actor, action=action, subject=f"user {email}", detail=detail)

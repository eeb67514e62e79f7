"""What the audit trail keeps of deeds that are about a person."""

from typing import Any

from kpidash.store import audit
from kpidash.store.audit import By, Visitor
from kpidash.store.engine import Connection

__all__ = ["By", "Visitor", "note"]


def note(connection: Connection, by: By, action: str, email: str, **detail: Any) -> None:
    """Record what somebody did to a person; never a secret."""
    audit.record(connection, by, action=action, subject=f"user {email}", detail=detail)

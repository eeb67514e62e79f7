"""What the audit trail keeps of deeds that are about a person."""

from typing import Any

from kpidash.domain.access import Scope
from kpidash.store import audit
from kpidash.store.engine import Connection


def note(connection: Connection, scope: Scope, action: str, email: str, **detail: Any) -> None:
    """Record what the person of a scope did to somebody; never a secret."""
    audit.record(connection, actor=scope.actor, action=action, subject=f"user {email}", detail=detail)

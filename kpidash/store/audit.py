"""The audit trail: who did what to what, appended to and never changed.

Each entry's digest covers the entry and the digest before it, and the newest one stands beside the revision,
so an entry that was changed, removed or slipped in by hand shows.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from kpidash.store.tables import audit, revision
from kpidash.store.uploads import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that somebody did; `at` is in UTC, None inside the transaction that makes the entry."""

    sequence: int
    at: datetime | None
    revision: int | None
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


def record(
    connection: Connection, *, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Append an entry; `detail` is what JSON can say."""
    text = json.dumps(detail or {}, sort_keys=True, ensure_ascii=False)
    connection.execute(insert(audit).values(actor=actor, action=action, subject=subject, detail=text))


def recent(connection: Connection, limit: int = 100, *, before: int | None = None) -> Sequence[Entry]:
    """The newest entries, newest first; those with a sequence below `before` where that is given."""
    query = select(audit).order_by(audit.c.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.sequence < before)
    return [_entry(row) for row in connection.execute(query)]


def seal(connection: Connection, number: int, at: int) -> None:
    """Give this transaction's entries their revision, time and digest. `Database.write` does this, under
    the lock on the revision's row; it is not for others."""
    rows = connection.execute(
        select(audit).where(audit.c.revision.is_(None)).order_by(audit.c.sequence)
    ).fetchall()
    if not rows:
        return
    digest = _newest(connection)
    sealed = []
    for row in rows:
        digest = _digest(digest, row, number, at)
        sealed.append({"of": row.sequence, "new_digest": digest})
    statement = update(audit).where(audit.c.sequence == bindparam("of"))
    connection.execute(statement.values(revision=number, at=at, digest=bindparam("new_digest")), sealed)
    connection.execute(update(revision).values(audit=digest))


def broken(connection: Connection) -> list[int]:
    """The sequences of entries that do not follow from the one before; −1 when the newest are gone."""
    found, before = [], ""
    query = select(audit).order_by(audit.c.revision, audit.c.sequence)
    for row in connection.execute(query.execution_options(yield_per=10_000)):
        if row.digest != _digest(before, row, row.revision, row.at):
            found.append(int(row.sequence))
        before = row.digest or ""
    return found if before == _newest(connection) else [*found, -1]


def _newest(connection: Connection) -> str:
    return str(connection.execute(select(revision.c.audit)).scalar_one())


def _digest(before: str, row: Row[Any], number: int | None, at: int | None) -> str:
    content = [before, row.sequence, number, at, row.actor, row.action, row.subject, row.detail]
    return sha256(json.dumps(content).encode()).hexdigest()


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        sequence=row.sequence,
        at=None if row.at is None else moment(row.at),
        revision=row.revision,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        detail=json.loads(row.detail),
    )

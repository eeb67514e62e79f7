"""The audit trail: who did what to what and from where, appended to and never changed.

Each entry's digest covers the entry and the digest before it, and the newest one stands beside the revision,
so an entry that was changed, removed or slipped in by hand shows (`store.audit_chain`). Entries follow each
other by revision, then by time, then by number.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from kpidash.store import bulk
from kpidash.store.tables import audit, revision
from kpidash.store.uploads import moment

ORDER = (audit.c.revision, audit.c.at, audit.c.sequence)
"""The order in which entries were sealed; within one revision numbers of others may come in between."""


class By(Protocol):
    """Who does something, and from where: a Scope, or somebody who has none, as `Visitor`."""

    @property
    def actor(self) -> str: ...

    @property
    def origin(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody without a scope, as who is just signing in: `actor` is who they are or say they are."""

    actor: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that somebody did; `at` is in UTC, None inside the transaction that makes the entry.

    `origin` says from where, None where that was not noted; `digest` is None until the transaction ends.
    """

    sequence: int
    at: datetime | None
    revision: int | None
    actor: str
    origin: str | None
    action: str
    subject: str
    detail: Mapping[str, Any]
    digest: str | None


def record(
    connection: Connection, by: By, *, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Append an entry; `detail` is what JSON can say."""
    text = json.dumps(detail or {}, sort_keys=True, ensure_ascii=False)
    values = {"actor": by.actor, "origin": by.origin or None, "action": action, "subject": subject}
    connection.execute(insert(audit).values(**values, detail=text))


def recent(connection: Connection, limit: int = 100, *, before: int | None = None) -> Sequence[Entry]:
    """The newest entries, newest first; those with a sequence below `before` where that is given."""
    query = select(audit).order_by(audit.c.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.sequence < before)
    return [entry(row) for row in connection.execute(query)]


def seal(connection: Connection, number: int, at: int) -> None:
    """Give this transaction's entries their revision, time and digest. `Database.write` does this, under
    the lock on the revision's row; it is not for others."""
    query = select(audit).where(audit.c.revision.is_(None)).order_by(audit.c.sequence)
    rows = connection.execute(query).fetchall()
    if not rows:
        return
    digest = newest(connection)
    sealed = []
    for row in rows:
        digest = digest_of(digest, row, number=number, at=at)
        sealed.append({"of": row.sequence, "new_digest": digest})
    statement = update(audit).where(audit.c.sequence == bindparam("of"))
    connection.execute(statement.values(revision=number, at=at, digest=bindparam("new_digest")), sealed)
    connection.execute(update(revision).values(audit=digest))


def seal_quietly(connection: Connection) -> None:
    """The same for a transaction that does not raise the revision: its entries follow those of the last."""
    if not connection.execute(select(audit.c.sequence).where(audit.c.revision.is_(None)).limit(1)).first():
        return
    bulk.take_turns(connection, revision.name)
    columns = revision.c.value, revision.c.at
    number, raised = connection.execute(update(revision).values(value=columns[0]).returning(*columns)).one()
    sealed = select(func.max(audit.c.at)).where(audit.c.revision == number)
    latest = max(raised, connection.execute(sealed).scalar_one() or 0)
    seal(connection, number, max(time.time_ns() // 1000, latest + 1))


def newest(connection: Connection) -> str:
    """The digest that is kept of the newest entry; empty before there is any."""
    return str(connection.execute(select(revision.c.audit)).scalar_one())


def digest_of(before: str, row: Row[Any], **other: Any) -> str:
    """What binds an entry to the digest `before` it.

    `other` are its `sequence`, its revision (`number`) and its time (`at`) where the row's are not meant.
    """
    place = [other.get("sequence", row.sequence), other.get("number", row.revision), other.get("at", row.at)]
    content = [before, *place, row.actor, row.action, row.subject, row.detail]
    if row.origin is not None:  # entries from before origins were noted keep their digests
        content.append(row.origin)
    return sha256(json.dumps(content, default=repr).encode()).hexdigest()


def entry(row: Row[Any]) -> Entry:
    """An entry of the table."""
    return Entry(
        sequence=row.sequence,
        at=None if row.at is None else moment(row.at),
        revision=row.revision,
        actor=row.actor,
        origin=row.origin,
        action=row.action,
        subject=row.subject,
        detail=_detail(row.detail),
        digest=row.digest,
    )


def _detail(text: str) -> Mapping[str, Any]:
    """What stands in an entry; it must not take the trail away that somebody wrote into it by hand."""
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {"unreadable": str(text)}

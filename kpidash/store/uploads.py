"""Uploads: one row for each batch of changes, whoever or whatever brought it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from kpidash.store import bulk
from kpidash.store.tables import upload
from kpidash.store.versions import Applied


class Kind(StrEnum):
    """What a batch changed."""

    ACTUALS = "actuals"
    TARGETS = "targets"
    UNDO = "undo"
    CATALOGUE = "catalogue"


class State(StrEnum):
    """Whether a batch still counts."""

    COMMITTED = "committed"
    UNDONE = "undone"


class AlreadyCommitted(Exception):  # noqa: N818 - reads as what happened
    """The idempotency key was used before; `upload_id` tells by which upload."""

    def __init__(self, upload_id: int) -> None:
        super().__init__(f"this was committed before, as upload {upload_id}")
        self.upload_id = upload_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One batch. `committed_at` (UTC) and `revision` are None inside the transaction that makes it."""

    id: int
    kind: Kind
    state: State
    file_name: str | None
    digest: str | None
    actor: str
    committed_at: datetime | None
    revision: int | None
    rows: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    undoes: int | None
    idempotency_key: str | None


def insert(
    connection: Connection,
    *,
    kind: Kind,
    actor: str,
    file_name: str | None = None,
    digest: str | None = None,
    rows: int = 0,
    rejected: int = 0,
    undoes: int | None = None,
    idempotency_key: str | None = None,
) -> int:
    """The id of a new upload. Raises AlreadyCommitted when the idempotency key was used before.

    Waits for another transaction that is just using the same key.
    """
    values = {
        "kind": kind,
        "state": State.COMMITTED,
        "file_name": file_name,
        "digest": digest,
        "actor": actor,
        "rows": rows,
        "added": 0,
        "changed": 0,
        "unchanged": 0,
        "rejected": rejected,
        "undoes": undoes,
        "idempotency_key": idempotency_key,
    }
    if idempotency_key is not None:
        bulk.take_turns(connection, idempotency_key)
    statement = bulk.insert(connection, upload).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["idempotency_key"])
    made = connection.execute(statement.returning(upload.c.id)).scalar_one_or_none()
    if made is None:
        used = select(upload.c.id).where(upload.c.idempotency_key == idempotency_key)
        raise AlreadyCommitted(connection.execute(used).scalar_one())
    return int(made)


def count(connection: Connection, upload_id: int, applied: Applied) -> None:
    """Note what the upload did."""
    done = {"added": applied.added, "changed": applied.changed, "unchanged": applied.unchanged}
    connection.execute(update(upload).where(upload.c.id == upload_id).values(done))


def mark_undone(connection: Connection, upload_id: int) -> bool:
    """Note that the upload does not count any more; False when it did not before.

    Of two who undo it at the same moment the second waits here and then gets False.
    """
    return _mark(connection, upload_id, State.UNDONE)


def mark_committed(connection: Connection, upload_id: int) -> bool:
    """Note that the upload counts again, because its undo was undone; False when it did before."""
    return _mark(connection, upload_id, State.COMMITTED)


def find(connection: Connection, upload_id: int) -> Upload | None:
    """The upload with this id."""
    return _first(connection, upload.c.id == upload_id)


def by_key(connection: Connection, idempotency_key: str) -> Upload | None:
    """The upload that used the idempotency key."""
    return _first(connection, upload.c.idempotency_key == idempotency_key)


def recent(connection: Connection, limit: int = 100, *, before: int | None = None) -> Sequence[Upload]:
    """The newest uploads, newest first; those with an id below `before` where that is given."""
    query = select(upload).order_by(upload.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(upload.c.id < before)
    return [made(row) for row in connection.execute(query)]


def made(row: Any) -> Upload:
    """The upload that a row of the table is."""
    values = dict(row._mapping)
    at = values.pop("committed_at")
    kind, state = Kind(values.pop("kind")), State(values.pop("state"))
    return Upload(kind=kind, state=state, committed_at=None if at is None else moment(at), **values)


def moment(microseconds: int) -> datetime:
    """The time that lies so many microseconds after 1970 began, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    """Microseconds from the beginning of 1970 to `at`, which knows its time zone."""
    return (at - _EPOCH) // timedelta(microseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _mark(connection: Connection, upload_id: int, state: State) -> bool:
    differing = (upload.c.id == upload_id) & (upload.c.state != state)
    statement = update(upload).where(differing).values(state=state).returning(upload.c.id)
    return connection.execute(statement).scalar_one_or_none() is not None


def _first(connection: Connection, which: ColumnElement[bool]) -> Upload | None:
    row = connection.execute(select(upload).where(which)).one_or_none()
    return None if row is None else made(row)

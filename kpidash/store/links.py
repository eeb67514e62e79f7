"""One-time links: kept as digests, each good for one person and purpose, once, and for a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from kpidash.store.tables import one_time_link
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True)
class Kept:
    """A link that is known; times are UTC, `used_at` None for one that nobody used."""

    user_id: int
    expires_at: datetime
    used_at: datetime | None


def add(
    connection: Connection, digest: str, *, user_id: int, purpose: str, by: str, at: datetime, until: datetime
) -> None:
    """Keep a link."""
    values = {"digest": digest, "user_id": user_id, "purpose": purpose, "made_by": by,
              "made_at": microseconds(at), "expires_at": microseconds(until)}  # fmt: skip
    connection.execute(insert(one_time_link).values(values))


def find(connection: Connection, digest: str, purpose: str) -> Kept | None:
    """The link with this digest, used, expired or not."""
    columns = one_time_link.c
    query = select(columns.user_id, columns.expires_at, columns.used_at)
    row = connection.execute(query.where(columns.digest == digest, columns.purpose == purpose)).one_or_none()
    if row is None:
        return None
    return Kept(row.user_id, moment(row.expires_at), None if row.used_at is None else moment(row.used_at))


def use(connection: Connection, digest: str, purpose: str, *, at: datetime) -> int | None:
    """Use a link up; the id of its person, None where it is unknown, used or expired."""
    columns, now = one_time_link.c, microseconds(at)
    fresh = columns.used_at.is_(None) & (columns.expires_at > now)
    statement = update(one_time_link).where(columns.digest == digest, columns.purpose == purpose, fresh)
    return connection.execute(statement.values(used_at=now).returning(columns.user_id)).scalar_one_or_none()


def end_others(connection: Connection, user_id: int, purpose: str | None = None) -> None:
    """Forget the links of a person, of one purpose or of all: they answer as if there had been none."""
    statement = delete(one_time_link).where(one_time_link.c.user_id == user_id)
    if purpose is not None:
        statement = statement.where(one_time_link.c.purpose == purpose)
    connection.execute(statement)


def forget(connection: Connection, *, before: datetime) -> None:
    """Delete what expired before a moment."""
    connection.execute(delete(one_time_link).where(one_time_link.c.expires_at < microseconds(before)))

"""Sessions of people who signed in: from the digest of what is in their cookie to who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from kpidash.store.tables import sign_in_session, user
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which a person signed in; times are UTC.

    `method` is how they did, `address` from where, `agent` with what; `left` whether the person may not
    sign in any more.
    """

    id: str
    email: str
    method: str
    address: str
    agent: str
    begun_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    left: bool


def add(
    connection: Connection, session_id: str, *, digest: str, user_id: int, method: str, address: str,
    agent: str, at: datetime,
) -> None:  # fmt: skip
    """Begin a session."""
    now = microseconds(at)
    values = {"id": session_id, "digest": digest, "user_id": user_id, "method": method, "address": address,
              "agent": agent, "begun_at": now, "seen_at": now}  # fmt: skip
    connection.execute(insert(sign_in_session).values(values))


def by_digest(connection: Connection, digest: str) -> Session | None:
    """The session whose token has this digest, ended or not."""
    return next(iter(_sessions(connection, sign_in_session.c.digest == digest)), None)


def by_id(connection: Connection, session_id: str) -> Session | None:
    """The session with this id, ended or not."""
    return next(iter(_sessions(connection, sign_in_session.c.id == session_id)), None)


def since(connection: Connection, at: datetime) -> Sequence[Session]:
    """Those that were begun at `at` or later, ended or not; the last seen first."""
    return _sessions(connection, sign_in_session.c.begun_at >= microseconds(at))


def latest(connection: Connection) -> dict[str, datetime]:
    """When each person signed in last, by their address."""
    query = select(user.c.email, func.max(sign_in_session.c.begun_at)).join_from(sign_in_session, user)
    return {email: moment(at) for email, at in connection.execute(query.group_by(user.c.email))}


def see(connection: Connection, session_id: str, at: datetime) -> None:
    """Note that the person did something."""
    statement = update(sign_in_session).where(sign_in_session.c.id == session_id)
    connection.execute(statement.values(seen_at=microseconds(at)))


def end(connection: Connection, ids: Sequence[str], *, by: str, at: datetime) -> list[str]:
    """End those of the sessions that had not ended; returns their ids."""
    columns = sign_in_session.c
    statement = update(sign_in_session).where(columns.id.in_(ids), columns.ended_at.is_(None))
    ended = statement.values(ended_at=microseconds(at), ended_by=by).returning(columns.id)
    return list(connection.execute(ended).scalars())


def _sessions(connection: Connection, which: ColumnElement[bool]) -> list[Session]:
    columns = sign_in_session.c
    query = select(*(column for column in columns if column.name not in {"digest", "user_id"}),
                   user.c.email, user.c.disabled_at)  # fmt: skip
    rows = connection.execute(
        query.join_from(sign_in_session, user).where(which).order_by(columns.seen_at.desc(), columns.id)
    )
    return [
        Session(
            id=row.id,
            email=row.email,
            method=row.method,
            address=row.address,
            agent=row.agent,
            begun_at=moment(row.begun_at),
            seen_at=moment(row.seen_at),
            ended_at=None if row.ended_at is None else moment(row.ended_at),
            ended_by=row.ended_by,
            left=row.disabled_at is not None,
        )
        for row in rows
    ]

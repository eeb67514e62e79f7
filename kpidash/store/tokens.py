"""Tokens of programs: from the digest of a token to whose it is and what it may do."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, true, update

from kpidash.store.tables import api_token, user
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a person lent to a program; times are UTC.

    `departments` is None where nothing was said of places. `used_at` is None for one that was never used.
    """

    id: str
    email: str
    name: str
    capabilities: tuple[str, ...]
    departments: tuple[str, ...] | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None


def add(
    connection: Connection, token_id: str, *, digest: str, user_id: int, name: str,
    capabilities: Sequence[str], departments: Sequence[str] | None, at: datetime, expires_at: datetime,
) -> None:  # fmt: skip
    """Keep a new token by its digest."""
    values = {
        "id": token_id,
        "digest": digest,
        "user_id": user_id,
        "name": name,
        "capabilities": json.dumps(list(capabilities)),
        "departments": None if departments is None else json.dumps(list(departments)),
        "made_at": microseconds(at),
        "expires_at": microseconds(expires_at),
    }
    connection.execute(insert(api_token).values(values))


def by_digest(connection: Connection, digest: str) -> Token | None:
    """The token with this digest, whatever became of it."""
    return next(iter(_tokens(connection, api_token.c.digest == digest)), None)


def by_id(connection: Connection, token_id: str) -> Token | None:
    """The token with this id, whatever became of it."""
    return next(iter(_tokens(connection, api_token.c.id == token_id)), None)


def of(connection: Connection, email: str | None) -> Sequence[Token]:
    """All tokens of the person with this address, of everybody where it is None; the newest first."""
    return _tokens(connection, true() if email is None else user.c.email == email.lower())


def use(connection: Connection, token_id: str, at: datetime) -> None:
    """Note that a program asked with the token."""
    statement = update(api_token).where(api_token.c.id == token_id)
    connection.execute(statement.values(used_at=microseconds(at)))


def end(connection: Connection, token_id: str, *, by: str, at: datetime) -> bool:
    """End the token; False where it had ended before."""
    columns = api_token.c
    statement = update(api_token).where(columns.id == token_id, columns.ended_at.is_(None))
    ended = statement.values(ended_at=microseconds(at), ended_by=by).returning(columns.id)
    return connection.execute(ended).first() is not None


def _tokens(connection: Connection, which: ColumnElement[bool]) -> list[Token]:
    columns = api_token.c
    query = select(*(one for one in columns if one.name not in {"digest", "user_id"}), user.c.email)
    newest = columns.made_at.desc(), columns.id
    rows = connection.execute(query.join_from(api_token, user).where(which).order_by(*newest))
    return [
        Token(
            id=row.id,
            email=row.email,
            name=row.name,
            capabilities=tuple(json.loads(row.capabilities)),
            departments=None if row.departments is None else tuple(json.loads(row.departments)),
            made_at=moment(row.made_at),
            expires_at=moment(row.expires_at),
            used_at=None if row.used_at is None else moment(row.used_at),
            ended_at=None if row.ended_at is None else moment(row.ended_at),
            ended_by=row.ended_by,
        )
        for row in rows
    ]

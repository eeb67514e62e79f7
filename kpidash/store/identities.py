"""Who people are at an identity provider, and the roles that it gives them.

Such roles are kept apart from those given by hand: somebody may have the same one both ways, and keeps it
until both are taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from kpidash.domain.access import Grant, Role
from kpidash.store.tables import department, identity, user, user_grant
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider `issuer`, known here since `added_at` (UTC)."""

    issuer: str
    subject: str
    email: str
    added_at: datetime


def find(connection: Connection, issuer: str, subject: str) -> Identity | None:
    """The identity with this issuer and subject, letter by letter."""
    columns = identity.c
    found = _identities(connection, (columns.issuer == issuer) & (columns.subject == subject))
    return next(iter(found), None)


def of_person(connection: Connection, user_id: int) -> Sequence[Identity]:
    """Those of a person, the oldest first."""
    return _identities(connection, identity.c.user_id == user_id)


def people(connection: Connection) -> frozenset[str]:
    """The addresses of all who have one."""
    return frozenset(connection.execute(select(user.c.email).join_from(identity, user)).scalars())


def add(connection: Connection, issuer: str, subject: str, *, user_id: int, at: datetime) -> None:
    """Let this identity be that of a person from now on."""
    values = {"issuer": issuer, "subject": subject, "user_id": user_id, "added_at": microseconds(at)}
    connection.execute(insert(identity).values(values))


def departments(connection: Connection) -> frozenset[str]:
    """The codes of all departments."""
    return frozenset(connection.execute(select(department.c.code)).scalars())


def roles(connection: Connection, user_id: int) -> frozenset[Grant]:
    """What providers gave a person."""
    columns = user_grant.c
    query = select(columns.role, columns.department_code)
    rows = connection.execute(query.where(columns.user_id == user_id, columns.provider.is_not(None)))
    return frozenset(Grant(Role(row.role), row.department_code) for row in rows)


def give(connection: Connection, user_id: int, given: Grant, *, issuer: str) -> None:
    """Give a role that the provider says somebody has."""
    values = {"user_id": user_id, "role": given.role, "department_code": given.department, "provider": issuer}
    connection.execute(insert(user_grant).values(values))


def take(connection: Connection, user_id: int, given: Grant) -> None:
    """Take back a role that a provider gave; the same given by hand stays."""
    columns = user_grant.c
    place = columns.department_code.is_not_distinct_from(given.department)
    same = (columns.user_id == user_id) & (columns.role == given.role) & place
    connection.execute(delete(user_grant).where(same, columns.provider.is_not(None)))


def _identities(connection: Connection, which: ColumnElement[bool]) -> list[Identity]:
    query = select(identity.c.issuer, identity.c.subject, user.c.email, identity.c.added_at)
    rows = connection.execute(query.join_from(identity, user).where(which).order_by(identity.c.added_at))
    return [Identity(row.issuer, row.subject, row.email, moment(row.added_at)) for row in rows]

"""People and their roles."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, true, update

from kpidash.domain.access import Grant, Role
from kpidash.store import bulk
from kpidash.store.tables import user, user_grant
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True)
class User:
    """A person with what was granted; what comes from heading a department is not in `grants`.

    Since `disabled_at` (UTC) they may not sign in any more.
    """

    id: int
    email: str
    name: str
    grants: tuple[Grant, ...]
    disabled_at: datetime | None = None


def add(connection: Connection, email: str, name: str) -> int:
    """The id of the person with this address, added or renamed; addresses are compared in lower case."""
    values = {"email": _address(email), "name": name}
    statement = bulk.insert(connection, user).values(values)
    renamed = statement.on_conflict_do_update(index_elements=["email"], set_={"name": name})
    return int(connection.execute(renamed.returning(user.c.id)).scalar_one())


def find(connection: Connection, email: str) -> User | None:
    """The person with this address."""
    return next(iter(_users(connection, user.c.email == _address(email))), None)


def by_id(connection: Connection, user_id: int) -> User | None:
    """The person with this id."""
    return next(iter(_users(connection, user.c.id == user_id)), None)


def everyone(connection: Connection) -> list[User]:
    """All people, by address."""
    return _users(connection, true())


def lock(connection: Connection) -> None:
    """Keep others from changing people and their roles until the transaction ends; to look, judge, change."""
    bulk.one_at_a_time(connection, user.name)


def grant(connection: Connection, user_id: int, given: Grant) -> bool:
    """Give a role; False when the person has just this grant already."""
    if connection.execute(select(user_grant.c.id).where(_same(user_id, given))).first():
        return False
    values = {"user_id": user_id, "role": given.role, "department_code": given.department}
    connection.execute(insert(user_grant).values(values))
    return True


def revoke(connection: Connection, user_id: int, given: Grant) -> bool:
    """Take a role back; False when the person has no such grant."""
    statement = delete(user_grant).where(_same(user_id, given)).returning(user_grant.c.id)
    return bool(connection.execute(statement).fetchall())


def disable(connection: Connection, user_id: int, at: datetime | None) -> None:
    """Let the person sign in no more since `at`; with None let them again."""
    values = {"disabled_at": None if at is None else microseconds(at)}
    connection.execute(update(user).where(user.c.id == user_id).values(values))


def _address(email: str) -> str:
    return email.strip().lower()


def _same(user_id: int, given: Grant) -> ColumnElement[bool]:
    columns = user_grant.c
    place = columns.department_code.is_not_distinct_from(given.department)
    return (columns.user_id == user_id) & (columns.role == given.role) & place


def _users(connection: Connection, which: ColumnElement[bool]) -> list[User]:
    people = connection.execute(select(user).where(which).order_by(user.c.email)).fetchall()
    query = select(user_grant).where(user_grant.c.user_id.in_([person.id for person in people]))
    grants: dict[int, list[Grant]] = {}
    for row in connection.execute(query.order_by(user_grant.c.id)):
        grants.setdefault(row.user_id, []).append(Grant(Role(row.role), row.department_code))
    return [
        User(
            id=one.id,
            email=one.email,
            name=one.name,
            grants=tuple(grants.get(one.id, ())),
            disabled_at=None if one.disabled_at is None else moment(one.disabled_at),
        )
        for one in people
    ]

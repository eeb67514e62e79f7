"""People: who is known, with which roles, and who of them may sign in.

All of it is for administrators, and each change stands in the audit trail with what was before and after.
The company always keeps an administrator: the last one can be neither disabled nor revoked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from kpidash.domain.access import Grant, Role, Scope
from kpidash.domain.people import address_of, name_of
from kpidash.services.errors import NotThere, Standing, WrongQuestion
from kpidash.services.links import Link, known, made, require_manager
from kpidash.services.noting import note
from kpidash.store import catalogue, credentials, leaving, links, users
from kpidash.store.engine import Connection, Database
from kpidash.store.users import User

__all__ = ["ADMINISTRATOR", "Person", "add", "disable", "enable", "everyone", "grant", "label_of", "revoke"]

ADMINISTRATOR = Grant(Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is known: since `disabled_at` (UTC) they may not sign in any more.

    `has_password` and `has_codes` say what they sign in with here; people of an OpenID provider have none.
    """

    email: str
    name: str
    grants: tuple[Grant, ...]
    disabled_at: datetime | None
    has_password: bool
    has_codes: bool


def everyone(database: Database, scope: Scope) -> tuple[Person, ...]:
    """All people, by address."""
    require_manager(scope)
    with database.read() as connection:
        found = users.everyone(connection)
        held = credentials.everybody(connection)
    return tuple(
        Person(
            email=one.email,
            name=one.name,
            grants=one.grants,
            disabled_at=one.disabled_at,
            has_password=held.get(one.id, credentials.NOTHING).password is not None,
            has_codes=held.get(one.id, credentials.NOTHING).totp is not None,
        )
        for one in found
    )


def add(
    database: Database,
    scope: Scope,
    email: str,
    *,
    name: str,
    admin: bool = False,
    at: datetime | None = None,
) -> Link:
    """Make somebody known, as administrator or without a role; returns the link to set their first password.

    Raises WrongQuestion for what is no address or name, Standing for somebody who is known already.
    """
    require_manager(scope)
    try:
        address, called = address_of(email), name_of(name)
    except ValueError as problem:
        raise WrongQuestion(str(problem)) from None
    with database.write() as connection:
        users.lock(connection)
        if users.find(connection, address) is not None:
            raise Standing(f"{address} is known already; give a role or make a link for a new password")
        number = users.add(connection, address, called)
        if admin:
            users.grant(connection, number, ADMINISTRATOR)
        person = known(connection, address)
        note(connection, scope, "user.add", address, before=None, after=_told(person))
        return made(connection, scope, person, at=at)


def grant(database: Database, scope: Scope, email: str, given: Grant) -> bool:
    """Give a role; False when the person has it. Raises NotThere for unknown people and departments."""
    require_manager(scope, given.department)
    with database.write() as connection:
        users.lock(connection)
        _require_department(connection, given)
        before = known(connection, email)
        if changed := users.grant(connection, before.id, given):
            _note_change(connection, scope, "user.grant", before)
    return changed


def revoke(database: Database, scope: Scope, email: str, given: Grant) -> bool:
    """Take a role back; False when the person does not have it. Raises as `grant`; Standing for the last."""
    require_manager(scope, given.department)
    with database.write() as connection:
        users.lock(connection)
        before = known(connection, email)
        if changed := users.revoke(connection, before.id, given):
            if given == ADMINISTRATOR and before.disabled_at is None:
                _require_administrator(connection, before.email)
            _note_change(connection, scope, "user.revoke", before)
    return changed


def disable(database: Database, scope: Scope, email: str, *, at: datetime | None = None) -> bool:
    """Let a person sign in no more, and end their sessions, tokens and links; False when that was so before.

    Raises NotThere, and Standing for the last administrator.
    """
    require_manager(scope)
    now = at or datetime.now(UTC)
    with database.write() as connection:
        users.lock(connection)
        before = known(connection, email)
        if before.disabled_at is not None:
            return False
        users.disable(connection, before.id, now)
        if ADMINISTRATOR in before.grants:
            _require_administrator(connection, before.email)
        links.end_others(connection, before.id)
        ended = {
            "sessions": leaving.end_sessions(connection, before.id, by=scope.actor, at=now),
            "tokens": leaving.end_tokens(connection, before.id, by=scope.actor, at=now),
        }
        _note_change(connection, scope, "user.disable", before, ended=ended)
    return True


def enable(database: Database, scope: Scope, email: str) -> bool:
    """Let a person sign in again; False when they may. What was ended stays so. Raises NotThere."""
    require_manager(scope)
    with database.write() as connection:
        users.lock(connection)
        before = known(connection, email)
        if before.disabled_at is None:
            return False
        users.disable(connection, before.id, None)
        _note_change(connection, scope, "user.enable", before)
    return True


def label_of(given: Grant) -> str:
    """A grant as it is written: `analyst in finance`, `executive`."""
    return f"{given.role} in {given.department}" if given.department else str(given.role)


def _require_department(connection: Connection, given: Grant) -> None:
    found = catalogue.load(connection).catalogue.departments
    if given.department is not None and given.department not in {one.code for one in found}:
        raise NotThere(f"there is no department '{given.department}'")


def _require_administrator(connection: Connection, email: str) -> None:
    """Raise Standing, which drops the change, unless somebody is left to manage users."""
    left = [one for one in users.everyone(connection) if one.disabled_at is None]
    if not any(ADMINISTRATOR in one.grants for one in left):
        raise Standing(f"{email} is the last administrator; make somebody else one first")


def _note_change(connection: Connection, scope: Scope, action: str, before: User, **more: object) -> None:
    after = _told(known(connection, before.email))
    note(connection, scope, action, before.email, before=_told(before), after=after, **more)


def _told(person: User) -> dict[str, object]:
    roles = [label_of(one) for one in person.grants]
    return {"name": person.name, "roles": roles, "disabled": person.disabled_at is not None}

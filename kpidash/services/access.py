"""Who is asking: from a name to the scope of what that person may see and do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kpidash.domain.access import (
    Capability,
    Grant,
    NotPermitted,
    Role,
    Scope,
    headed_by,
    scope_of,
    system_scope,
)
from kpidash.domain.catalogue import Catalogue
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import users
from kpidash.store.engine import Database


@dataclass(frozen=True)
class Persona:
    """A person one can look through the eyes of in demo mode; `title` says as whom, in words."""

    email: str
    name: str
    title: str
    grants: tuple[Grant, ...]


def sign_in(database: Database, user: str, *, origin: str = "") -> Scope:
    """The scope of a known person, who asks from `origin`.

    Raises NotPermitted for somebody who holds nothing, neither a grant nor the headship of a department, and
    for somebody who left.
    """
    with database.read(newest=True) as connection:  # a replica may not have heard yet that somebody left
        catalogue = stored_catalogue.load(connection).catalogue
        found = users.find(connection, user)
    if found is not None and found.disabled_at is not None:
        raise NotPermitted(f"{user} may not sign in any more; an administrator can change that")
    name, grants = (found.email, found.grants) if found else (user, ())
    scope = scope_of(name, grants, catalogue, origin=origin)
    if not scope.held:
        raise NotPermitted(f"{user} has no role in this company; an administrator can give one")
    return scope


def system_user(name: str, *, origin: str = "") -> Scope:
    """The scope of the person at the machine itself, who may do everything."""
    return system_scope(name, origin=origin)


def as_json(scope: Scope) -> dict[str, Any]:
    """Who asks and what they may do where, for machines; `departments` are those of now."""
    return {
        "user": scope.actor,
        "capabilities": [
            {
                "capability": capability.value,
                "everywhere": scope.everywhere(capability),
                "departments": sorted(scope.departments(capability)),
            }
            for capability in Capability
            if scope.may(capability)
        ],
    }


def personas(database: Database) -> tuple[Persona, ...]:
    """Everybody with a role: executives first, then by role and in the order of the departments."""
    with database.read() as connection:
        catalogue = stored_catalogue.load(connection).catalogue
        people = users.everyone(connection)
    order = {department.code: place for place, department in enumerate(catalogue.departments)}
    found = [
        Persona(person.email, person.name, title_of(person.grants[0], catalogue), person.grants)
        for person in people
        if person.grants and person.disabled_at is None
    ]

    def place(persona: Persona) -> tuple[int, int, str]:
        first = persona.grants[0]
        return list(Role).index(first.role), order.get(first.department or "", -1), persona.name

    return tuple(sorted(found, key=place))


def title_of(grant: Grant, catalogue: Catalogue) -> str:
    """What a grant makes a person, in words: Head of Sales, Analyst, Analyst in Finance."""
    names = {department.code: department.name for department in catalogue.departments}
    where = names.get(grant.department or "")
    if grant.department is not None and where is None:
        where = "a department that is gone"
    if grant.role is Role.DEPARTMENT_HEAD:
        return f"Head of {where}" if where else "Head"
    role = grant.role.value.capitalize()
    return f"{role} in {where}" if where else role


def titles_of(email: str, grants: Iterable[Grant], catalogue: Catalogue) -> tuple[str, ...]:
    """What somebody is to the company, in words, each once: by grants, and by heading departments."""
    headed = [Grant(Role.DEPARTMENT_HEAD, one.code) for one in headed_by(email, catalogue)]
    return tuple(dict.fromkeys(title_of(one, catalogue) for one in [*grants, *headed]))

"""Who is asking: from a name to the scope of what that person may see and do."""

from dataclasses import dataclass

from kpidash.domain.access import Grant, NotPermitted, Role, Scope, scope_of, system_scope
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import users
from kpidash.store.engine import Database


@dataclass(frozen=True)
class Persona:
    """A person one can look through the eyes of in demo mode."""

    email: str
    name: str
    title: str
    department: str | None
    roles: tuple[Role, ...]


def sign_in(database: Database, user: str) -> Scope:
    """The scope of a known person.

    Raises NotPermitted for somebody who holds nothing: neither a grant nor the headship of a department.
    """
    with database.read() as connection:
        catalogue = stored_catalogue.load(connection).catalogue
        grants = [Grant(Role(found.role), found.department) for found in users.grants(connection, user)]
    scope = scope_of(user, grants, catalogue)
    if not scope.held:
        raise NotPermitted(f"{user} has no role in this company; an administrator can give one")
    return scope


def system_user(name: str) -> Scope:
    """The scope of the person at the machine itself, who may do everything."""
    return system_scope(name)


def personas(database: Database) -> tuple[Persona, ...]:
    """Everybody who holds something, in the order in which they were added."""
    raise NotImplementedError

"""One's own account: who one is to the company, what one may do where, and how one signs in."""

from collections.abc import Iterable
from dataclasses import dataclass

from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.definitions import Department
from kpidash.services.access import titles_of
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import credentials, users
from kpidash.store.credentials import NOTHING
from kpidash.store.engine import Database


@dataclass(frozen=True, slots=True)
class Ability:
    """What one may do: in the `whole` company, else in the departments of these names and all below them."""

    capability: Capability
    whole: bool
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's own account; `departments` are those in which they may do anything at all."""

    email: str
    name: str
    roles: tuple[str, ...]
    abilities: tuple[Ability, ...]
    departments: tuple[Department, ...]
    has_password: bool
    has_codes: bool


def own(database: Database, scope: Scope) -> Account:
    """The account of whoever asks; raises NotPermitted for a token, which is nobody's account."""
    if scope.lent:
        raise NotPermitted("a token has no account; sign in to see yours")
    with database.read(newest=True) as connection:
        catalogue = stored_catalogue.load(connection).catalogue
        person = users.find(connection, scope.actor)
        held = NOTHING if person is None else credentials.of(connection, person.id)
    mine = frozenset[str]().union(*(codes for _, codes, _ in scope.held))
    return Account(
        email=scope.actor if person is None else person.email,
        name=scope.actor if person is None else person.name,
        roles=() if person is None else titles_of(person.email, person.grants, catalogue),
        abilities=tuple(
            Ability(one, scope.everywhere(one), _topmost(scope.departments(one), catalogue))
            for one in Capability
            if scope.may(one)
        ),
        departments=tuple(one for one in catalogue.departments if one.code in mine),
        has_password=held.password is not None,
        has_codes=held.totp is not None,
    )


def _topmost(codes: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """The names of those departments that lie below none of the others."""
    inside = frozenset(codes)
    found = (one for one in catalogue.departments if one.code in inside)
    return tuple(one.name for one in found if one.parent not in inside)

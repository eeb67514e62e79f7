"""Everybody at a glance: what they may do, how they come in, and what they have open.

For whoever manages all users of the company. Nothing of it is a secret that signs anybody in.
"""

from dataclasses import dataclass
from datetime import datetime

from kpidash.domain.access import Grant, Scope, headed_by
from kpidash.domain.definitions import Department
from kpidash.services import people, sessions, tokens
from kpidash.services.access import titles_of
from kpidash.services.people import Person
from kpidash.services.sessions import Session
from kpidash.services.tokens import Token
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import identities, users
from kpidash.store import sessions as stored_sessions
from kpidash.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person with `roles` in words, those of heading a department too.

    `provided` are grants that come from an identity provider and go with what it says, `headed` the names of
    departments whose definition names them. `tied` is whether they came in through a provider before.
    `sessions` are open, `tokens` good.
    """

    person: Person
    roles: tuple[str, ...]
    provided: frozenset[Grant]
    headed: tuple[str, ...]
    tied: bool
    signed_in_at: datetime | None
    sessions: tuple[Session, ...]
    tokens: tuple[Token, ...]

    @property
    def state(self) -> str:
        """`disabled`; `invited`, with nothing to sign in with yet; else `active`."""
        if self.person.disabled_at is not None:
            return "disabled"
        return "active" if self.person.has_password or self.tied else "invited"


@dataclass(frozen=True, slots=True)
class Roster:
    """All people, by address, and the departments for which roles can be given."""

    members: tuple[Member, ...]
    departments: tuple[Department, ...]

    def find(self, email: str) -> Member | None:
        """The person with this address."""
        return next((one for one in self.members if one.person.email == email.strip().lower()), None)


def everybody(database: Database, scope: Scope) -> Roster:
    """Everybody; raises NotPermitted for whoever does not manage all users."""
    found = people.everyone(database, scope)
    opened, lent = sessions.open_sessions(database, scope), tokens.listed(database, scope)
    with database.read(newest=True) as connection:
        catalogue = stored_catalogue.load(connection).catalogue
        latest, tied = stored_sessions.latest(connection), identities.people(connection)
        provided = {one.email: one.provided for one in users.everyone(connection)}
    members = [
        Member(
            person=one,
            roles=titles_of(one.email, one.grants, catalogue),
            provided=provided.get(one.email, frozenset()),
            headed=tuple(each.name for each in headed_by(one.email, catalogue)),
            tied=one.email in tied,
            signed_in_at=latest.get(one.email),
            sessions=tuple(each for each in opened if each.email == one.email),
            tokens=tuple(
                each for each in lent if each.email == one.email and tokens.state_of(each) == "good"
            ),
        )
        for one in found
    ]
    return Roster(tuple(members), tuple(catalogue.departments))

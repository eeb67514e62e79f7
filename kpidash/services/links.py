"""One-time links, by which people set their first password or a new one.

A link's token has 256 random bits; only its digest is kept. It is good once, for a day, and only as long as
nobody made a newer one for the same person. Only whoever holds it can use it: making one gives no more right
than an administrator has, and stands in the audit trail.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.services.errors import NotThere, Standing
from kpidash.services.hashing import digest_of
from kpidash.services.noting import note
from kpidash.store import links as stored
from kpidash.store import users
from kpidash.store.engine import Connection, Database
from kpidash.store.users import User

PASSWORD: Final = "password"  # noqa: S105 - what a link is for
GOOD_FOR = timedelta(hours=24)
GONE = "This link is not valid any more: it was used, is older than a day, or a newer one was made."


@dataclass(frozen=True)
class Link:
    """A link that was just made: nobody can tell its `token` later. It ends at `expires_at` (UTC)."""

    email: str
    token: str = field(repr=False)
    expires_at: datetime

    def address(self, base: str) -> str:
        """Where it leads, below the public address of the application."""
        return f"{base.rstrip('/')}/link/{self.token}"


def make(database: Database, scope: Scope, email: str, *, at: datetime | None = None) -> Link:
    """A link by which a person sets a new password; older ones end.

    Raises NotThere for somebody who is not known, Standing for somebody who may not sign in.
    """
    require_manager(scope)
    with database.write() as connection:
        users.lock(connection)
        return made(connection, scope, known(connection, email), at=at)


def made(connection: Connection, scope: Scope, person: User, *, at: datetime | None = None) -> Link:
    """The same in a transaction that has locked people, by somebody who was found to be allowed to."""
    if person.disabled_at is not None:
        raise Standing(f"{person.email} may not sign in; let them again first")
    now = at or datetime.now(UTC)
    link = Link(person.email, secrets.token_urlsafe(32), now + GOOD_FOR)
    stored.forget(connection, before=now - GOOD_FOR)
    stored.end_others(connection, person.id, PASSWORD)
    stored.add(connection, digest_of(link.token), user_id=person.id, purpose=PASSWORD, by=scope.actor,
               at=now, until=link.expires_at)  # fmt: skip
    note(connection, scope, "link.make", person.email, purpose=PASSWORD,
         expires_at=link.expires_at.isoformat(timespec="seconds"))  # fmt: skip
    return link


def of_token(database: Database, token: str, *, at: datetime | None = None) -> User | None:
    """The person whose password a link sets; None for one that is unknown, used or too old."""
    now = at or datetime.now(UTC)
    with database.read(newest=True) as connection:
        found = stored.find(connection, digest_of(token), PASSWORD)
        if found is None or found.used_at is not None or found.expires_at <= now:
            return None
        person = users.by_id(connection, found.user_id)
    return None if person is None or person.disabled_at is not None else person


def use(
    connection: Connection, token: str, *, purpose: str = PASSWORD, at: datetime | None = None
) -> User | None:
    """Use a link up; its person, None where it is unknown, used or too old or they may not sign in."""
    number = stored.use(connection, digest_of(token), purpose, at=at or datetime.now(UTC))
    found = None if number is None else users.by_id(connection, number)
    return None if found is None or found.disabled_at is not None else found


def known(connection: Connection, email: str) -> User:
    """A person of the company; raises NotThere."""
    found = users.find(connection, email)
    if found is None:
        raise NotThere(f"there is nobody with the address {email}")
    return found


def require_in_person(scope: Scope, deed: str) -> None:
    """Raise NotPermitted for a program: what people prove with who they are is not lent."""
    if scope.lent:
        raise NotPermitted(f"a token does not {deed}; sign in to do that")


def require_manager(scope: Scope, department: str | None = None) -> None:
    """Raise NotPermitted unless the person manages users in `department`; without one, all of them.

    Who may manage people of one department only could otherwise set the password of anybody.
    """
    allowed = scope.everywhere(Capability.MANAGE_USERS)
    if department is not None:
        allowed = scope.may(Capability.MANAGE_USERS, department)
    if not allowed:
        where = f" in {department}" if department else ""
        raise NotPermitted(f"{scope.actor} may not manage users{where}")

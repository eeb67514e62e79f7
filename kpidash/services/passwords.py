"""Setting passwords: by a one-time link, or by people who know the one they have.

Setting one ends the sessions that were open with the one before: somebody else's may be among them.
"""

from datetime import UTC, datetime
from pathlib import Path

from kpidash.domain.access import Scope
from kpidash.domain.passwords import faults, normal
from kpidash.services import attempts, breached, hashing, links
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.noting import By, Visitor, note
from kpidash.store import credentials, leaving, users
from kpidash.store import links as stored_links
from kpidash.store.engine import Connection, Database
from kpidash.store.users import User

NOT_YOURS = "The password you have now is not this one."
PRODUCT = "kpidash"


class Unfit(WrongQuestion):
    """The new password may not be set; `reasons` are sentences."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def set_by_link(
    database: Database, token: str, password: str, *, address: str, breaches: Path | None = None,
    at: datetime | None = None,
) -> str:  # fmt: skip
    """Set the password of the person of a link, which is used up by it; returns their mail address.

    Raises NotThere for a link that is not valid, and Unfit, which leaves it valid. `breaches` is a file of
    breached passwords (`services.breached`), `address` where the person is.
    """
    now = at or datetime.now(UTC)
    person = links.of_token(database, token, at=now)
    if person is None:
        raise NotThere(links.GONE)
    kept = _fit(password, person, breaches)
    with database.write() as connection:
        if links.use(connection, token, at=now) is None:
            raise NotThere(links.GONE)
        _set(connection, person, kept, Visitor(person.email, address), how="link", at=now)
    return person.email


def change(
    database: Database, scope: Scope, old: str, new: str, *, breaches: Path | None = None,
    session: str | None = None, at: datetime | None = None,
) -> None:  # fmt: skip
    """Give oneself another password; ends one's sessions but the one with the id `session`.

    Raises attempts.NotProven where `old` is not the password, which counts as a failed sign-in, and Unfit.
    """
    links.require_in_person(scope, "change passwords")
    now = at or datetime.now(UTC)
    person, before = proven(database, scope, old, at=at)
    if normal(new) == normal(old):
        raise Unfit("This is the password that you have; choose another.")
    kept = _fit(new, person, breaches)
    with database.write() as connection:
        if not credentials.rehash(connection, person.id, before=before or "", after=kept):
            raise attempts.NotProven(NOT_YOURS)
        _set(connection, person, kept, scope, how="own", at=now, session=session)


def proven(
    database: Database, scope: Scope, password: str, *, at: datetime | None = None
) -> tuple[User, str | None]:
    """Who asks, and the hash of their password, which this has to be.

    Raises attempts.NotProven where it is not, which counts as a failed sign-in: whoever has somebody's open
    screen has not their password.
    """
    with database.read(newest=True) as connection:
        person = links.known(connection, scope.actor)
        kept = credentials.of(connection, person.id).password
    with attempts.counted(database, person.email, address="", at=at):
        if not hashing.matches(kept, password):
            raise attempts.NotProven(NOT_YOURS)
    return person, kept


def _fit(password: str, person: User, breaches: Path | None) -> str:
    """The hash of a password that may be set; raises Unfit."""
    chosen, own = normal(password), (person.email, person.name, PRODUCT)
    reasons = faults(
        chosen,
        of=own,
        guesses=lambda one: breached.guesses(one, own),
        leaked=lambda one: breached.leaked(one, breaches),
    )
    if found := tuple(reasons):
        raise Unfit(*found)
    return hashing.hashed(chosen)


def _set(
    connection: Connection, person: User, kept: str, by: By, *, how: str, at: datetime,
    session: str | None = None,
) -> None:  # fmt: skip
    found = users.by_id(connection, person.id)
    if found is None or found.disabled_at is not None:
        raise NotThere(links.GONE)
    credentials.set_password(connection, person.id, kept, at=at)
    stored_links.end_others(connection, person.id)
    ended = leaving.end_sessions(connection, person.id, by=person.email, at=at, but=session)
    note(connection, by, "password.set", person.email, how=how, ended=ended)

"""Signing in with a mail address and a password, and a code where a person has turned codes on.

All failures answer alike, and take the same work: nobody learns who is known, may sign in or has a password.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kpidash.domain.people import address_of
from kpidash.services import attempts, hashing, links, second_factor, sessions
from kpidash.services.attempts import NotProven, TooMany
from kpidash.services.errors import NotThere
from kpidash.services.hashing import digest_of
from kpidash.services.sessions import Begun
from kpidash.store import credentials, users
from kpidash.store import links as stored_links
from kpidash.store.credentials import Credential
from kpidash.store.engine import Database
from kpidash.store.users import User

__all__ = ["Begun", "CodeNeeded", "NotProven", "TooMany", "Visit", "with_code", "with_password"]

WRONG = "The address or the password is not right."
LATE = "That took too long. Sign in again."
CODE = "code"
CODE_WITHIN = timedelta(minutes=5)
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Visit:
    """From which `address` somebody signs in, and with which `agent`."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """The password was right; `token` goes to `with_code` with a code, within a few minutes."""

    token: str = field(repr=False)


def with_password(
    database: Database, email: str, password: str, visit: Visit, *, at: datetime | None = None
) -> Begun | CodeNeeded:
    """A session for whoever knows the password. Raises NotProven, TooMany."""
    called = _called(email)
    with attempts.counted(database, called, address=visit.address, at=at):
        person, held = _of(database, called)
        if not hashing.matches(held.password, password) or person is None or held.password is None:
            raise NotProven(WRONG)
        if hashing.is_outdated(held.password):
            held = _again(database, person, held.password, password)
        if held.totp is None:
            return _begun(database, person, held, visit, method="password", at=at)
    return _ask_code(database, person, at)


def with_code(
    database: Database, token: str, code: str, visit: Visit, *, key: str | None, at: datetime | None = None
) -> Begun:
    """A session for whoever knew the password and now has a code. Raises NotProven, TooMany, NotThere.

    The last says that the token is not valid any more.
    """
    now = at or datetime.now(UTC)
    person, held = _asked(database, token, now)
    with attempts.counted(database, person.email, address=visit.address, at=at):
        with database.write(quiet=True) as connection:
            if not second_factor.is_right(connection, person.id, code, key=key, at=at):
                raise NotProven(second_factor.WRONG_CODE)
            if links.use(connection, token, purpose=CODE, at=now) is None:
                raise NotThere(LATE)
        return _begun(database, person, held, visit, method="password and code", at=at)


def _called(email: str) -> str:
    """The address as people are found by it; for what is none something that nobody is called."""
    try:
        return address_of(email)
    except ValueError:
        return "no address: " + hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()


def _of(database: Database, called: str) -> tuple[User | None, Credential]:
    """Somebody who may sign in and what they have, with the same questions to the database for everybody."""
    with database.read(newest=True) as connection:
        person = users.find(connection, called)
        held = credentials.of(connection, person.id if person else _NOBODY)
    may = person is not None and person.disabled_at is None
    return (person, held) if may else (None, credentials.NOTHING)


def _again(database: Database, person: User, before: str, password: str) -> Credential:
    """Keep the password with today's parameters; raises NotProven where it was just changed."""
    after = hashing.hashed(password)
    with database.write(quiet=True) as connection:
        if not credentials.rehash(connection, person.id, before=before, after=after):
            raise NotProven(WRONG)
        return credentials.of(connection, person.id)


def _ask_code(database: Database, person: User, at: datetime | None) -> CodeNeeded:
    now, token = at or datetime.now(UTC), secrets.token_urlsafe(32)
    with database.write(quiet=True) as connection:
        stored_links.end_others(connection, person.id, CODE)
        stored_links.add(connection, digest_of(token), user_id=person.id, purpose=CODE, by=person.email,
                         at=now, until=now + CODE_WITHIN)  # fmt: skip
    return CodeNeeded(token)


def _asked(database: Database, token: str, now: datetime) -> tuple[User, Credential]:
    with database.read(newest=True) as connection:
        found = stored_links.find(connection, digest_of(token), CODE)
        if found is None or found.used_at is not None or found.expires_at <= now:
            raise NotThere(LATE)
        person = users.by_id(connection, found.user_id)
        if person is None or person.disabled_at is not None:
            raise NotThere(LATE)
        return person, credentials.of(connection, person.id)


def _begun(
    database: Database, person: User, proven: Credential, visit: Visit, *, method: str, at: datetime | None
) -> Begun:
    """Begin the session, unless what was proven was changed meanwhile: that has ended all sessions."""
    try:
        begun = sessions.begin(
            database, person.email, method=method, address=visit.address, agent=visit.agent, at=at
        )
    except NotThere:
        raise NotProven(WRONG) from None
    with database.read(newest=True) as connection:
        same = credentials.of(connection, person.id) == proven
    if not same:
        sessions.leave(database, begun.token, at=at)
        raise NotProven(WRONG)
    return begun

"""Sessions: begun by a sign-in, found again by the token in a cookie, ended by time, person or administrator.

The token is 256 random bits, of which only the digest is kept. Whoever asks with a token that is unknown,
ended or too old gets None: why does not matter to them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from kpidash.domain.access import Capability, Scope
from kpidash.services.errors import NotThere
from kpidash.services.hashing import digest_of
from kpidash.services.links import known, require_manager
from kpidash.store import audit, users
from kpidash.store import sessions as stored
from kpidash.store.engine import Connection, Database
from kpidash.store.sessions import Session

__all__ = [
    "ABSOLUTE",
    "IDLE",
    "NOTED",
    "Begun",
    "Session",
    "begin",
    "end",
    "end_of",
    "leave",
    "of_id",
    "of_token",
    "open_sessions",
    "seen",
]

IDLE = timedelta(minutes=30)
"""A session ends when its person has done nothing for so long."""
ABSOLUTE = timedelta(hours=12)
"""And at the latest so long after it was begun."""
NOTED = timedelta(minutes=1)
"""How exactly it is noted when somebody was last seen."""


@dataclass(frozen=True)
class Begun:
    """A session that was just begun, with the `token` for its cookie, which nobody can tell later."""

    id: str
    token: str = field(repr=False)


def begin(
    database: Database, email: str, *, method: str, address: str, agent: str, at: datetime | None = None
) -> Begun:
    """Begin a session of a person who proved to be who they are.

    Raises NotThere for somebody who is not known or may not sign in any more.
    """
    begun = Begun(uuid4().hex, secrets.token_urlsafe(32))
    with database.write(quiet=True) as connection:
        users.lock(connection)  # else one that begins while its person is disabled would be ended by nobody
        person = users.find(connection, email)
        if person is None or person.disabled_at is not None:
            raise NotThere("there is no such person")
        stored.add(
            connection, begun.id, digest=digest_of(begun.token), user_id=person.id, method=method,
            address=address, agent=agent[:200], at=at or datetime.now(UTC),
        )  # fmt: skip
        by, detail = audit.Visitor(person.email, address), {"method": method}
        audit.record(connection, by, action="session.begin", subject=f"session {begun.id}", detail=detail)
    return begun


def of_token(database: Database, token: str, *, at: datetime | None = None) -> Session | None:
    """The open session of a token."""
    with database.read(newest=True) as connection:
        return _open(stored.by_digest(connection, digest_of(token)), at)


def of_id(database: Database, session_id: str, *, at: datetime | None = None) -> Session | None:
    """The open session with an id."""
    with database.read(newest=True) as connection:
        return _open(stored.by_id(connection, session_id), at)


def seen(database: Database, session: Session, *, at: datetime | None = None) -> None:
    """Note that the person of a session does something; not more often than once a minute."""
    now = at or datetime.now(UTC)
    if now - session.seen_at >= NOTED:
        with database.write(quiet=True) as connection:
            stored.see(connection, session.id, now)


def open_sessions(database: Database, scope: Scope, *, at: datetime | None = None) -> Sequence[Session]:
    """One's own open sessions, the last seen first; everybody's for whoever manages all users.

    To a program it shows none by being that person.
    """
    now = at or datetime.now(UTC)
    with database.read(newest=True) as connection:
        found = [one for one in stored.since(connection, now - ABSOLUTE) if _open(one, now)]
    everybody = scope.everywhere(Capability.MANAGE_USERS)
    mine = None if scope.lent else scope.actor.lower()
    return [one for one in found if everybody or one.email == mine]


def end(database: Database, scope: Scope, ids: Sequence[str], *, at: datetime | None = None) -> int:
    """End sessions: one's own, or anybody's for whoever manages all users; returns how many had been open.

    Raises NotThere for one that is not there for this person.
    """
    with database.write() as connection:
        for one in ids:
            found = stored.by_id(connection, one)
            own = found is not None and not scope.lent and found.email == scope.actor.lower()
            if found is None or not (own or scope.everywhere(Capability.MANAGE_USERS)):
                raise NotThere("there is no such session")
        return _end(connection, scope, ids, at or datetime.now(UTC))


def end_of(database: Database, scope: Scope, email: str, *, at: datetime | None = None) -> int:
    """End all open sessions of a person, for whoever manages all users; returns how many there were.

    Raises NotThere where there is no such person.
    """
    require_manager(scope)
    now = at or datetime.now(UTC)
    with database.write() as connection:
        users.lock(connection)
        person = known(connection, email)
        found = stored.since(connection, now - ABSOLUTE)
        theirs = [one.id for one in found if one.email == person.email and _open(one, now)]
        return _end(connection, scope, theirs, now)


def leave(database: Database, token: str, *, at: datetime | None = None) -> bool:
    """End the session of a token, as its person does; False where it was not open."""
    now = at or datetime.now(UTC)
    with database.write() as connection:
        found = _open(stored.by_digest(connection, digest_of(token)), now)
        if found is None:
            return False
        stored.end(connection, [found.id], by=found.email, at=now)
        by = audit.Visitor(found.email, found.address)
        audit.record(connection, by, action="session.end", subject=f"session {found.id}")
    return True


def _end(connection: Connection, scope: Scope, ids: Sequence[str], at: datetime) -> int:
    ended = stored.end(connection, ids, by=scope.actor, at=at)
    for one in ended:
        audit.record(connection, scope, action="session.end", subject=f"session {one}")
    return len(ended)


def _open(found: Session | None, at: datetime | None) -> Session | None:
    now = at or datetime.now(UTC)
    if found is None or found.ended_at is not None or found.left:
        return None
    return found if now - found.seen_at < IDLE and now - found.begun_at < ABSOLUTE else None

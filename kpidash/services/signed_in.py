"""Who is signed in, as one process knows it: an open screen asks here, and so costs the database nothing.

Whatever ends a session or changes what its person may do raises the revision; until the watcher has seen
that, what was read stays true. Only the passing of time is reckoned here, and that a person does something.
"""

import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kpidash.domain.access import NotPermitted, Scope
from kpidash.services import access, sessions
from kpidash.services.database import Database
from kpidash.services.sessions import ABSOLUTE, IDLE, NOTED, Session
from kpidash.services.watching import Watcher, watcher_of

BELIEVED_S = 30.0
"""For how long what was read is believed while the database does not answer."""
_MOST = 10_000
"""Sessions that are known at a time."""


@dataclass(slots=True)
class _Known:
    """A session as it was read at a settled revision, what its person may do, and when both were sure."""

    session: Session
    settled: int
    sure: float
    scope: Scope | None = None


class SignedIn:
    """The open sessions that somebody has asked for. Safe to share between threads."""

    def __init__(self, database: Database, watcher: Watcher) -> None:
        self._database = database
        self._watcher = watcher
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def by_token(self, token: str) -> Session | None:
        """The open session of a token, read anew. Raises DatabaseUnavailable and SchemaOutdated."""
        settled = self._watcher.known.settled.revision
        return self._keep(sessions.of_token(self._database, token), settled)

    def by_id(self, session_id: str) -> Session | None:
        """The open session with an id, read only if need be. Raises as `by_token` does."""
        known = self.at_hand(session_id)
        if known is not None:
            return known
        settled = self._watcher.known.settled.revision
        found = sessions.of_id(self._database, session_id)
        if found is None:
            with self._lock:
                self._known.pop(session_id, None)
        return self._keep(found, settled)

    def at_hand(self, session_id: str) -> Session | None:
        """The session where it is known to be open without asking the database; None says nothing."""
        known = self._known.get(session_id)
        if known is None or known.settled != self._watcher.known.settled.revision:
            return None
        now = time.monotonic()
        if self._watcher.reachable:
            known.sure = now
        at, session = datetime.now(UTC), known.session
        fresh = at - session.seen_at < IDLE and at - session.begun_at < ABSOLUTE
        return session if fresh and now - known.sure < BELIEVED_S else None

    def scope(self, session_id: str) -> Scope:
        """What the person may do now, asking from where they are.

        Raises NotPermitted where the session has ended or the person holds nothing any more.
        """
        session = self.by_id(session_id)
        known = self._known.get(session_id)
        if session is None or known is None:
            raise NotPermitted("you are signed out")
        if known.scope is None:
            known.scope = access.sign_in(self._database, session.email, origin=session.address)
        return known.scope

    def act(self, session_id: str) -> None:
        """Note that the person does something; the database is told once a minute."""
        session = self.by_id(session_id)
        now = datetime.now(UTC)
        if session is None or now - session.seen_at < NOTED:
            return
        sessions.seen(self._database, session, at=now)
        with self._lock:
            if (known := self._known.get(session_id)) is not None:
                known.session = replace(session, seen_at=now)

    def _keep(self, found: Session | None, settled: int) -> Session | None:
        if found is None:
            return None
        with self._lock:
            before = self._known.get(found.id)
            held = before.scope if before is not None and before.settled == settled else None
            self._known[found.id] = _Known(found, settled, time.monotonic(), held)
            if len(self._known) > _MOST:
                self._forget()
        return found

    def _forget(self) -> None:
        """Leave out what nobody has asked for the longest; it is read again if need be."""
        kept = sorted(self._known.items(), key=lambda one: one[1].sure)[-_MOST // 2 :]
        self._known = dict(kept)


_all: dict[Database, SignedIn] = {}
_one_at_a_time = threading.Lock()


def signed_in_to(database: Database) -> SignedIn:
    """The process' one knowledge of who is signed in to a database."""
    with _one_at_a_time:
        if database not in _all:
            _all[database] = SignedIn(database, watcher_of(database))
        return _all[database]

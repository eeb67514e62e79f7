"""Definitions of which nothing has changed since they were last read: the same objects, not made again.

What is remembered belongs to one state of one database, which its revision and that one's time name. Where
only actuals have changed since, it holds on; where the rows are the same for another reason, too.
"""

from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from kpidash.store import movements
from kpidash.store.connecting import WRITE
from kpidash.store.tables import revision

KEPT = 4
"""States of one database that are remembered: that of now, and some as known at other moments."""

Made = TypeVar("Made")
State = tuple[Any, ...]
"""Revision, its time in microseconds, and what else a question depends on."""
Rows = tuple[list[Any], ...]


class Remembered(Generic[Made]):
    """Things made of rows, by database and state; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: WeakKeyDictionary[Engine, dict[State, tuple[Rows, Made]]] = WeakKeyDictionary()

    def of(self, connection: Connection, state: State) -> Made | None:
        """What was made of this state."""
        with self._lock:
            known = self._known.get(connection.engine, {})
            if state not in known:
                return None
            known[state] = known.pop(state)  # now the latest
            return known[state][1]

    def since(self, connection: Connection, state: State) -> Made | None:
        """What was made of an earlier state, where only actuals have changed from that to this one."""
        with self._lock:
            known = self._known.get(connection.engine, {})
            earlier = [one for one in known if one[2:] == state[2:] and one[:1] < state[:1]]
        if not earlier:
            return None
        latest = max(earlier)
        if not movements.only_actuals(connection, latest[:2], state[0]):
            return None
        with self._lock:
            rows, made = known.get(latest, ((), None))
        if made is not None:
            self.keep(connection, state, rows, made)
        return made

    def alike(self, connection: Connection, rows: Rows) -> Made | None:
        """What was made of another state that had the same rows."""
        with self._lock:
            others = list(self._known.get(connection.engine, {}).values())
        return next((made for known, made in reversed(others) if known == rows), None)

    def keep(self, connection: Connection, state: State, rows: Rows, made: Made) -> None:
        """Remember it, and forget what nobody has asked for the longest."""
        with self._lock:
            known = self._known.setdefault(connection.engine, {})
            known[state] = rows, made
            while len(known) > KEPT:
                del known[next(iter(known))]

    def forget(self) -> None:
        """Start anew, as a new process does."""
        with self._lock:
            self._known.clear()


def state_of(connection: Connection, *more: object) -> State | None:
    """The state that this transaction sees, with what else the question depends on.

    None in one that writes: what it has changed itself has no revision yet.
    """
    if connection.get_execution_options().get(WRITE, False):
        return None
    row = connection.execute(select(revision.c.value, revision.c.at)).one_or_none()
    return None if row is None else (*row, *more)

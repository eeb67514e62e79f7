"""What was made of a state of the database and still holds: the same objects, not read or made again.

What is remembered belongs to one state of one database, which its revision and that one's time name. It holds
on where the changes since do not concern it; where the rows are the same for another reason, too.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from kpidash.store import movements
from kpidash.store.connecting import MOVES, STATE, WRITE
from kpidash.store.movements import Movement
from kpidash.store.tables import revision

KEPT = 4
"""Of how many states the definitions are remembered: that of now, and some as known at other moments."""

_AT_ONCE = 16
"""How many different things may be made at the same time."""

Made = TypeVar("Made")
State = tuple[Any, ...]
"""Revision, its time in microseconds, and what else a question depends on."""
Rows = tuple[list[Any], ...]


def only_actuals(moves: Sequence[Movement]) -> bool:
    """Whether these changes were of actuals alone."""
    return all(one.touched is not None for one in moves)


def elsewhere(kpi_ids: Iterable[int]) -> Callable[[Sequence[Movement]], bool]:
    """Whether changes were of actuals of other KPIs than these."""
    own = frozenset(kpi_ids)

    def harmless(moves: Sequence[Movement]) -> bool:
        return all(one.touched is not None and own.isdisjoint(one.touched) for one in moves)

    return harmless


class Remembered(Generic[Made]):
    """Things made of `kept` states of each database; safe to share between threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = Lock()
        self._turns = [Lock() for _ in range(_AT_ONCE)]
        self._known: WeakKeyDictionary[Engine, dict[State, tuple[Rows, Made]]] = WeakKeyDictionary()

    def of(self, connection: Connection, state: State) -> Made | None:
        """What was made of this state."""
        with self._lock:
            known = self._known.get(connection.engine, {})
            if state not in known:
                return None
            known[state] = known.pop(state)  # now the latest
            return known[state][1]

    def since(
        self,
        connection: Connection,
        state: State,
        harmless: Callable[[Sequence[Movement]], bool] = only_actuals,
    ) -> Made | None:
        """What was made of the latest earlier state, where the changes since that were `harmless`."""
        with self._lock:
            known = self._known.get(connection.engine, {})
            earlier = [(one, known[one]) for one in known if one[2:] == state[2:] and one[0] < state[0]]
        if not earlier:
            return None
        latest, (rows, made) = max(earlier, key=lambda one: one[0][0])
        moves = _moves(connection, latest[:2], state[0])
        if moves is None or not harmless(moves):
            return None
        self.keep(connection, state, rows, made)
        return made

    def settled(
        self,
        connection: Connection,
        state: State | None,
        make: Callable[[], Made],
        harmless: Callable[[Sequence[Movement]], bool] | None = only_actuals,
    ) -> Made:
        """What holds in this state; of those who ask at once one makes it. Without a state: made anew.

        Where no change is `harmless` (None), what was made of earlier states is not even looked at.
        """
        if state is None:
            return make()
        with self._turns[hash(state) % len(self._turns)]:
            found = self.latest(connection, state, harmless)
            if found is None:
                found = make()
                self.keep(connection, state, (), found)
            return found

    def latest(
        self,
        connection: Connection,
        state: State,
        harmless: Callable[[Sequence[Movement]], bool] | None = only_actuals,
    ) -> Made | None:
        """What was made of this state, or of an earlier one where the changes since that were harmless."""
        found = self.of(connection, state)
        return found if found is not None or harmless is None else self.since(connection, state, harmless)

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
            while len(known) > self._kept:
                del known[next(iter(known))]

    def forget(self) -> None:
        """Start anew, as a new process does."""
        with self._lock:
            self._known.clear()


def _moves(connection: Connection, earlier: tuple[int, int], now: int) -> list[Movement] | None:
    """The changes between two states, which a transaction asks for once."""
    known: dict[State, list[Movement] | None] = connection.info.setdefault(MOVES, {})
    if (*earlier, now) not in known:
        known[*earlier, now] = movements.from_state(connection, earlier, now)
    return known[*earlier, now]


def state_of(connection: Connection, *more: object) -> State | None:
    """The state that this transaction sees, with what else the question depends on.

    None in one that writes: what it has changed itself has no revision yet.
    """
    if connection.get_execution_options().get(WRITE, False):
        return None
    seen = connection.info
    if STATE not in seen:  # it stays the same for as long as the transaction
        row = connection.execute(select(revision.c.value, revision.c.at)).one_or_none()
        seen[STATE] = None if row is None else tuple(row)
    return None if seen[STATE] is None else (*seen[STATE], *more)

"""One watcher per process knows how new the data is: of everything, and of any KPIs.

Screens compare the newest change that concerns what they show with what they have shown. Only the watcher
asks the database.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import pandas as pd

from kpidash.services.company import OpenCompany, open_company
from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated
from kpidash.services.tallies import NOTICED
from kpidash.store import movements
from kpidash.store.movements import Movement
from kpidash.store.signals import Signal

_log = logging.getLogger("kpidash.services")
MISSES = 2
"""After so many changes in a row of which a listener was told nothing it is trusted no more."""


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A change: its revision, and when it was (UTC)."""

    revision: int
    at: datetime


@dataclass(frozen=True)
class Known:
    """What is known at one moment: `latest` is the newest change, `settled` the newest that may concern
    anything: people, definitions, targets."""

    latest: Seen
    settled: Seen
    by_kpi: Mapping[str, Seen] = field(default_factory=dict)

    def of(self, codes: frozenset[str] | None) -> Seen:
        """The newest change that can concern these KPIs: their definitions, targets, actuals or inputs.

        None is for everything.
        """
        if codes is None:
            return self.latest
        if codes not in self._found:
            self._found[codes] = self._of(codes)
        return self._found[codes]

    def _of(self, codes: frozenset[str]) -> Seen:
        known = self.by_kpi
        if len(codes) > len(known):
            return max([self.settled, *(seen for code, seen in known.items() if code in codes)])
        return max([self.settled, *(known[code] for code in codes if code in known)])

    @cached_property
    def _found(self) -> dict[frozenset[str], Seen]:
        """What was asked for: open screens ask for the same few again and again."""
        return {}


Ahead = Callable[[Known], None]
"""Makes ready what screens will ask for, given what they will be told."""
Told = Callable[[], None]
"""Is called when there is something new to know."""


class Watcher:
    """How new the data of a database is. Safe to share between threads.

    `reachable` is False while the database does not answer. Its thread calls `ahead` before it tells of a
    change of actuals, so that screens find ready what all of them want at once; after each change it calls
    `told`.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._signal: Signal | None = None
        self._follower: threading.Thread | None = None
        self._stopped = threading.Event()
        nothing = Seen(-1, datetime.now(UTC))
        self.known = Known(nothing, nothing)
        self.ahead: Ahead | None = None
        self.told: Told | None = None
        self.reachable = True

    @property
    def listening(self) -> bool:
        """Whether the database tells of changes; else it is looked at often."""
        return self._signal is not None and self._signal.listening

    def look(self, ahead: Ahead | None = None) -> None:
        """Read what has changed, and know it. Raises DatabaseUnavailable and SchemaOutdated."""
        while True:
            before = self.known
            found = self._after(before)
            if found is before:
                return
            if ahead is not None and found.settled == before.settled:
                ahead(found)
            with self._lock:
                if self.known is before:  # else somebody who would not wait has looked meanwhile
                    self.known = found
                    if before.latest.revision >= 0:
                        late = datetime.now(UTC) - found.latest.at
                        NOTICED.observe(max(0.0, late.total_seconds()))
            if self.told is not None:
                self.told()

    def catch_up(self, revision: int) -> None:
        """Know at least of this revision."""
        if revision > self.known.latest.revision:
            self.look()

    def start(self) -> None:
        """Follow the database in a thread, until `stop`."""
        self._signal = self.database.signal()
        self._follower = threading.Thread(
            target=self._follow, args=(self._signal,), name="kpidash-watcher", daemon=True
        )
        self._follower.start()

    def stop(self) -> None:
        """End following; returns when it has ended."""
        self._stopped.set()
        if self._signal is not None and self._follower is not None:
            self._signal.stop()
            self._follower.join()

    def _follow(self, signal: Signal) -> None:
        told, missed = True, 0
        while not self._stopped.is_set():
            before = self.known
            try:
                self.look(self.ahead)
                self.reachable = True
            except (DatabaseUnavailable, SchemaOutdated):
                self.reachable = False
            except Exception:
                # Open screens hear of ended sessions and lost roles by this thread: it must not end, and what
                # was read before is soon believed no more.
                self.reachable = False
                _log.exception("the database cannot be followed")
            missed = 0 if told or self.known is before else missed + 1
            if signal.listening and missed == MISSES:
                signal.distrust()
            told = signal.wait()
        signal.close()

    def _after(self, before: Known) -> Known:
        with self.database.read(newest=True) as connection:
            revision, at = self.database.state(connection)
            now = Seen(revision, at)
            if now == before.latest:
                return before
            if not 0 <= before.latest.revision < revision:  # the first look, or another database in its place
                return Known(now, now)
            company, found = open_company(connection), before
            for move in movements.since(connection, before.latest.revision, revision, at):
                found = _with(found, move, company)
            return replace(found, latest=now)


def _with(known: Known, move: Movement, company: OpenCompany) -> Known:
    seen = Seen(move.revision, move.at)
    if move.touched is None:
        return replace(known, settled=seen)
    kpis = company.catalogue.kpis
    numbers = company.number_of.get_indexer(pd.Index(list(move.touched))).tolist()
    touched = frozenset(kpis[number].code for number in numbers if number >= 0)  # else it is retired
    return replace(known, by_kpi={**known.by_kpi, **dict.fromkeys(_with_formulas(company, touched), seen)})


_watchers: dict[Database, Watcher] = {}
_one_at_a_time = threading.Lock()


def watcher_of(database: Database) -> Watcher:
    """The process' one watcher of a database, already following it."""
    with _one_at_a_time:
        if database not in _watchers:
            _watchers[database] = found = Watcher(database)
            found.start()
        return _watchers[database]


@lru_cache(maxsize=64)
def _with_formulas(company: OpenCompany, codes: frozenset[str]) -> frozenset[str]:
    """KPIs with those whose formulas need one of them, however far."""
    found, waiting = set(codes), True
    while waiting:
        more = {
            company.catalogue.kpis[number].code
            for number, formula in company.book.formulas.items()
            if any(needed.code in found for needed in formula.inputs)
        }
        waiting = not more <= found
        found |= more
    return frozenset(found)

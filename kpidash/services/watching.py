"""One watcher per process knows how new the data is: of everything, and of any KPIs.

Screens compare the newest change that concerns what they show with what they have shown. Only the watcher
asks the database.
"""

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

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


class Watcher:
    """How new the data of a database is. Safe to share between threads.

    `latest` is the newest change, `settled` the newest that may concern anything: people, definitions,
    targets. `reachable` is False while the database does not answer.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._by_kpi: dict[str, Seen] = {}
        self._signal: Signal | None = None
        self._follower: threading.Thread | None = None
        self._stopped = threading.Event()
        self.latest = self.settled = Seen(-1, datetime.now(UTC))
        self.reachable = True

    @property
    def listening(self) -> bool:
        """Whether the database tells of changes; else it is looked at often."""
        return self._signal is not None and self._signal.listening

    def of(self, codes: Collection[str]) -> Seen:
        """The newest change that can concern these KPIs: their definitions, targets, actuals or inputs."""
        known = self._by_kpi
        if len(codes) > len(known):
            return max([self.settled, *(seen for code, seen in known.items() if code in codes)])
        return max([self.settled, *(known[code] for code in codes if code in known)])

    def look(self) -> None:
        """Read what has changed. Raises DatabaseUnavailable and SchemaOutdated."""
        with self._lock, self.database.read(newest=True) as connection:
            revision, at = self.database.state(connection)
            if revision == self.latest.revision and at == self.latest.at:
                return
            now = Seen(revision, at)
            if 0 <= self.latest.revision < revision:
                company = open_company(connection)
                for move in movements.since(connection, self.latest.revision, revision, at):
                    self._note(move, company)
                NOTICED.observe(max(0.0, (datetime.now(UTC) - at).total_seconds()))
            else:  # the first look, or another database in its place
                self._by_kpi, self.settled = {}, now
            self.latest = now

    def catch_up(self, revision: int) -> None:
        """Know at least of this revision."""
        if revision != self.latest.revision:
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
            before = self.latest
            try:
                self.look()
                self.reachable = True
            except (DatabaseUnavailable, SchemaOutdated):
                self.reachable = False
            except Exception:
                # Open screens hear of ended sessions and lost roles by this thread: it must not end, and what
                # was read before is soon believed no more.
                self.reachable = False
                _log.exception("the database cannot be followed")
            missed = 0 if told or self.latest == before else missed + 1
            if signal.listening and missed == MISSES:
                signal.distrust()
            told = signal.wait()
        signal.close()

    def _note(self, move: Movement, company: OpenCompany) -> None:
        seen = Seen(move.revision, move.at)
        if move.touched is None:
            self.settled = seen
            return
        kpis = company.catalogue.kpis
        numbers = company.number_of.get_indexer(pd.Index(list(move.touched))).tolist()
        touched = frozenset(kpis[number].code for number in numbers if number >= 0)  # else it is retired
        self._by_kpi = self._by_kpi | dict.fromkeys(_with_formulas(company, touched), seen)


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

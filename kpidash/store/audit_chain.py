"""Whether the audit trail is what was written: every entry follows from the one before, up to the newest.

Who can write to the database can forge a whole new chain. Only a head that was kept elsewhere tells that one
from the old. Nothing here needs more memory for a longer trail.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice, permutations
from typing import Any

from sqlalchemy import Connection, Row, func, select

from kpidash.store.audit import ORDER, digest_of, newest
from kpidash.store.tables import audit
from kpidash.store.uploads import moment

NAMED = 100
"""Flaws that are named one by one."""
_COMPARED = 16
"""Broken places, from the first on, among which entries that changed places are looked for."""


class Kind(StrEnum):
    """What was done to the trail."""

    MISSING = "missing"
    CHANGED = "changed"
    INSERTED = "inserted"
    MOVED = "moved"
    CUT = "cut"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A broken place: entries `first` to `last`, by their numbers.

    Of MOVED, `first` is its number now and `last` the one that it was written with; of CUT, `first` is the
    last that is left, and `last` the kept head's or 0. REPLACED is the kept head's own place.
    """

    kind: Kind
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest entry, and how many there are; `at` is in UTC. Before the first one all is empty or 0."""

    sequence: int = 0
    revision: int = 0
    at: datetime | None = None
    digest: str = ""
    entries: int = 0


@dataclass(slots=True)
class Checked:
    """How many entries there are, the broken places in order, and how many `more` were not named."""

    entries: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    more: int = 0

    def add(self, flaw: Flaw) -> None:
        """Name a flaw; one that goes on where the last one ended becomes part of it."""
        last = self.flaws[-1] if self.flaws else None
        alike = last is not None and last.kind is flaw.kind and flaw.kind in {Kind.CHANGED, Kind.INSERTED}
        if last is not None and alike and flaw.first == last.last + 1:
            self.flaws[-1] = Flaw(flaw.kind, last.first, flaw.last)
        elif len(self.flaws) < NAMED:
            self.flaws.append(flaw)
        else:
            self.more += 1


@dataclass(frozen=True, slots=True)
class _Break:
    """An entry that does not follow from the one before, whose digest is `before` and number `previous`."""

    row: Row[Any]
    before: str
    previous: int
    inserted: bool


def head(connection: Connection) -> Head:
    """The newest entry; to be kept where whoever can change the database cannot change it."""
    sealed = audit.c.revision.is_not(None)
    row = connection.execute(
        select(audit).where(sealed).order_by(*(one.desc() for one in ORDER)).limit(1)
    ).one_or_none()
    if row is None:
        return Head()
    count = connection.execute(select(func.count()).select_from(audit).where(sealed)).scalar_one()
    return Head(
        sequence=row.sequence,
        revision=row.revision,
        at=moment(row.at),
        digest=row.digest or "",
        entries=count,
    )


def checked(connection: Connection, kept: Head | None = None) -> Checked:
    """Follow the whole trail; against a `kept` head, whose number and digest count, where there is one."""
    report, walk = Checked(), _Walk(kept)
    breaks = walk.breaks(_rows(connection), newest(connection))
    for flaw in _compared(list(islice(breaks, _COMPARED))):
        report.add(flaw)
    for found in breaks:
        report.add(_plain(found))
    unsealed = select(audit.c.sequence).where(audit.c.revision.is_(None)).order_by(audit.c.sequence)
    for sequence in connection.execute(unsealed.execution_options(yield_per=10_000)).scalars():
        report.add(Flaw(Kind.INSERTED, sequence, sequence))
    for flaw in walk.end(newest(connection)):
        report.add(flaw)
    report.entries = walk.entries
    return report


class _Walk:
    """One way along the trail, with what is known at its end."""

    def __init__(self, kept: Head | None) -> None:
        self._kept = kept if kept and kept.sequence else None
        self._met: Row[Any] | None = None
        self._before, self._previous, self._last_broken = "", 0, False
        self._reached = 0
        self.entries = 0

    def breaks(self, rows: Iterator[Row[Any]], end: str) -> Iterator[_Break]:
        """Each entry that does not follow from the one before."""
        row = next(rows, None)
        while row is not None:
            following = next(rows, None)
            self._see(row)
            self._last_broken = row.digest != digest_of(self._before, row)
            if self._last_broken:
                goes_on = end if following is None else following.digest
                leads = self._before if following is None else digest_of(self._before, following)
                yield _Break(row, self._before, self._previous, inserted := goes_on == leads)
                if inserted:  # the next one follows from the one before it
                    row = following
                    continue
            self._before, self._previous = row.digest or "", row.sequence
            row = following

    def end(self, newest_digest: str) -> Iterator[Flaw]:
        """What is wrong with the end, and with the place of the kept head."""
        kept, met = self._kept, self._met
        if kept is not None and met is None:
            cut = kept.sequence > self._reached
            yield Flaw(*((Kind.CUT, self._reached) if cut else (Kind.MISSING, kept.sequence)), kept.sequence)
        elif self._before != newest_digest and not self._last_broken:
            yield Flaw(Kind.CUT, self._previous, 0)
        if kept is not None and met is not None and met.digest != kept.digest:
            yield Flaw(Kind.REPLACED, kept.sequence, kept.sequence)

    def _see(self, row: Row[Any]) -> None:
        self.entries += 1
        self._reached = max(self._reached, row.sequence)
        if self._kept is not None and row.sequence == self._kept.sequence:
            self._met = row


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    query = select(audit).where(audit.c.revision.is_not(None)).order_by(*ORDER)
    yield from connection.execute(query.execution_options(yield_per=10_000))


def _compared(breaks: list[_Break]) -> Iterator[Flaw]:
    """The flaws that breaks come of: of those that fit where another one stands it is known what was done."""
    moved = {
        one.row.sequence: other.row.sequence
        for one, other in permutations(breaks, 2)
        if _written_there(one, other)
    }
    known = {one.row.digest for one in breaks if one.row.sequence in moved}
    for one in breaks:
        number = one.row.sequence
        if number in moved:
            yield Flaw(Kind.MOVED, number, moved[number])
        elif not any(one.row.digest == digest_of(digest or "", one.row) for digest in known):
            yield _plain(one)  # else it is only that another one stands before it


def _written_there(one: _Break, other: _Break) -> bool:
    """Whether an entry fits where another one stands, or would do so here with the other one's number."""
    here, there = one.row, other.row
    place = {"sequence": there.sequence, "number": there.revision, "at": there.at}
    before = other.before, there.digest or ""  # what stood before it may have come here
    fits = {digest_of(digest, here, **place) for digest in before}
    return here.digest in fits | {digest_of(one.before, here, sequence=there.sequence)}


def _plain(one: _Break) -> Flaw:
    number = int(one.row.sequence)
    if one.inserted:
        return Flaw(Kind.INSERTED, number, number)
    if number > one.previous + 1:
        return Flaw(Kind.MISSING, one.previous + 1, number - 1)
    return Flaw(Kind.CHANGED, number, number)

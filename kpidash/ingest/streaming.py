"""A long file checked piece by piece: what each says, together, where that is what the whole file says.

What is found out about a file by looking at all of it (its decimal sign, the order of its dates, totals) must
be found in each piece alike. Where pieces differ, or rows of others might matter, the file is read whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.progress import advance
from kpidash.ingest.checking import Outcome, outcome_of, reading_of
from kpidash.ingest.duplicates import Checked
from kpidash.ingest.issues import Issues
from kpidash.ingest.keys import packed, repeated
from kpidash.ingest.layout import Kind
from kpidash.ingest.parse import Reading
from kpidash.ingest.pieces import PIECE, pieces
from kpidash.ingest.read import Opened, whole
from kpidash.ingest.records import MOST_RAGGED
from kpidash.ingest.shapes import shape_of
from kpidash.ingest.strange import strange
from kpidash.ingest.terms import Terms
from kpidash.ingest.text_table import TextTable

_ENOUGH = 10_000
"""Rows that tell what columns mean: more of them do not give a header a meaning that it has not."""
_OF_SOME_ROWS = frozenset({"totals", "comments", "repeated_header", "footer"})
"""Evidence that names rows, so that no two pieces have the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a file says: the issues of reading it, its header, refused rows, and the outcome of its checks.

    Without `outcome` it could not be read.
    """

    issues: Issues
    columns: tuple[str, ...] = ()
    ragged: int = 0
    outcome: Outcome | None = None


def told(
    found: Opened | TextTable | None,
    issues: Issues,
    terms: Terms,
    *,
    kind: Kind | None = None,
    mapping: Mapping[str, str] | None = None,
    reading: Reading | None = None,
    size: int = PIECE,
) -> Told:
    """What an opened file says to somebody who knows `terms`; see `outcome_of`."""
    reading = reading or reading_of(terms)
    if isinstance(found, Opened):
        short = _in_pieces(found, terms, kind, mapping or {}, reading, size)
        if short is not None:
            return short
        advance("Reading", 0, 0)
        found, issues = whole(found)
    if found is None:
        return Told(issues=issues)
    advance("Checking", 0, len(found))
    outcome = _given_up(found, terms, kind, mapping or {}, reading)
    outcome = outcome or outcome_of(found, terms, kind=kind, mapping=mapping, reading=reading)
    return Told(issues=issues, columns=found.columns, ragged=len(found.ragged), outcome=outcome)


def _given_up(
    table: TextTable, terms: Terms, kind: Kind | None, mapping: Mapping[str, str], reading: Reading
) -> Outcome | None:
    """The outcome of a long table that is not worth the work; None for all others."""
    if len(table) < _ENOUGH:
        return None
    return strange(shape_of(table, terms, kind=kind, mapping=mapping), terms, reading)


def _in_pieces(
    found: Opened, terms: Terms, kind: Kind | None, mapping: Mapping[str, str], reading: Reading, size: int
) -> Told | None:
    tables = pieces(found, size)
    if tables is None:
        return None
    so_far, end = _SoFar(found.columns), 0
    for end, (table, issues) in tables:
        if table is None:
            return None
        outcome = None if so_far.first else _given_up(table, terms, kind, mapping, reading)
        outcome = outcome or outcome_of(table, terms, kind=kind, mapping=mapping, reading=reading)
        if outcome.shape.layout is None and len(table) >= _ENOUGH:
            count = found.text.count(b"\n", found.start)
            return Told(issues=issues, columns=found.columns, outcome=replace(outcome, rows=count))
        if not so_far.takes(table, issues, outcome):
            return None
        if so_far.ragged > 3 * MOST_RAGGED:
            return None
        rows = so_far.rows + so_far.ragged
        advance("Reading", rows, rows * len(found.text) // end)
    return so_far.together() if end == len(found.text) else None


@dataclass(slots=True)
class _SoFar:
    """The pieces up to now: the first one's outcome, and what is added up."""

    columns: tuple[str, ...]
    first: Outcome | None = None
    rows: int = 0
    ragged: int = 0
    repeated: int = 0
    read: Issues = field(default_factory=Issues)
    found: Issues = field(default_factory=Issues)
    suggestions: dict[str, str] = field(default_factory=dict)
    segments: dict[str, int] = field(default_factory=dict)
    parts: dict[str, list[NDArray[Any] | None]] = field(default_factory=dict)

    def takes(self, table: TextTable, issues: Issues, outcome: Outcome) -> bool:
        """Whether the piece is as the others; adds it then."""
        if outcome.checked is None or outcome.unsettled or not _alike(self.first or outcome, outcome):
            return False
        self.first = self.first or replace(outcome, checked=None)
        self.rows += outcome.rows
        self.ragged += len(table.ragged)
        self.repeated += outcome.checked.repeated
        self.read += issues
        self.found += outcome.issues
        self.suggestions.update(outcome.kpi_suggestions)
        self._add(outcome.checked)
        return True

    def _add(self, checked: Checked) -> None:
        rows = checked.rows
        for name in rows.columns:
            values = rows[name].to_numpy()
            if name == "segment":
                numbers = [self.segments.setdefault(key, len(self.segments)) for key in checked.segments]
                values = np.array(numbers, dtype=np.int64)[values]
            if values.dtype.kind in "iu":
                values = values.astype(np.int32)  # ids, days and rows; a long file is long enough
            said = values.dtype.kind in "iu" or not pd.isna(values).all()
            self.parts.setdefault(name, []).append(values if said else None)
            self.sizes.setdefault(name, []).append(len(values))

    sizes: dict[str, list[int]] = field(default_factory=dict)

    def together(self) -> Told | None:
        """All pieces as one; None where rows of two of them have one key and different values."""
        if self.first is None:
            return None
        count = sum(next(iter(self.sizes.values()), []))
        rows = {name: self._whole(name, count) for name in list(self.parts)}
        keys, order = _sorted_segments(self.segments)
        if "segment" in rows:
            rows["segment"] = order[rows["segment"]]
        settled = _settled(rows)
        if settled is None:
            return None
        frame, again = settled
        outcome = replace(
            self.first,
            rows=self.rows,
            issues=self.found,
            kpi_suggestions=self.suggestions,
            checked=Checked(frame, keys, (), self.repeated + again),
        )
        return Told(issues=self.read, columns=self.columns, ragged=self.ragged, outcome=outcome)

    def _whole(self, name: str, count: int) -> NDArray[Any]:
        """A column of all pieces, which are given up; where none says anything it takes no memory."""
        parts, sizes = self.parts.pop(name), self.sizes[name]
        said = next((part for part in parts if part is not None), None)
        text = name in {"note", "phasing"}
        nothing: object = None if text else np.nan
        if said is None:
            return np.broadcast_to(np.array(nothing, dtype=object if text else np.float64), count)
        filled = (
            np.full(size, nothing, dtype=said.dtype) if part is None else part
            for part, size in zip(parts, sizes, strict=True)
        )
        return np.concatenate(list(filled))


def _alike(first: Outcome, other: Outcome) -> bool:
    """Whether two pieces were read in the same way."""
    if any(each.what in _OF_SOME_ROWS for each in other.evidence):
        return False
    one, two = first.shape, other.shape
    return (
        (one.kind, one.layout, one.names, one.issues, one.both_kinds)
        == (two.kind, two.layout, two.names, two.issues, two.both_kinds)
        and [(each.what, each.value) for each in first.evidence]
        == [(each.what, each.value) for each in other.evidence]
        and one.table.blank_columns() == two.table.blank_columns()
    )


def _sorted_segments(numbers: Mapping[str, int]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """The keys of segments in their order, and where each number stands in it."""
    keys = sorted(numbers)
    order = np.empty(len(keys), dtype=np.int32)
    order[[numbers[key] for key in keys]] = np.arange(len(keys), dtype=np.int32)
    return tuple(keys), order


def _settled(rows: dict[str, NDArray[Any]]) -> tuple[pd.DataFrame, int] | None:
    """The rows by key, each key once, and how many were left out; None where values of a key differ."""
    third = "segment" if "segment" in rows else "kind"
    (key,) = packed([rows[name] for name in ("kpi_id", "period", third)])
    order = np.argsort(key, kind="stable")
    again = repeated(key[order])
    del key
    if again.any():
        same = np.flatnonzero(again)
        for name in _numbers(rows):
            new, old = rows[name][order[same]], rows[name][order[same - 1]]
            if not np.array_equal(new, old, equal_nan=True):
                return None
        order = order[~again]
    columns = {}
    for name in list(rows):
        values = rows.pop(name)
        columns[name] = values[: len(order)] if values.strides == (0,) else values[order]
    notes = {
        name: pd.Series(values, dtype=object, copy=False)
        for name, values in columns.items()
        if values.dtype == object
    }
    return pd.DataFrame({**columns, **notes}, copy=False), int(again.sum())


def _numbers(rows: Mapping[str, NDArray[Any]]) -> list[str]:
    return [name for name, values in rows.items() if values.dtype.kind == "f" and values.strides != (0,)]

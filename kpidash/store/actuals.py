"""Actuals: reading native periods and segments, applying uploads, the state as it was known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from kpidash.domain.calendars import month_of
from kpidash.store import bulk, scanning
from kpidash.store.columns import INTEGER, NUMBER, STATISTICS, TEXT, frame, ranges
from kpidash.store.tables import actual, actual_history, rollup_month
from kpidash.store.uploads import microseconds
from kpidash.store.versions import Applied, Versioned, Wanted, days_of, within

KEPT = Versioned(
    actual,
    actual_history,
    third="segment_id",
    fields={"value": NUMBER, "numerator": NUMBER, "denominator": NUMBER, "note": TEXT},
    quiet=("note",),
)


def apply(connection: Connection, changes: pd.DataFrame, upload_id: int) -> Applied:
    """Set actuals as those of the upload; see `Versioned.apply`.

    `changes`: kpi_id, period (first day), segment_id, value, numerator, denominator, note, row; each key
    once. A note that is missing leaves the note of an otherwise equal actual alone.
    """
    return KEPT.apply(connection, changes, upload_id)


def write(connection: Connection, added: pd.DataFrame, changed: pd.DataFrame, upload_id: int) -> Applied:
    """Add new actuals and replace known ones as those of the upload; see `Versioned.write` and `apply`."""
    return KEPT.write(connection, added, changed, upload_id)


def remove(connection: Connection, keys: pd.DataFrame, upload_id: int) -> int:
    """Take the actuals of `keys` (kpi_id, period, segment_id) away; returns how many there were."""
    return KEPT.remove(connection, keys, upload_id)


def periods(connection: Connection, pairs: pd.DataFrame) -> pd.DataFrame:
    """Each native period in the ranges, all segments together.

    `pairs`: kpi_id, first_day, last_day (both ends included; may overlap). Returns kpi_id, period, sum,
    count, min, max, numerator, denominator, ascending; `count` counts values, so a ratio may have 0.
    """
    return _grouped(connection, actual, Wanted.of(connection, pairs).rows_of(connection, actual))


def count(connection: Connection, pairs: pd.DataFrame) -> NDArray[np.int64]:
    """How many actuals there are in each range (kpi_id, first_day, last_day; both ends included, apart)."""
    wanted = bulk.relation(
        connection, {name: pairs[name].to_numpy(np.int64) for name in ("kpi_id", "first_day", "last_day")}
    )
    ends = days_of(pairs[["first_day", "last_day"]].to_numpy(np.int64))
    inside = within(actual, wanted) & bulk.between(connection, actual.c.period, ends)
    query = bulk.each(connection, wanted, func.count(), of=actual, where=inside)
    found = frame(
        connection, query, dict.fromkeys(("kpi_id", "first_day", "last_day", "count"), INTEGER)
    ).drop(columns="last_day")
    return pairs[["kpi_id", "first_day"]].merge(found, how="left")["count"].fillna(0).to_numpy(np.int64)


def by_segment(connection: Connection, kpi_id: int) -> dict[int, int]:
    """How many actuals one KPI has, by the segment's id."""
    query = (
        select(actual.c.segment_id, func.count())
        .where(actual.c.kpi_id == kpi_id)
        .group_by(actual.c.segment_id)
    )
    return {int(segment): int(count) for segment, count in connection.execute(query)}


def known_at(connection: Connection, pairs: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """As `periods`, but with the actuals that were known at the moment `at` (with its time zone)."""
    wanted = Wanted.of(connection, pairs)
    values = KEPT.known_at(connection, microseconds(at), wanted).subquery("known")
    return _grouped(connection, values, values)


def segments(connection: Connection, kpi_id: int, first_day: int, last_day: int) -> pd.DataFrame:
    """Each actual of one KPI in the days given, both ends included.

    Returns period, segment_id, value, numerator, denominator, note, upload_id (the change that put it in
    place), source_id and row (the upload and its row that it was given in), ascending.
    """
    types = {name: kind for name, kind in KEPT.types.items() if name != "kpi_id"}
    query = (
        select(*(actual.c[name] for name in types))
        .where(actual.c.kpi_id == kpi_id, actual.c.period.between(first_day, last_day))
        .order_by(actual.c.period, actual.c.segment_id)
    )
    return frame(connection, query, types)


def parts(connection: Connection, pairs: pd.DataFrame) -> pd.DataFrame:
    """Each actual in the ranges `pairs` (kpi_id, first_day, last_day; both ends included; may overlap).

    Returns kpi_id, period, segment_id, value, numerator, denominator, ascending.
    """
    names = (*KEPT.key, "value", "numerator", "denominator")
    rows = Wanted.of(connection, pairs).rows_of(connection, actual)
    query = select(*(actual.c[name] for name in names)).select_from(rows)
    return frame(connection, query.order_by(*KEPT.key_of(actual)), {name: KEPT.types[name] for name in names})


def earlier(connection: Connection, kpi_id: int, day: int) -> pd.DataFrame:
    """Each superseded actual of one KPI in the native period that begins on `day`, the latest first.

    As `segments`, without period and with superseded_by: the upload that put something else in its place, or
    nothing. Undos put values back: the same may stand here twice, each time as long as it was known.
    """
    skipped = ("kpi_id", "period")
    types = {name: kind for name, kind in KEPT.types.items() if name not in skipped} | {
        "superseded_by": INTEGER
    }
    query = (
        select(*(actual_history.c[name] for name in types))
        .where(actual_history.c.kpi_id == kpi_id, actual_history.c.period == day)
        .order_by(actual_history.c.segment_id, actual_history.c.superseded_by.desc())
    )
    return frame(connection, query, types)


def notes(connection: Connection, kpi_id: int, first_day: int, most: int) -> list[tuple[int, str]]:
    """The first day and the note of the latest actuals of one KPI, from `first_day` on, that have one."""
    query = (
        select(actual.c.period, actual.c.note)
        .where(actual.c.kpi_id == kpi_id, actual.c.period >= first_day, actual.c.note.is_not(None))
        .order_by(actual.c.period.desc(), actual.c.segment_id)
        .limit(most)
    )
    return [(period, note) for period, note in connection.execute(query) if note.strip()]


def current(connection: Connection, keys: pd.DataFrame, *, lock: bool = False) -> pd.DataFrame:
    """Those of `keys` (kpi_id, period, segment_id) that have an actual, ascending, with all its columns.

    With `lock` other writers cannot change these until the transaction ends. A key that is not there cannot
    be locked: whoever counts on its absence compares `Applied.added` with what they expect.
    """
    ordered = keys[KEPT.key].sort_values(KEPT.key)
    starts = range(0, len(ordered), _LOOKED_UP) or [0]
    parts = [_looked_up(connection, ordered.iloc[at : at + _LOOKED_UP], lock=lock) for at in starts]
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _looked_up(connection: Connection, keys: pd.DataFrame, *, lock: bool) -> pd.DataFrame:
    wanted = bulk.relation(connection, {name: keys[name].to_numpy(np.int64) for name in KEPT.key})
    inside = bulk.between(connection, actual.c.period, days_of(keys["period"]))
    query = select(*(actual.c[name] for name in KEPT.types)).select_from(
        wanted.join(actual, KEPT.same_key(wanted) & inside)
    )
    if lock:
        bulk.hold_kpis(connection, keys["kpi_id"].unique().tolist())
        query = bulk.locked(connection, query, actual)
    found = frame(connection, query, KEPT.types)
    return found.sort_values(KEPT.key, ignore_index=True)


def stored(connection: Connection, keys: pd.DataFrame) -> pd.DataFrame:
    """Actuals among which are those of all `keys` (kpi_id, period, segment_id) that have one, ascending.

    Returns the key, value, numerator, denominator, note. Reads ranges of days where that is faster, so there
    may be actuals of other keys.
    """
    spans = scanning.spans(keys)
    if len(keys) > _FEW and _held(connection, spans) < _CROWDED * len(keys):
        return scanning.scan(connection, spans)
    return current(connection, keys)[[*KEPT.key, *KEPT.fields]]


_FEW = 200
_CROWDED = 10
"""How many times as many actuals as keys there may be in the ranges until looking up each key is faster."""
_LOOKED_UP = 20_000
"""Keys that are looked up with one query."""


def _held(connection: Connection, spans: pd.DataFrame) -> int:
    """About how many values there are in the ranges: those of all months that they touch."""
    months = {
        "kpi_id": spans["kpi_id"],
        "first_month": month_of(spans["first_day"].to_numpy(np.int64)),
        "last_month": month_of(spans["last_day"].to_numpy(np.int64)),
    }
    wanted = bulk.relation(connection, ranges(pd.DataFrame(months), "first_month", "last_month"))
    inside = (rollup_month.c.kpi_id == wanted.c.kpi_id) & rollup_month.c.month.between(
        wanted.c.first_month, wanted.c.last_month
    )
    query = select(func.sum(rollup_month.c.count)).select_from(wanted.join(rollup_month, inside))
    return int(connection.execute(query).scalar_one() or 0)


def _grouped(connection: Connection, values: FromClause, source: FromClause) -> pd.DataFrame:
    key = values.c.kpi_id, values.c.period
    query = select(*key, *_statistics(values)).select_from(source).group_by(*key).order_by(*key)
    return frame(connection, query, {"kpi_id": INTEGER, "period": INTEGER, **STATISTICS})


def _statistics(values: FromClause) -> Sequence[ColumnElement[Any]]:
    c = values.c
    return (
        func.sum(c.value),
        func.count(c.value),
        func.min(c.value),
        func.max(c.value),
        func.sum(c.numerator),
        func.sum(c.denominator),
    )

"""Targets: reading them as definitions know them, and changing them with their history kept.

In frames `period` is the first day of a target's period and `kind` the rank of its frequency (0 daily to
4 yearly); for a trajectory the day on which it begins, and 5. A KPI has one target per period and one
trajectory per day of beginning.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import pandas as pd
from sqlalchemy import Connection, null, select

from kpidash.domain.calendars import day_number, day_of
from kpidash.domain.catalogue import PeriodTarget, Trajectory
from kpidash.domain.period import Frequency, Period, period_containing
from kpidash.store.columns import NUMBER, TEXT, frame, rows_of
from kpidash.store.tables import target, target_history
from kpidash.store.uploads import microseconds
from kpidash.store.versions import Applied, Versioned

Target = PeriodTarget | Trajectory

TRAJECTORY = len(Frequency)
KEPT = Versioned(
    target,
    target_history,
    third="kind",
    fields={
        "value": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "phasing": TEXT,
        "baseline": NUMBER,
        "due": NUMBER,
        "change": NUMBER,
    },
)

_FREQUENCIES = tuple(Frequency)


def rows(connection: Connection, *, known_at: datetime | None = None) -> list[tuple[Any, ...]]:
    """The key and the values of all targets, ascending by key; with `known_at` as known then."""
    source = (
        target if known_at is None else KEPT.known_at(connection, microseconds(known_at)).subquery("known")
    )
    columns = [source.c[name] for name in (*KEPT.key, *KEPT.fields)]
    return rows_of(connection, select(*columns).order_by(*columns[:3]))


def of_rows(rows: Iterable[tuple[Any, ...]]) -> dict[int, tuple[Target, ...]]:
    """The targets of every KPI that has any, by its id, ascending by day; from `rows`."""
    found: dict[int, list[Target]] = {}
    for kpi_id, start, kind, *values in rows:
        found.setdefault(kpi_id, []).append(_target(start, kind, *values))
    return {kpi_id: tuple(targets) for kpi_id, targets in found.items()}


def current(connection: Connection, *, lock: bool = False) -> pd.DataFrame:
    """All targets: the key, the values, upload_id, source_id, row; ascending by key.

    With `lock` other writers cannot change these until the transaction ends.
    """
    query = select(*(target.c[name] for name in KEPT.types)).order_by(*KEPT.key_of(target))
    return frame(connection, query.with_for_update() if lock else query, KEPT.types)


def moved(connection: Connection, kpi_id: int) -> list[tuple[Target, Target | None, int, int]]:
    """The superseded targets of a KPI, in the order in which they were: the target, what came in its place
    (None: nothing), the upload that it was given in and the one that superseded it.
    """
    fields = [*KEPT.key, *KEPT.fields]
    rows: dict[tuple[int, int, int], Target] = {}
    past: list[tuple[tuple[int, int], int, int, int]] = []
    for table in (target_history, target):
        ended = [table.c.superseded_by] if table is target_history else [null()]
        columns = [*(table.c[name] for name in fields), table.c.upload_id, table.c.source_id, *ended]
        found = connection.execute(select(*columns).where(table.c.kpi_id == kpi_id)).fetchall()
        for _, start, kind, *values, upload_id, source_id, superseded_by in found:
            rows[start, kind, upload_id] = _target(start, kind, *values)
            if superseded_by is not None:
                past.append(((start, kind), upload_id, source_id, superseded_by))
    ordered = sorted(past, key=lambda one: (one[3], one[0]))
    return [(rows[*key, by], rows.get((*key, until)), source, until) for key, by, source, until in ordered]


def columns_of(targets: Iterable[tuple[int, Target]]) -> pd.DataFrame:
    """Targets of KPIs (by id) as rows that `apply` takes: the key, the values, and an empty `row`."""
    rows = [(kpi_id, *_row(one)) for kpi_id, one in targets]
    types = {**KEPT.key_types, **KEPT.fields}
    found = pd.DataFrame.from_records(rows, columns=list(types)).astype(types)
    return found.assign(row=float("nan"))


def made(given: pd.DataFrame) -> dict[int, tuple[Target, ...]]:
    """Targets of periods from `given` (the key, value, low, high, phasing) that are not stored, by kpi_id."""
    columns = [*KEPT.key, "value", "low", "high", "phasing"]
    found: dict[int, list[Target]] = {}
    for kpi_id, start, kind, *values in given[columns].itertuples(index=False, name=None):
        value, low, high, phasing = (None if pd.isna(one) else one for one in values)
        found.setdefault(kpi_id, []).append(_target(start, kind, value, low, high, phasing, None, None, None))
    return {kpi_id: tuple(targets) for kpi_id, targets in found.items()}


def apply(connection: Connection, changes: pd.DataFrame, upload_id: int) -> Applied:
    """Set targets as those of the upload; see `Versioned.apply`. `changes`: the key, the values and `row`."""
    return KEPT.apply(connection, changes, upload_id)


def write(connection: Connection, added: pd.DataFrame, changed: pd.DataFrame, upload_id: int) -> Applied:
    """Add new targets and replace known ones as those of the upload; see `Versioned.write` and `apply`."""
    return KEPT.write(connection, added, changed, upload_id)


def remove(connection: Connection, keys: pd.DataFrame, upload_id: int) -> int:
    """Take the targets of `keys` (kpi_id, period, kind) away; returns how many there were."""
    return KEPT.remove(connection, keys, upload_id)


def _target(
    start: int,
    kind: int,
    value: float | None,
    low: float | None,
    high: float | None,
    phasing: str | None,
    baseline: float | None,
    due: int | None,
    change: float | None,
) -> Target:
    if kind != TRAJECTORY:
        return PeriodTarget(period=period(start, kind), value=value, low=low, high=high, phasing=phasing)
    if value is None or baseline is None or due is None:
        raise ValueError("a stored trajectory has no value, baseline or due day")
    return Trajectory(baseline=baseline, begins=day_of(start), due=day_of(due), value=value, change=change)


@lru_cache(maxsize=10_000)
def period(start: int, kind: int) -> Period:
    """The period that starts on the day: it does so whatever month the fiscal year starts in now."""
    first = day_of(start)
    return period_containing(first, _FREQUENCIES[kind], first.month)


def _row(one: Target) -> tuple[object, ...]:
    if isinstance(one, Trajectory):
        due = day_number(one.due)
        return (
            day_number(one.begins),
            TRAJECTORY,
            one.value,
            None,
            None,
            None,
            one.baseline,
            due,
            one.change,
        )
    kind = one.period.frequency.rank
    return (day_number(one.period.start), kind, one.value, one.low, one.high, one.phasing, None, None, None)

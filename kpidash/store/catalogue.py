"""The catalogue in the database: loading it whole, saving what differs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from kpidash.domain.catalogue import (
    Aggregation,
    Benchmark,
    Catalogue,
    Company,
    Department,
    Direction,
    Indicator,
    Kpi,
    Kra,
    Level,
    Pace,
    Unit,
)
from kpidash.domain.period import Frequency
from kpidash.store import bulk, targets
from kpidash.store.columns import rows_of
from kpidash.store.remembered import Remembered, Rows, state_of
from kpidash.store.saving import Saved, save
from kpidash.store.saving_rows import Difference
from kpidash.store.tables import benchmark, company, department, kpi, kra

__all__ = ["Difference", "Saved", "StoredCatalogue", "load", "save"]

_KINDS: dict[str, dict[str, Any]] = {
    name: {member.value: member for member in kind}
    for name, kind in {
        "unit": Unit,
        "direction": Direction,
        "frequency": Frequency,
        "aggregation": Aggregation,
        "level": Level,
        "indicator": Indicator,
        "pace": Pace,
    }.items()
}
_KPI = [column.name for column in kpi.columns]
_BENCHMARK = ("kpi_id", "position", "name", "value", "source")


@dataclass(frozen=True, eq=False)
class StoredCatalogue:
    """A catalogue and the ids of its KPIs by code; beside it the KPIs that are retired, by their ids."""

    catalogue: Catalogue
    ids: dict[str, int]
    retired: dict[int, Kpi] = field(default_factory=dict)


def load(connection: Connection, *, known_at: datetime | None = None) -> StoredCatalogue:
    """The whole catalogue in the order in which people wrote it; retired KPIs stand beside it.

    With `known_at` its targets are those known at that moment; definitions have no history.
    """
    state = state_of(connection, known_at)
    if state is None:
        return _made(_rows(connection, known_at))
    if found := remembered.of(connection, state) or remembered.since(connection, state):
        return found
    rows = _rows(connection, known_at)
    made = remembered.alike(connection, rows) or _made(rows)
    remembered.keep(connection, state, rows, made)
    return made


@dataclass(frozen=True, slots=True)
class Filed:
    """A KPI without its targets and benchmarks, and the department that it is filed under, if it still is."""

    kpi: Kpi
    department: str | None
    retired: bool


def filed(connection: Connection, kpi_ids: Iterable[int]) -> dict[int, Filed]:
    """Those of the KPIs that there are, by id, as this transaction sees them; reads nothing of others."""
    wanted = bulk.relation(connection, {"id": np.array(sorted(set(kpi_ids)), np.int64)})
    columns = [kpi.c[name] for name in _KPI]
    source = wanted.join(kpi, kpi.c.id == wanted.c.id).outerjoin(kra, kra.c.code == kpi.c.kra)
    found = {}
    for *values, department_code in connection.execute(
        select(*columns, kra.c.department).select_from(source)
    ):
        row = dict(zip(_KPI, values, strict=True))
        found[row["id"]] = Filed(_kpi(row, (), ()), department_code, bool(row["retired"]))
    return found


remembered: Remembered[StoredCatalogue] = Remembered()
"""The catalogues of this process."""


def _rows(connection: Connection, known_at: datetime | None) -> Rows:
    """All that a catalogue is made of: company, departments, KRAs, KPIs, targets, benchmarks."""
    return (
        [dict(row) for row in connection.execute(select(company)).mappings()],
        _ordered(connection, department),
        _ordered(connection, kra),
        rows_of(connection, select(*(kpi.c[name] for name in _KPI)).order_by(kpi.c.position, kpi.c.id)),
        targets.rows(connection, known_at=known_at),
        rows_of(
            connection,
            select(*(benchmark.c[name] for name in _BENCHMARK)).order_by(
                benchmark.c.kpi_id, benchmark.c.position
            ),
        ),
    )


def _made(rows: Rows) -> StoredCatalogue:
    companies, departments, kras, kpis, aims, benchmarks = rows
    given = {name: value for row in companies for name, value in row.items() if name != "id"}
    goals, references = targets.of_rows(aims), _benchmarks(benchmarks)
    named = [dict(zip(_KPI, row, strict=True)) for row in kpis]
    current = [row for row in named if not row["retired"]]
    ids = {row["code"]: row["id"] for row in current}
    catalogue = Catalogue(
        company=Company(**given),
        departments=tuple(Department(**row) for row in departments),
        kras=tuple(Kra(**row) for row in kras),
        kpis=tuple(_kpi(row, goals.get(row["id"], ()), references.get(row["id"], ())) for row in current),
    )
    retired = {row["id"]: _kpi(row, (), ()) for row in named if row["retired"]}
    return StoredCatalogue(catalogue, ids, retired)


def _ordered(connection: Connection, table: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name != "position"]
    rows = connection.execute(select(*columns).order_by(table.c.position, table.c.code)).mappings()
    return [dict(row) for row in rows]


def _kpi(row: dict[str, Any], goals: tuple[targets.Target, ...], references: tuple[Benchmark, ...]) -> Kpi:
    values = {name: value for name, value in row.items() if name not in _OURS}
    for name, kinds in _KINDS.items():
        values[name] = kinds[values[name]]
    values["dimensions"] = tuple(json.loads(values["dimensions"]))
    # A change of direction leaves targets of the other form behind; they count again when it is changed back.
    fitting = tuple(goal for goal in goals if goal.fits(values["direction"]))
    return Kpi(**values, targets=fitting, benchmarks=references)


_OURS = ("id", "position", "retired")


def _benchmarks(rows: list[Any]) -> dict[int, tuple[Benchmark, ...]]:
    found: dict[int, list[Benchmark]] = {}
    for kpi_id, _, name, value, source in rows:
        found.setdefault(kpi_id, []).append(Benchmark(name=name, value=value, source=source))
    return {kpi_id: tuple(given) for kpi_id, given in found.items()}

"""The catalogue in the database: loading it whole, saving what differs."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

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
from kpidash.store import targets
from kpidash.store.saving import Saved, save
from kpidash.store.saving_rows import Difference
from kpidash.store.tables import benchmark, company, department, kpi, kra

__all__ = ["Difference", "Saved", "StoredCatalogue", "load", "save"]

_KINDS = {
    "unit": Unit,
    "direction": Direction,
    "frequency": Frequency,
    "aggregation": Aggregation,
    "level": Level,
    "indicator": Indicator,
    "pace": Pace,
}


@dataclass(frozen=True)
class StoredCatalogue:
    """A catalogue and the ids of its KPIs by code; beside it the KPIs that are retired, by their ids."""

    catalogue: Catalogue
    ids: dict[str, int]
    retired: dict[int, Kpi] = field(default_factory=dict)


def load(connection: Connection, *, known_at: datetime | None = None) -> StoredCatalogue:
    """The whole catalogue in the order in which people wrote it; retired KPIs stand beside it.

    With `known_at` its targets are those known at that moment; definitions have no history.
    """
    known = connection.execute(select(company)).mappings().one_or_none()
    given = {name: value for name, value in known.items() if name != "id"} if known else {}
    every = connection.execute(select(kpi).order_by(kpi.c.position, kpi.c.id)).fetchall()
    rows = [row for row in every if not row.retired]
    goals, references = targets.load(connection, known_at=known_at), _benchmarks(connection)
    kpis = [_kpi(row, goals.get(row.id, ()), references.get(row.id, ())) for row in rows]
    catalogue = Catalogue(
        company=Company(**given),
        departments=tuple(Department(**row) for row in _ordered(connection, department)),
        kras=tuple(Kra(**row) for row in _ordered(connection, kra)),
        kpis=tuple(kpis),
    )
    retired = {row.id: _kpi(row, (), ()) for row in every if row.retired}
    return StoredCatalogue(catalogue, {row.code: row.id for row in rows}, retired)


def _ordered(connection: Connection, table: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if column.name != "position"]
    rows = connection.execute(select(*columns).order_by(table.c.position, table.c.code)).mappings()
    return [dict(row) for row in rows]


def _kpi(row: Row[Any], goals: tuple[targets.Target, ...], references: tuple[Benchmark, ...]) -> Kpi:
    values = dict(row._mapping)
    for name in ("id", "position", "retired"):
        del values[name]
    values |= {name: kind(values[name]) for name, kind in _KINDS.items()}
    values["dimensions"] = tuple(json.loads(values["dimensions"]))
    # A change of direction leaves targets of the other form behind; they count again when it is changed back.
    fitting = tuple(goal for goal in goals if goal.fits(values["direction"]))
    return Kpi(**values, targets=fitting, benchmarks=references)


def _benchmarks(connection: Connection) -> dict[int, tuple[Benchmark, ...]]:
    found: dict[int, list[Benchmark]] = {}
    for row in connection.execute(select(benchmark).order_by(benchmark.c.kpi_id, benchmark.c.position)):
        found.setdefault(row.kpi_id, []).append(Benchmark(name=row.name, value=row.value, source=row.source))
    return {kpi_id: tuple(rows) for kpi_id, rows in found.items()}

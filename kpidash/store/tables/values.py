"""The tables of values: actuals, targets, their history, and the monthly rollups.

The large ones (`actual`, `actual_history`, `rollup_month`) have `kpi_id` first in their primary key, and no
foreign key, other unique constraint or sequence, so that a cluster can distribute them by KPI.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Double, Integer, Table, Text
from sqlalchemy.types import TypeEngine

from kpidash.store.tables.base import DISTRIBUTED, REFERENCE, Placement, metadata, needed, number

Values = dict[str, type[TypeEngine[Any]]]

segment = Table(
    "segment", metadata, number(), Column("key", Text, nullable=False, unique=True), info=REFERENCE
)
"""Combinations of dimension values: `key` is a JSON object with sorted names. 0 is the one without any."""


def _versioned(
    name: str, third: str, values: Values, info: dict[str, Placement], partitions: str | None = None
) -> tuple[Table, Table]:
    """A table of current values by KPI, first day and `third`, and the table of superseded ones.

    A value is known from the moment at which `upload_id` was committed until `superseded_by` was.
    `source_id` and `row` tell the upload and the row that people gave it in: an undo puts a value back
    under its own `upload_id`, and where the value came from stays.
    """

    def columns(*, history: bool) -> list[Column[object]]:
        key = ["kpi_id", "period", third, *(["upload_id"] if history else [])]
        return [
            *(Column(part, Integer, primary_key=True, autoincrement=False) for part in key),
            *([needed("superseded_by")] if history else [needed("upload_id")]),
            needed("source_id"),
            Column("row", Integer),
            *(Column(value, kind) for value, kind in values.items()),
        ]

    current = Table(
        name,
        metadata,
        *columns(history=False),
        info=info,
        sqlite_with_rowid=False,
        postgresql_partition_by=partitions,
    )
    history = Table(f"{name}_history", metadata, *columns(history=True), info=info, sqlite_with_rowid=False)
    return current, history


actual, actual_history = _versioned(
    "actual",
    "segment_id",
    {"value": Double, "numerator": Double, "denominator": Double, "note": Text},
    DISTRIBUTED,
    partitions="RANGE (period)",
)
"""On PostgreSQL in partitions by year, see `kpidash.store.partitions`."""

target, target_history = _versioned(
    "target",
    "kind",
    {
        "value": Double,
        "low": Double,
        "high": Double,
        "phasing": Text,
        "baseline": Double,
        "due": Integer,
        "change": Double,
    },
    REFERENCE,
)
"""`kind` is the rank of the period's frequency (0 daily to 4 yearly), or 5 for a trajectory."""

rollup_month = Table(
    "rollup_month",
    metadata,
    Column("kpi_id", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("days", BigInteger, nullable=False),
    needed("count"),
    *(Column(name, Double) for name in ("sum", "min", "max", "numerator", "denominator", "last")),
    info=DISTRIBUTED,
    sqlite_with_rowid=False,
)
"""`days` has bit (day − 1) set for each native period whose anchor day has an actual."""

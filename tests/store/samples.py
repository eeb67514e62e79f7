"""A small catalogue and small uploads for the store's tests."""

from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain.calendars import day_number
from kpidash.domain.catalogue import (
    Aggregation,
    Benchmark,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.period import Frequency, parse_period
from kpidash.store import actuals, rollups, uploads
from kpidash.store import catalogue as stored
from kpidash.store.engine import Connection, Database
from kpidash.store.versions import Applied


def kpi(code: str, frequency: Frequency = Frequency.DAILY, **given: object) -> Kpi:
    """A sum KPI of the only KRA."""
    fields = {
        "kra": "growth",
        "name": code.title(),
        "unit": Unit.NUMBER,
        "direction": Direction.INCREASE,
        "aggregation": Aggregation.SUM,
    }
    return Kpi(code=code, frequency=frequency, **(fields | given))


def catalogue(*kpis: Kpi) -> Catalogue:
    """A company of two departments and one KRA with `kpis`."""
    return Catalogue(
        company=Company(name="Meridian", currency="INR", fiscal_year_start=4, holidays="IN"),
        departments=(
            Department(code="all", name="All"),
            Department(code="sales", name="Sales", parent="all"),
        ),
        kras=(Kra(code="growth", department="sales", name="Growth", horizon=date(2028, 3, 31)),),
        kpis=kpis,
    )


def rich_kpi() -> Kpi:
    """A KPI in which every optional field is given."""
    return kpi(
        "revenue",
        Frequency.MONTHLY,
        definition="Invoiced revenue",
        unit_label="₹",
        decimals=2,
        dimensions=("region", "client"),
        weight=2.5,
        grace_days=0,
        owner="head@example.com",
        source="ledger",
        targets=(
            PeriodTarget(period=parse_period("FY2026", 4), value=60.0, phasing="last_year"),
            Trajectory(
                baseline=100.0, begins=date(2026, 5, 1), due=date(2026, 9, 30), value=95.0, change=-0.05
            ),
            PeriodTarget(period=parse_period("2026-10"), value=5.0),
            PeriodTarget(period=parse_period("2026-Q3", 4), value=15.5),
        ),
        benchmarks=(Benchmark(name="Median", value=4.2, source="Survey"), Benchmark(name="Best", value=9.0)),
    )


def define(database: Database, *kpis: Kpi) -> dict[str, int]:
    """Save a catalogue with the KPIs; returns their ids by code."""
    with database.write() as connection:
        stored.save(connection, catalogue(*kpis), actor="admin")
    with database.read() as connection:
        return stored.load(connection).ids


def day(text: str) -> int:
    """The number of an ISO day."""
    return day_number(date.fromisoformat(text))


def changes(*rows: tuple[int, str | int, float], **columns: object) -> pd.DataFrame:
    """Changes of actuals out of (kpi_id, day, value) rows, of the segment without dimensions unless given."""
    kpis, days, values = zip(*rows, strict=True) if rows else ((), (), ())
    frame = pd.DataFrame(
        {
            "kpi_id": np.array(kpis, np.int64),
            "period": np.array([one if isinstance(one, int) else day(one) for one in days], np.int64),
            "segment_id": np.int64(0),
            "value": np.array(values, np.float64),
            "numerator": np.nan,
            "denominator": np.nan,
            "note": None,
            "row": np.arange(2, len(rows) + 2),
        }
    )
    return frame.assign(**columns)


def upload(database: Database, frame: pd.DataFrame, **given: object) -> tuple[int, Applied]:
    """Apply changes of actuals as one upload; returns its id and what it did."""
    with database.write() as connection:
        number = uploads.insert(
            connection, kind=uploads.Kind.ACTUALS, actor="analyst", rows=len(frame), **given
        )
        applied = apply(connection, frame, number)
    return number, applied


def apply(connection: Connection, frame: pd.DataFrame, number: int) -> Applied:
    """Apply changes of actuals in a transaction, with the rollups."""
    applied = actuals.apply(connection, frame, number)
    uploads.count(connection, number, applied)
    rollups.refresh(connection, frame)
    return applied


def values_of(database: Database, kpi_id: int) -> dict[int, float]:
    """The current values of one KPI by day, of KPIs without dimensions."""
    with database.read() as connection:
        rows = actuals.segments(connection, kpi_id, -(2**31), 2**31 - 1)
    return dict(zip(rows["period"].tolist(), rows["value"].tolist(), strict=True))

"""The monthly rollups of actuals: reading them, and keeping them equal to what the actuals say."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, Connection, delete, func, literal, select, tuple_

from kpidash.domain.calendars import Days, first_day
from kpidash.domain.period import THURSDAY, Frequency
from kpidash.domain.rollup import STATS, fold
from kpidash.store import actuals, bulk, loading
from kpidash.store.columns import INTEGER, NUMBER, TEXT, frame, ranges
from kpidash.store.staging import staged
from kpidash.store.summing import months_of, outside, standing_in, summed, without
from kpidash.store.tables import actual, kpi, rollup_month

COLUMNS = {
    "kpi_id": INTEGER,
    "month": INTEGER,
    "days": INTEGER,
    **{name: INTEGER if name == "count" else NUMBER for name in STATS},
}

_FIRST, _LAST = -(2**31), 2**31 - 1


def read(connection: Connection, months: pd.DataFrame) -> pd.DataFrame:
    """The rollups of the ranges `months`: kpi_id, first_month, last_month (both ends included).

    Returns kpi_id, month, days (bit day − 1 of each native period that has an actual), sum, count, min, max,
    numerator, denominator, last; ascending.
    """
    wanted = bulk.relation(connection, ranges(months, "first_month", "last_month"))
    table = rollup_month.c
    query = (
        select(*(table[name] for name in COLUMNS))
        .select_from(wanted.join(rollup_month, table.kpi_id == wanted.c.kpi_id))
        .where(table.month.between(wanted.c.first_month, wanted.c.last_month))
        .order_by(table.kpi_id, table.month)
    )
    return frame(connection, query, COLUMNS)


def refresh(connection: Connection, touched: pd.DataFrame, *, standing: pd.DataFrame | None = None) -> None:
    """Bring the months that hold `touched` (kpi_id, period; any number of rows each) up to date.

    Best as the last thing before the commit: until then others wait who do the same for these KPIs.
    `standing` are actuals, with their values, that this transaction wrote: months that hold nothing else
    are made out of them without reading them again.
    """
    if touched.empty:
        return
    weekly = _weekly(connection)
    months = months_of(touched, weekly)
    _lock(connection, months)
    given = None if standing is None else _from_memory(connection, months, standing, weekly)
    key = tuple_(rollup_month.c.kpi_id, rollup_month.c.month)
    with staged(connection, rollup_month, months) as stage:
        connection.execute(delete(rollup_month).where(key.in_(select(stage.c.kpi_id, stage.c.month))))
    if given is not None:
        loading.load(connection, rollup_month, given[list(COLUMNS)].astype(COLUMNS))
        months = without(months, given)
    if len(months):
        loading.load(connection, rollup_month, _computed(connection, months, weekly))


def _from_memory(
    connection: Connection, months: pd.DataFrame, standing: pd.DataFrame, weekly: list[int]
) -> pd.DataFrame | None:
    """The rollups of those of `months` that hold the actuals `standing` and nothing else."""
    there = read(connection, months.assign(first_month=months["month"], last_month=months["month"]))
    known = months[["kpi_id", "month"]].merge(there[["kpi_id", "month"]])
    held = actuals.count(connection, _days(known, weekly))
    given = standing_in(standing, known, weekly)
    partly = known[held != given]
    rows = standing if partly.empty else outside(standing, partly, weekly)
    periods = summed(rows)
    return None if periods is None else fold(periods, weekly)


def rebuild(connection: Connection, kpis: Sequence[int]) -> None:
    """Compute all months of the KPIs anew, as when weeks become something else or the other way round."""
    ever = pd.DataFrame({"kpi_id": np.array(kpis, np.int64), "first_day": _FIRST, "last_day": _LAST})
    _lock(connection, ever)
    connection.execute(delete(rollup_month).where(rollup_month.c.kpi_id.in_(kpis)))
    folded = fold(actuals.periods(connection, ever), _weekly(connection))
    loading.load(connection, rollup_month, folded[list(COLUMNS)].astype(COLUMNS))


def _lock(connection: Connection, months: pd.DataFrame) -> None:
    """Keep others from the rollups of these KPIs until the transaction ends.

    Two uploads of different keys may touch one month, and each has to count what the other committed.
    """
    bulk.hold_kpis(connection, months["kpi_id"].unique().tolist())
    if bulk.is_cluster(connection):
        return  # where a row of a reference table is locked, all of it is
    wanted = bulk.relation(connection, {"kpi_id": months["kpi_id"].unique()})
    rows = select(kpi.c.id).select_from(wanted.join(kpi, kpi.c.id == wanted.c.kpi_id)).order_by(kpi.c.id)
    connection.execute(rows.with_for_update(of=kpi, key_share=True))


def _computed(connection: Connection, months: pd.DataFrame, weekly: list[int]) -> pd.DataFrame:
    """The rollups of `months` (kpi_id, month), from the actuals."""
    folded = fold(actuals.periods(connection, _days(months, weekly)), weekly)
    return folded[list(COLUMNS)].astype(COLUMNS)


def _days(months: pd.DataFrame, weekly: list[int]) -> pd.DataFrame:
    """The first days, both ends included, of the native periods that belong to each month, in its place."""
    month = months["month"].to_numpy(np.int64)
    # A week belongs to the month of its Thursday, so it starts up to three days before the month.
    early = THURSDAY * months["kpi_id"].isin(weekly).to_numpy()
    days = {"first_day": first_day(month) - early, "last_day": first_day(month + 1) - 1 - early}
    return months[["kpi_id"]].assign(**days)


def _weekly(connection: Connection) -> list[int]:
    """The KPIs whose native periods are weeks."""
    return list(connection.execute(select(kpi.c.id).where(kpi.c.frequency == Frequency.WEEKLY)).scalars())


def differences(connection: Connection) -> pd.DataFrame:
    """Where the rollups differ from what the actuals say: kpi_id, month, column, stored, computed.

    `days` and `count` are compared exactly, the rest to a relative 1e-9; a month that is on one side only
    has NaN on the other. Works through some KPIs at a time, so it needs memory for those.
    """
    weekly, kpis = _weekly(connection), reported(connection)
    parts = [kpis[start : start + _AT_A_TIME] for start in range(0, len(kpis), _AT_A_TIME)]
    found = [_compared(connection, np.array(part, np.int64), weekly) for part in parts]
    return pd.concat([_NO_DIFFERENCE, *(one for one in found if len(one))], ignore_index=True)


_AT_A_TIME = 20
_NO_DIFFERENCE = pd.DataFrame(columns=["kpi_id", "month", "column", "stored", "computed"]).astype(
    {"kpi_id": INTEGER, "month": INTEGER, "column": TEXT, "stored": NUMBER, "computed": NUMBER}
)


def latest(connection: Connection, kpi_ids: Sequence[int]) -> dict[int, int]:
    """The first day of the last native period of each KPI that has an actual."""
    wanted = bulk.relation(connection, {"kpi_id": np.array(kpi_ids, np.int64)})
    table = rollup_month.c
    query = (
        select(table.kpi_id, func.max(table.month * literal(1 << _BITS, BigInteger) + table.days))
        .select_from(wanted.join(rollup_month, table.kpi_id == wanted.c.kpi_id))
        .group_by(table.kpi_id)
    )
    found, weekly = connection.execute(query).all(), frozenset(_weekly(connection))
    return {kpi_id: _last(newest) - THURSDAY * (kpi_id in weekly) for kpi_id, newest in found}


_BITS = 32
"""More than a month has days: month and `days` are one number, the larger the later."""


def _last(newest: int) -> int:
    """The anchor day of the last period of a month, given with its `days`."""
    month, days = newest >> _BITS, newest & ((1 << _BITS) - 1)
    return int(first_day(np.array(month))) + days.bit_length() - 1


def count(connection: Connection) -> int:
    """How many months of KPIs are kept."""
    return connection.execute(select(func.count()).select_from(rollup_month)).scalar_one()


def reported(connection: Connection) -> list[int]:
    """Every KPI that has actuals or rollups, known to the catalogue or not; hops over the primary keys."""
    found: set[int] = set()
    for table in (actual, rollup_month):
        last: int | None = _FIRST
        while last is not None:
            query = select(func.min(table.c.kpi_id)).where(table.c.kpi_id > last)
            last = connection.execute(query).scalar_one()
            found |= {last} if last is not None else set()
    return sorted(found)


def _compared(connection: Connection, kpis: Days, weekly: list[int]) -> pd.DataFrame:
    """The differences of some KPIs."""
    ever = pd.DataFrame({"kpi_id": kpis, "first": _FIRST, "last": _LAST})
    days = ever.rename(columns={"first": "first_day", "last": "last_day"})
    months = ever.rename(columns={"first": "first_month", "last": "last_month"})
    computed = fold(actuals.periods(connection, days), weekly)
    both = read(connection, months).merge(
        computed, how="outer", on=["kpi_id", "month"], suffixes=("_stored", "_computed")
    )
    found = [_NO_DIFFERENCE]
    for name in ("days", *STATS):
        stored, new = (both[f"{name}_{side}"].to_numpy(np.float64) for side in ("stored", "computed"))
        tolerance = 0 if name in {"days", "count"} else 1e-9
        differs = ~np.isclose(stored, new, rtol=tolerance, atol=0, equal_nan=True)
        part = both.loc[differs, ["kpi_id", "month"]]
        found.append(part.assign(column=name, stored=stored[differs], computed=new[differs]))
    return pd.concat([one for one in found if len(one)] or found[:1])

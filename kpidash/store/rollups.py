"""The monthly rollups of actuals: reading them, and keeping them equal to what the actuals say."""

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, func, select, tuple_

from kpidash.domain.calendars import first_day, month_of
from kpidash.domain.period import THURSDAY, Frequency
from kpidash.domain.rollup import STATS, fold
from kpidash.store import actuals, bulk
from kpidash.store.columns import INTEGER, NUMBER, TEXT, frame, ranges
from kpidash.store.tables import actual, kpi, rollup_month

COLUMNS = {
    "kpi_id": INTEGER,
    "month": INTEGER,
    "days": INTEGER,
    **{name: INTEGER if name == "count" else NUMBER for name in STATS},
}


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


def refresh(connection: Connection, touched: pd.DataFrame) -> None:
    """Bring the months that hold `touched` (kpi_id, period; any number of rows each) up to date.

    Best as the last thing before the commit: until then others wait who do the same for these KPIs.
    """
    if touched.empty:
        return
    weekly = _weekly(connection)
    anchor = touched["period"].to_numpy(np.int64) + THURSDAY * touched["kpi_id"].isin(weekly).to_numpy()
    months = pd.DataFrame({"kpi_id": touched["kpi_id"].to_numpy(np.int64), "month": month_of(anchor)})
    months = months.drop_duplicates().sort_values(["kpi_id", "month"], ignore_index=True)
    _lock(connection, months)
    stage = bulk.staged(connection, rollup_month, months)
    key = tuple_(rollup_month.c.kpi_id, rollup_month.c.month)
    connection.execute(delete(rollup_month).where(key.in_(select(stage.c.kpi_id, stage.c.month))))
    stage.drop(connection)
    bulk.load(connection, rollup_month, _computed(connection, months, weekly))


def _lock(connection: Connection, months: pd.DataFrame) -> None:
    """Keep others from the rollups of these KPIs until the transaction ends, on PostgreSQL.

    Two uploads of different keys may touch one month, and each has to count what the other committed.
    """
    wanted = bulk.relation(connection, {"kpi_id": months["kpi_id"].unique()})
    rows = select(kpi.c.id).select_from(wanted.join(kpi, kpi.c.id == wanted.c.kpi_id)).order_by(kpi.c.id)
    connection.execute(rows.with_for_update(of=kpi, key_share=True))


def _computed(connection: Connection, months: pd.DataFrame, weekly: list[int]) -> pd.DataFrame:
    """The rollups of `months` (kpi_id, month), from the actuals."""
    month = months["month"].to_numpy(np.int64)
    # A week belongs to the month of its Thursday, so it starts up to three days before the month.
    early = THURSDAY * months["kpi_id"].isin(weekly).to_numpy()
    days = {"first_day": first_day(month) - early, "last_day": first_day(month + 1) - 1 - early}
    folded = fold(actuals.periods(connection, months[["kpi_id"]].assign(**days)), weekly)
    return folded[list(COLUMNS)].astype(COLUMNS)


def _weekly(connection: Connection) -> list[int]:
    """The KPIs whose native periods are weeks."""
    return list(connection.execute(select(kpi.c.id).where(kpi.c.frequency == Frequency.WEEKLY)).scalars())


def differences(connection: Connection) -> pd.DataFrame:
    """Where the rollups differ from what the actuals say: kpi_id, month, column, stored, computed.

    `days` and `count` are compared exactly, the rest to a relative 1e-9; a month that is on one side only
    has NaN on the other. Works KPI by KPI, so it needs memory for one.
    """
    weekly = _weekly(connection)
    found = [_difference(connection, number, weekly) for number in _kpis(connection)]
    return pd.concat([_NO_DIFFERENCE, *(one for one in found if len(one))], ignore_index=True)


def count(connection: Connection) -> int:
    """How many months of KPIs are kept."""
    return connection.execute(select(func.count()).select_from(rollup_month)).scalar_one()


_EVER = {"first_day": -(2**31), "last_day": 2**31 - 1}
_NO_DIFFERENCE = pd.DataFrame(
    {"kpi_id": [], "month": [], "column": [], "stored": [], "computed": []},
).astype({"kpi_id": INTEGER, "month": INTEGER, "column": TEXT, "stored": NUMBER, "computed": NUMBER})


def _kpis(connection: Connection) -> list[int]:
    """Every KPI that has actuals or rollups, known to the catalogue or not; hops over the primary keys."""
    found: set[int] = set()
    for table in (actual, rollup_month):
        last: int | None = -(2**31)
        while last is not None:
            query = select(func.min(table.c.kpi_id)).where(table.c.kpi_id > last)
            last = connection.execute(query).scalar_one()
            found |= {last} if last is not None else set()
    return sorted(found)


def _difference(connection: Connection, number: int, weekly: list[int]) -> pd.DataFrame:
    one = pd.DataFrame({"kpi_id": [number]})
    folded = fold(actuals.periods(connection, one.assign(**_EVER)), weekly)
    stored = read(connection, one.assign(first_month=_EVER["first_day"], last_month=_EVER["last_day"]))
    computed = folded.set_index("month").astype(NUMBER)
    both = stored.set_index("month").astype(NUMBER)
    months = computed.index.union(both.index)
    computed, both = computed.reindex(months), both.reindex(months)
    parts = []
    for name in ("days", *STATS):
        old, new = both[name].to_numpy(), computed[name].to_numpy()
        exact = name in {"days", "count"}
        same = np.isclose(old, new, rtol=0 if exact else 1e-9, atol=0, equal_nan=True)
        part = {"month": months[~same], "column": name, "stored": old[~same], "computed": new[~same]}
        parts.append(pd.DataFrame(part).assign(kpi_id=number))
    return pd.concat(parts)[list(_NO_DIFFERENCE)]

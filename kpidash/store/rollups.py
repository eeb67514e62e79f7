"""The monthly rollups of actuals: reading them, and keeping them equal to what the actuals say."""

import numpy as np
import pandas as pd
from sqlalchemy import Connection, delete, select, tuple_

from kpidash.domain.calendars import first_day, month_of
from kpidash.domain.period import THURSDAY, Frequency
from kpidash.domain.rollup import STATS, fold
from kpidash.store import actuals, bulk
from kpidash.store.columns import INTEGER, NUMBER, frame, ranges
from kpidash.store.tables import kpi, rollup_month

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
    """Bring the months that hold `touched` (kpi_id, period; any number of rows each) up to date."""
    if touched.empty:
        return
    weekly = _weekly(connection)
    anchor = touched["period"].to_numpy(np.int64) + THURSDAY * touched["kpi_id"].isin(weekly).to_numpy()
    months = pd.DataFrame({"kpi_id": touched["kpi_id"].to_numpy(np.int64), "month": month_of(anchor)})
    months = months.drop_duplicates().sort_values(["kpi_id", "month"], ignore_index=True)
    stage = bulk.staged(connection, rollup_month, months)
    key = tuple_(rollup_month.c.kpi_id, rollup_month.c.month)
    connection.execute(delete(rollup_month).where(key.in_(select(stage.c.kpi_id, stage.c.month))))
    stage.drop(connection)
    bulk.load(connection, rollup_month, _computed(connection, months, weekly))


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

"""Data health: of which KPIs values are due, late or missing, and which were changed lately.

It is made of the whole company, once for each state of the database and each day; nobody may change it.
"""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.access import Capability, Scope
from kpidash.domain.calendars import Days, day_number, ends
from kpidash.domain.frames import to_take_from
from kpidash.domain.period import Frequency
from kpidash.services.company import OpenCompany, open_company
from kpidash.services.missing import Missing, look_of, missing
from kpidash.services.scorecards import readable, visible_kpis
from kpidash.store import restating, rollups
from kpidash.store.engine import Connection, Database
from kpidash.store.remembered import Remembered, state_of

STATES = ("never", "late", "gaps", "due", "complete")
"""Of a KPI's data, the most urgent first."""
LATELY = timedelta(days=30)
"""How far back changes of values count as recent."""

_known: Remembered[pd.DataFrame] = Remembered(8)


def health(database: Database, scope: Scope, *, today: date | None = None) -> pd.DataFrame:
    """One row per KPI that is reported and that the person may read, in the order of the catalogue.

    kpi (code), state (of STATES), never (nothing was ever reported), late (values of periods whose grace is
    over), gaps (missing values older than the last reported one), due (over, and within their grace),
    restated (values changed since the day, by UTC, that lies 30 days back began), last (first day of the last
    reported period; NaT without), segments (in use). Counts are of values, for the segments in use. Whoever
    keeps it keeps it for the day alone.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        company = open_company(connection)
        found = _of_all(connection, company, today or company.today())
    seen = visible_kpis(company, readable(company, scope, None))
    if len(seen) == len(company.catalogue.kpis):
        return found
    return found[[code in seen for code in found["kpi"]]].reset_index(drop=True)


def _of_all(connection: Connection, company: OpenCompany, today: date) -> pd.DataFrame:
    since = datetime.combine((datetime.now(UTC) - LATELY).date(), time(), UTC)
    return _known.settled(
        connection,
        state_of(connection, today, since),
        lambda: _made(connection, company, today, since),
        harmless=None,
    )


def forget() -> None:
    """Start anew, as a new process does."""
    _known.forget()


def _made(connection: Connection, company: OpenCompany, today: date, since: datetime) -> pd.DataFrame:
    kpis = dict(zip(company.ids.tolist(), company.catalogue.kpis, strict=True))
    found = missing(connection, kpis, look_of(connection, company.catalogue.company, today))
    numbers = [number for number, kpi in kpis.items() if kpi.formula is None]
    changed = restating.restated(connection, since)
    last = rollups.latest(connection, numbers)
    known = np.array([number in last for number in numbers], np.bool_)
    days = np.array([last.get(number, 0) for number in numbers], np.int64).astype("datetime64[D]")
    counts = _counted(found, day_number(today))
    missed = [~known, *(counts[name] > 0 for name in ("late", "gaps", "due"))]
    made = pd.DataFrame(
        {
            "kpi": [kpi.code for kpi in found.kpis],
            "state": np.select(missed, STATES[:-1], STATES[-1]).tolist(),
            "never": ~known,
            **counts,
            "restated": np.array([changed.get(number, 0) for number in numbers], np.int64),
            "last": np.where(known, days, np.datetime64("NaT")).astype("datetime64[s]"),
            "segments": np.bincount(found.last["kpi"], minlength=len(numbers)),
        }
    )
    return to_take_from(made)


def _counted(found: Missing, today: int) -> dict[str, NDArray[np.int64]]:
    """By KPI how many values are late, in gaps, and due."""
    kpi, period = (found.missing[name].to_numpy(np.int64) for name in ("kpi", "period"))
    newest = found.missing.merge(found.last, how="left", on=["kpi", "segment_id"], suffixes=("", "_last"))
    gap = (newest["period"] < newest["period_last"]).to_numpy(np.bool_)
    over = _ends(found, kpi, period) <= today

    def count(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(kpi[which], minlength=len(found.kpis))

    return {"late": count(over & ~gap), "gaps": count(gap), "due": count(~over & ~gap)}


def _ends(found: Missing, kpi: Days, period: Days) -> Days:
    """The day after the grace of each missing period."""
    grace = np.array([one.grace_days for one in found.kpis], np.int64)[kpi]
    rank = np.array([one.frequency.rank for one in found.kpis], np.int64)[kpi]
    end = np.empty_like(period)
    for frequency in Frequency:
        own = rank == frequency.rank
        end[own] = ends(period[own], frequency)
    return end + grace

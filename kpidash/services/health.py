"""Data health: of which KPIs values are due, late or missing, and which were changed lately."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.calendars import day_number, ends
from kpidash.services.missing import Missing, look_of, missing
from kpidash.services.previews import terms_of
from kpidash.store import catalogue, restating, rollups
from kpidash.store.engine import Database

STATES = ("never", "late", "gaps", "due", "complete")
"""Of a KPI's data, the most urgent first."""
LATELY = timedelta(days=30)
"""How far back changes of values count as recent."""


def health(database: Database, scope: Scope, *, today: date | None = None) -> pd.DataFrame:
    """One row per KPI that is reported and that the person may read, in the order of the catalogue.

    kpi (code), state (of STATES), never (nothing was ever reported), late (values of periods whose grace is
    over), gaps (missing values older than the last reported one), due (over, and within their grace),
    restated (values changed in the last 30 days), last (first day of the last reported period; NaT without),
    segments (in use). Counts are of values, for the segments in use.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        stored = catalogue.load(connection)
        terms = terms_of(stored, scope, today)
        departments = {
            one.code for one in stored.catalogue.departments if scope.may(Capability.READ, one.code)
        }
        kpis = {
            terms.ids[kpi.code]: kpi
            for kpi in stored.catalogue.kpis
            if stored.catalogue.department_of(kpi).code in departments
        }
        look = look_of(connection, terms)
        changed = restating.restated(connection, datetime.now(UTC) - LATELY).set_index("kpi_id")["values"]
        ever = rollups.latest(connection, [number for number, kpi in kpis.items() if kpi.formula is None])
        rows = [
            _row(found, day_number(terms.today), ever.get(found.number), int(changed.get(found.number, 0)))
            for found in missing(connection, kpis, look)
        ]
    columns = ["kpi", "state", "never", "late", "gaps", "due", "restated", "last", "segments"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(last=frame["last"].astype("datetime64[s]"))


def _row(found: Missing, today: int, last: int | None, restated: int) -> tuple[object, ...]:
    over = ends(found.periods, found.kpi.frequency) + found.kpi.grace_days <= today
    newest = _last_by_segment(found)
    gap = found.periods < np.array([newest.get(one, -np.inf) for one in found.segments.tolist()])
    never = last is None
    late, gaps, due = int((over & ~gap).sum()), int(gap.sum()), int((~over & ~gap).sum())
    if never:
        state = "never"
    else:
        state = next((name for name, count in (("late", late), ("gaps", gaps), ("due", due)) if count),
                     "complete")  # fmt: skip
    day = pd.NaT if last is None else np.datetime64(last, "D")
    return found.kpi.code, state, never, late, gaps, due, restated, day, len(newest)


def _last_by_segment(found: Missing) -> dict[int, int]:
    """The last reported period of each segment."""
    return {
        int(str(one)): int(day) for one, day in found.reported.groupby("segment_id")["period"].max().items()
    }

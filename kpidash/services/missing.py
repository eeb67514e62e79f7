"""Which values of KPIs are missing: of periods that are over and open, for the segments in use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain import due as periods
from kpidash.domain.calendars import Days, day_number, day_of
from kpidash.domain.catalogue import Company, Kpi
from kpidash.domain.locking import values_held
from kpidash.domain.period import Frequency, Period, period_containing
from kpidash.ingest.terms import Terms
from kpidash.store import closing, scanning
from kpidash.store.engine import Connection

_SEEN = 3
"""How many times as far back as periods are asked for is looked at which segments are in use."""
_NOTHING = pd.DataFrame({"period": [], "segment_id": [], "value": []}).astype(
    {"period": np.int64, "segment_id": np.int64}
)


@dataclass(frozen=True, slots=True)
class Look:
    """From where it is looked: the company, its day, and its closed months (since 1970-01, ascending)."""

    company: Company
    today: date
    closed: Days

    def period(self, start: int, frequency: Frequency) -> Period:
        """The period of a frequency that starts on a day."""
        return period_containing(day_of(start), frequency, self.company.fiscal_year_start)

    def label(self, period: Period) -> str:
        """The period as files write it."""
        return period.label(self.company.fiscal_year_start)


@dataclass(frozen=True, slots=True)
class Missing:
    """What one KPI misses: first days of periods and ids of segments, ascending, beside what it reported.

    `reported`: period, segment_id, value of some time back, ascending.
    """

    number: int
    kpi: Kpi
    reported: pd.DataFrame
    periods: Days
    segments: Days


def look_of(connection: Connection, terms: Terms) -> Look:
    """From where the person of `terms` looks."""
    closed = np.array([one.month for one in closing.closed(connection)], np.int64)
    return Look(terms.catalogue.company, terms.today, closed)


def missing(connection: Connection, kpis: Mapping[int, Kpi], look: Look) -> Iterator[Missing]:
    """What each of the KPIs that are reported misses; nothing of calculated ones. See `domain.due.due`."""
    given = {number: kpi for number, kpi in kpis.items() if kpi.formula is None}
    known = _reported(connection, given, look)
    for number, kpi in given.items():
        own = known.get(number, _NOTHING)
        starts, used = periods.due(
            _open(kpi, look),
            own["period"].to_numpy(np.int64),
            own["segment_id"].to_numpy(np.int64),
            daily=kpi.frequency is Frequency.DAILY,
        )
        yield Missing(number, kpi, own, starts, used)


def _open(kpi: Kpi, look: Look) -> Days:
    """The periods of the KPI that are over and not closed."""
    starts = periods.over(kpi.frequency, look.today, look.company.fiscal_year_start)
    ranks = np.full(len(starts), kpi.frequency.rank, np.int64)
    return starts[~values_held(starts, ranks, look.closed).held]


def _reported(connection: Connection, kpis: Mapping[int, Kpi], look: Look) -> Mapping[int, pd.DataFrame]:
    """What each KPI reported lately: period, segment_id, value, ascending."""
    starts = {
        frequency: int(periods.over(frequency, look.today, look.company.fiscal_year_start, times=_SEEN)[0])
        for frequency in Frequency
    }
    spans = pd.DataFrame(
        {
            "kpi_id": np.array(list(kpis), np.int64),
            "first_day": np.array([starts[kpi.frequency] for kpi in kpis.values()], np.int64),
            "last_day": day_number(look.today),
        }
    )
    found = scanning.scan(connection, spans)
    return {int(str(number)): rows for number, rows in found.groupby("kpi_id")}

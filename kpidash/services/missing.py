"""Which values of KPIs are missing: of periods that are over and open, for the segments in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain import due as periods
from kpidash.domain.calendars import Days, day_number, day_of
from kpidash.domain.catalogue import Company, Kpi
from kpidash.domain.locking import values_held
from kpidash.domain.period import Frequency, Period, period_containing
from kpidash.store import closing, scanning
from kpidash.store.engine import Connection

_SEEN = 3
"""How many times as far back as periods are asked for is looked at which segments are in use."""


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
    """What KPIs miss, beside what they reported. `kpi` is the place of one in `kpis`.

    `missing`: kpi, period (first day), segment_id, ascending. `last`: kpi, segment_id, period, value of what
    each segment reported last, of those that reported anything for some time back; ascending.
    """

    kpis: tuple[Kpi, ...]
    missing: pd.DataFrame
    last: pd.DataFrame


def look_of(connection: Connection, company: Company, today: date) -> Look:
    """From where a company is looked at on a day."""
    return Look(company, today, np.array([one.month for one in closing.closed(connection)], np.int64))


def missing(connection: Connection, kpis: Mapping[int, Kpi], look: Look) -> Missing:
    """What those of the KPIs miss that are reported; calculated ones are left out. See `domain.due.due`."""
    given = {number: kpi for number, kpi in kpis.items() if kpi.formula is None}
    every = tuple(given.values())
    rank = np.array([kpi.frequency.rank for kpi in every], np.int64)
    kpi, period, segment, value = _reported(connection, given, look)
    found = [_of_one(frequency, rank, kpi, period, segment, look) for frequency in Frequency]
    owner, start, where = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((where, start, owner))
    last = np.flatnonzero((np.diff(kpi, append=-1) != 0) | (np.diff(segment, append=-1) != 0))
    return Missing(
        every,
        pd.DataFrame({"kpi": owner[order], "period": start[order], "segment_id": where[order]}),
        pd.DataFrame(
            {"kpi": kpi[last], "segment_id": segment[last], "period": period[last], "value": value[last]}
        ),
    )


def _of_one(
    frequency: Frequency, rank: Days, kpi: Days, period: Days, segment: Days, look: Look
) -> tuple[Days, Days, Days]:
    """What the KPIs of one frequency miss, of periods that are over and not closed."""
    starts = periods.over(frequency, look.today, look.company.fiscal_year_start)
    ranks = np.full(len(starts), frequency.rank, np.int64)
    own = rank[kpi] == frequency.rank
    return periods.due(
        starts[~values_held(starts, ranks, look.closed).held],
        np.flatnonzero(rank == frequency.rank),
        kpi[own],
        period[own],
        segment[own],
        daily=frequency is Frequency.DAILY,
    )


def _reported(
    connection: Connection, kpis: Mapping[int, Kpi], look: Look
) -> tuple[Days, Days, Days, NDArray[np.float64]]:
    """What was reported lately: the KPI's place, period, segment and value; by KPI, segment and period."""
    starts = {
        frequency: int(periods.over(frequency, look.today, look.company.fiscal_year_start, times=_SEEN)[0])
        for frequency in Frequency
    }
    ids = np.array(list(kpis), np.int64)
    spans = pd.DataFrame(
        {
            "kpi_id": ids,
            "first_day": np.array([starts[kpi.frequency] for kpi in kpis.values()], np.int64),
            "last_day": day_number(look.today),
        }
    )
    found = scanning.scan(connection, spans)
    ascending = np.argsort(ids)
    number, period, segment = (found[name].to_numpy(np.int64) for name in ("kpi_id", "period", "segment_id"))
    kpi = ascending[np.searchsorted(ids, number, sorter=ascending)]
    order = np.lexsort((period, segment, kpi))
    return kpi[order], period[order], segment[order], found["value"].to_numpy(np.float64)[order]

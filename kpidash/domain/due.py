"""Which periods of a KPI are due: over, and without a value; and which of its targets are still to be set.

What is asked for is what somebody can know: periods that are over. It goes back some periods only, as older
gaps are mended on purpose and not from a form.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.calendars import Days, day_number, day_of, floor
from kpidash.domain.definitions import Kpi, PeriodTarget, Trajectory
from kpidash.domain.period import Frequency, Period, add_months, period_containing

LOOK_BACK = {
    Frequency.DAILY: 31,
    Frequency.WEEKLY: 8,
    Frequency.MONTHLY: 6,
    Frequency.QUARTERLY: 4,
    Frequency.YEARLY: 2,
}
"""Periods that are asked for at most."""
NO_SEGMENT = 0
_IN_USE = 2
"""A segment is in use when it was reported in one of the last so many periods that the KPI reported."""
_WEEKDAYS_KNOWN_AFTER = 14
"""Reported days after which weekdays that never were among them are days off."""


def over(frequency: Frequency, today: date, fiscal_year_start: int = 1, *, times: int = 1) -> Days:
    """First days of the last periods that are over on a day, ascending: `times` LOOK_BACK of them."""
    found = []
    end = period_containing(today, frequency, fiscal_year_start).start
    for _ in range(LOOK_BACK[frequency] * times):
        end = day_of(int(floor(np.array([day_number(end) - 1]), frequency, fiscal_year_start)[0]))
        found.append(day_number(end))
    return np.array(found[::-1], np.int64)


def due(
    candidates: Days, kpis: Days, kpi: Days, period: Days, segment: Days, *, daily: bool = False
) -> tuple[Days, Days, Days]:
    """What KPIs of one frequency have no value of yet: KPI, period (first day) and segment, ascending.

    `candidates` are periods that are over, `kpis` the numbers of the KPIs, both ascending. `kpi`, `period`
    and `segment` are what was reported lately, further back than the candidates. A segment is asked for from
    its first period on, while it is in use. Where nothing was reported lately the newest period is, without a
    segment. Of daily KPIs days off are not due.
    """
    silent = np.setdiff1d(kpis, kpi) if len(candidates) else kpis[:0]
    nothing = silent, np.tile(candidates[-1:], len(silent)), np.full(len(silent), NO_SEGMENT, np.int64)
    if not len(kpi) or not len(candidates):
        return nothing
    at, starts, segments = _unreported(candidates, np.searchsorted(kpis, kpi), period, segment, daily=daily)
    found = kpis[at], starts, segments
    owner, start, one = (np.concatenate(both) for both in zip(found, nothing, strict=True))
    order = np.lexsort((one, start, owner))
    return owner[order], start[order], one[order]


def _unreported(
    candidates: Days, kpi: Days, period: Days, segment: Days, *, daily: bool
) -> tuple[Days, Days, Days]:
    """The candidates of segments in use that have no value; KPIs are counted from 0."""
    order = np.lexsort((period, segment, kpi))
    kpi, period, segment = kpi[order], period[order], segment[order]
    heads = np.flatnonzero((np.diff(kpi, prepend=-1) != 0) | (np.diff(segment, prepend=-1) != 0))
    count = np.diff(heads, append=len(kpi))
    owner, first, last = kpi[heads], period[heads], period[heads + count - 1]
    working, recent = _habits(candidates, kpi, period, daily=daily)
    open_ = working[owner] & (candidates >= first[:, np.newaxis]) & (last >= recent[owner])[:, np.newaxis]
    at = np.minimum(np.searchsorted(candidates, period), len(candidates) - 1)
    there = candidates[at] == period
    open_[np.repeat(np.arange(len(heads)), count)[there], at[there]] = False
    row, column = np.nonzero(open_)
    return owner[row], candidates[column], segment[heads][row]


def _habits(candidates: Days, kpi: Days, period: Days, *, daily: bool) -> tuple[NDArray[np.bool_], Days]:
    """Of each KPI which candidates are no days off, and since when segments in use were reported."""
    order = np.lexsort((period, kpi))
    kpi, period = kpi[order], period[order]
    other = (np.diff(kpi, prepend=-1) != 0) | (np.diff(period, prepend=-1) != 0)
    kpi, period = kpi[other], period[other]
    count = np.bincount(kpi)
    end = np.cumsum(count)
    recent = period[np.minimum(np.maximum(end - _IN_USE, end - count), len(period) - 1)]
    if not daily:
        return np.ones((len(count), len(candidates)), np.bool_), recent
    weekdays = np.zeros((len(count), 7), np.bool_)
    weekdays[kpi, period % 7] = True
    weekdays[count < _WEEKDAYS_KNOWN_AFTER] = True
    return weekdays[:, candidates % 7], recent


def targets_due(kpi: Kpi, today: date, fiscal_year_start: int = 1) -> tuple[Period, ...]:
    """Periods until the end of the next fiscal year that are not over and have no target.

    They are as long as the shortest that the KPI had a target for since the last fiscal year, and fiscal
    years where there is none. What a trajectory leads through is not asked for.
    """
    year = period_containing(today, Frequency.YEARLY, fiscal_year_start)
    since, until = add_months(year.start, -12), add_months(year.start, 24)
    given = [one.period for one in kpi.targets if isinstance(one, PeriodTarget) and one.period.end > since]
    frequency = min((one.frequency for one in given), key=lambda one: one.rank, default=Frequency.YEARLY)
    known = {(one.frequency, one.start) for one in given}
    found, day = list[Period](), today
    while day < until:
        period = period_containing(day, frequency, fiscal_year_start)
        if (frequency, period.start) not in known and not _on_the_way(kpi.targets, period):
            found.append(period)
        day = period.end
    return tuple(found)


def _on_the_way(targets: Sequence[PeriodTarget | Trajectory], period: Period) -> bool:
    """Whether a trajectory has a target for the period: it holds from its begin on, also after it is due."""
    return any(isinstance(one, Trajectory) and one.begins < period.end for one in targets)

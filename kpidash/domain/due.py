"""Which periods of a KPI are due: over, and without a value; and which of its targets are still to be set.

What is asked for is what somebody can know: periods that are over. It goes back some periods only, as older
gaps are mended on purpose and not from a form.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

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


def due(candidates: Days, period: Days, segment: Days, *, daily: bool = False) -> tuple[Days, Days]:
    """Periods (first days) and segments that have no value yet, ascending by period and segment.

    `candidates` are periods that are over, `period` and `segment` what was reported lately, further back
    than the candidates. A segment is asked for from its first period on, while it is in use. Where nothing
    was reported lately the newest period is, without a segment. Of daily KPIs days off are not due.
    """
    if not len(period):
        return candidates[-1:], np.full(len(candidates[-1:]), NO_SEGMENT, np.int64)
    if daily and len(np.unique(period)) >= _WEEKDAYS_KNOWN_AFTER:
        candidates = candidates[np.isin(candidates % 7, period % 7)]
    recent = np.unique(period)[-_IN_USE:]
    missing = []
    for one in np.unique(segment[np.isin(period, recent)]).tolist():
        own = period[segment == one]
        wanted = np.setdiff1d(candidates[candidates >= own.min()], own)
        missing.append(np.column_stack([wanted, np.full(len(wanted), one, np.int64)]))
    rows = np.concatenate(missing)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    return rows[:, 0], rows[:, 1]


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

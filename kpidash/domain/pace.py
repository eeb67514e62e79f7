"""How much of a running period has passed, by days and by working days (RULES.md §4, target to date)."""

from datetime import date

import numpy as np

from kpidash.domain.calendars import Calendar, Days, day_number
from kpidash.domain.rollup import Floats


def elapsed(calendar: Calendar, as_of: date) -> Floats:
    """The part of each period that has passed on the evening of `as_of`, by days: 0 to 1."""
    passed = day_number(as_of) + 1 - calendar.starts
    return np.clip(passed / (calendar.ends - calendar.starts), 0.0, 1.0)


def elapsed_workdays(calendar: Calendar, as_of: date, holidays: Days) -> Floats:
    """The same by working days: Monday to Friday less `holidays` (day numbers).

    By days where a period has no working day.
    """
    starts, ends = (days.astype("datetime64[D]") for days in (calendar.starts, calendar.ends))
    free = holidays.astype("datetime64[D]")
    tomorrow = np.datetime64(day_number(as_of) + 1, "D")
    whole = np.busday_count(starts, ends, holidays=free)
    passed = np.busday_count(starts, np.clip(tomorrow, starts, ends), holidays=free)
    return np.where(whole > 0, passed / np.maximum(whole, 1), elapsed(calendar, as_of))

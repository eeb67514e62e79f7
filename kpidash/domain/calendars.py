"""Calendars: columns of native periods as int64 days, for one frequency at a time.

A native period belongs to the window or month that holds its anchor: its start day, or the Thursday of
a week (RULES.md §2).
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.period import MONTHS, THURSDAY, Frequency, Window

Days = NDArray[np.int64]
"""Days (or months) since 1970-01, one per element."""


def day_number(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day that lies `number` days after 1970-01-01."""
    return date.fromordinal(number + _EPOCH)


_EPOCH = date(1970, 1, 1).toordinal()


def month_of(days: Days) -> Days:
    """Months since 1970-01 of each day."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_day(months: Days) -> Days:
    """The first day of each month."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def anchors(starts: Days, frequency: Frequency) -> Days:
    """The days that decide which window and month each period belongs to."""
    return starts + THURSDAY if frequency is Frequency.WEEKLY else starts


def ends(starts: Days, frequency: Frequency) -> Days:
    """The day after each period's last."""
    if frequency is Frequency.DAILY:
        return starts + 1
    if frequency is Frequency.WEEKLY:
        return starts + 7
    return first_day(month_of(starts) + MONTHS[frequency])


def floor(days: Days, frequency: Frequency, fiscal_year_start: int = 1) -> Days:
    """The start of the period that each day lies in."""
    if frequency is Frequency.DAILY:
        return days
    if frequency is Frequency.WEEKLY:
        return days - (days + THURSDAY) % 7  # 1970-01-01 was a Thursday
    months = month_of(days)
    return first_day(months - (months - fiscal_year_start + 1) % MONTHS[frequency])


@dataclass(frozen=True, slots=True)
class Calendar:
    """Consecutive native periods of one frequency, ascending; may be empty."""

    frequency: Frequency
    starts: Days
    ends: Days

    @property
    def anchors(self) -> Days:
        """The day by which each period belongs to a window and a month."""
        return anchors(self.starts, self.frequency)

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """The periods at which `kept` is true."""
        return type(self)(self.frequency, self.starts[kept], self.ends[kept])

    @classmethod
    def between(cls, start: int, end: int, frequency: Frequency, fiscal_year_start: int) -> Self:
        """The periods whose anchors lie in the days `[start, end)`."""
        days = np.arange(start, max(start, end), dtype=np.int64)
        if frequency in MONTHS:
            months = np.arange(month_of(np.array([start]))[0], month_of(np.array([end]))[0] + 1)
            months = months[(months - fiscal_year_start + 1) % MONTHS[frequency] == 0]
            starts = first_day(months)
            starts = starts[(starts >= start) & (starts < end)]
        elif frequency is Frequency.WEEKLY:
            starts = days[days % 7 == 0] - THURSDAY
        else:
            starts = days
        return cls(frequency, starts, ends(starts, frequency))

    def year_ago(self) -> Self:
        """The same monthly, quarterly or yearly periods, twelve months earlier."""
        return type(self)(
            self.frequency, first_day(month_of(self.starts) - 12), first_day(month_of(self.ends) - 12)
        )

    def finer(self, frequency: Frequency, fiscal_year_start: int) -> tuple["Calendar", NDArray[np.int64]]:
        """The periods of a finer (or the same) frequency inside these, and which of these holds each."""
        if not len(self):
            return Calendar.between(0, 0, frequency, fiscal_year_start), np.empty(0, np.int64)
        inner = Calendar.between(int(self.starts[0]), int(self.ends[-1]), frequency, fiscal_year_start)
        holder = np.searchsorted(self.starts, inner.anchors, side="right") - 1
        inside = (holder >= 0) & (inner.anchors < self.ends[np.maximum(holder, 0)])
        return inner.where(inside), holder[inside]


def calendar_of(window: Window, as_of: date, frequency: Frequency, fiscal_year_start: int) -> Calendar:
    """The native periods of `frequency` that `window` shows on the day `as_of`.

    Where the window is finer than the frequency that is the one latest period that has ended by the
    window's end and by `as_of`.
    """
    start, end = day_number(window.start), day_number(window.end)
    if frequency.rank <= _FINEST_RANK.get(window.kind, Frequency.YEARLY.rank):
        return Calendar.between(start, end, frequency, fiscal_year_start)
    limit = min(end, day_number(as_of) + 1)
    closed = Calendar.between(limit - 2 * 366, limit, frequency, fiscal_year_start)
    closed = closed.where(closed.ends <= limit)
    return Calendar(frequency, closed.starts[-1:], closed.ends[-1:])


_FINEST_RANK = {"month": Frequency.MONTHLY.rank, "quarter": Frequency.QUARTERLY.rank}
"""The coarsest frequency whose periods a window of this kind holds whole."""

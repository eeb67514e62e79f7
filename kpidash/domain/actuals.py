"""What is known of the actuals, and reading it over any set of native periods.

Months answer most questions whole. Where a question takes only some of a month's native periods (the day
as of which one looks lies inside it, or only some have a target) the periods themselves are needed:
`Actuals.unread` collects those months, so that a caller fetches just them and asks again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.calendars import Calendar, Days, first_day, month_of
from kpidash.domain.period import MONTHS, THURSDAY
from kpidash.domain.rollup import STATS, Floats, bits, fold, over_months

Mask = NDArray[np.bool_]
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True)
class Actuals:
    """Monthly rollups of KPIs numbered 0…K−1, as arrays [KPI, month], and single periods where read."""

    first_month: int
    days: Days
    stats: dict[str, Floats]
    weekly: Mask
    periods: pd.DataFrame
    unread: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def of(cls, months: pd.DataFrame, weekly: Sequence[bool], *, periods: pd.DataFrame | None = None) -> Self:
        """From rollup rows (kpi, month, days and STATS) and period rows (kpi, period and statistics).

        `kpi` numbers the KPIs from 0, as the positions of `weekly` do.
        """
        kpi = months["kpi"].to_numpy(np.int64)
        month = months["month"].to_numpy(np.int64)
        first = int(month.min()) if len(month) else 0
        width = int(month.max()) - first + 1 if len(month) else 0
        days = np.zeros((len(weekly), width), np.int64)
        days[kpi, month - first] = months["days"].to_numpy(np.int64)
        stats = {}
        for name in STATS:
            stats[name] = np.full(days.shape, np.nan)
            stats[name][kpi, month - first] = months[name].to_numpy(np.float64)
        known = periods if periods is not None else pd.DataFrame(columns=["kpi", "period", *STATS[:-1]])
        return cls(first, days, stats, np.asarray(weekly, dtype=np.bool_), known)

    def reported(self, kpis: Days, calendar: Calendar) -> Mask:
        """Whether each KPI has an actual in each period: [KPI, period]."""
        anchor = calendar.anchors
        days = self._of_months(self.days, kpis, month_of(anchor), 0)
        found: Mask = (days & bits(anchor)) != 0
        return found

    def totals(self, kpis: Days, calendar: Calendar, chosen: Mask) -> dict[str, Floats]:
        """STATS [KPI] over each KPI's `chosen` periods [KPI, period], which must be `reported`."""
        _, stats, wanted = self.by_month(kpis, calendar, chosen)
        return over_months(stats, wanted != 0)

    def by_month(
        self, kpis: Days, calendar: Calendar, chosen: Mask
    ) -> tuple[Days, dict[str, Floats], NDArray[np.int64]]:
        """The same month by month: the months, STATS [KPI, month] and the `days` that they cover."""
        months, first = np.unique(month_of(calendar.anchors), return_index=True)
        if not len(months):
            nothing = np.empty((len(kpis), 0))
            return months, dict.fromkeys(STATS, nothing), nothing.astype(np.int64)
        wanted = np.bitwise_or.reduceat(np.where(chosen, bits(calendar.anchors), 0), first, axis=1)
        stored = self._of_months(self.days, kpis, months, 0)
        stats = {name: self._of_months(self.stats[name], kpis, months, np.nan) for name in STATS}
        parts = (wanted != stored) & (wanted != 0)
        if parts.any():
            self._fill(stats, kpis, months, wanted, parts)
        return months, stats, wanted

    def by_period(self, kpis: Days, calendar: Calendar) -> dict[str, Floats]:
        """STATS [KPI, period] in each period: from months where each holds one, else from periods."""
        if calendar.frequency in MONTHS:
            months = month_of(calendar.starts)
            return {name: self._of_months(self.stats[name], kpis, months, np.nan) for name in STATS}
        order, keys = self._by_start
        wanted = (kpis[:, np.newaxis] << 32) + calendar.starts + _FAR
        at = np.searchsorted(keys, wanted)
        known = at < len(keys)
        known[known] = keys[at[known]] == wanted[known]
        row, column = np.nonzero(self.reported(kpis, calendar) & ~known)
        months = month_of(calendar.anchors)
        self.unread.update(zip(kpis[row].tolist(), months[column].tolist(), strict=True))
        found = {}
        for name in STATS:
            found[name] = np.full(wanted.shape, np.nan)
            column_of = self.periods["sum" if name == "last" else name].to_numpy(np.float64)
            found[name][known] = column_of[order[at[known]]]
        return found

    def _of_months(
        self, values: NDArray[Number], kpis: Days, months: Days, missing: float
    ) -> NDArray[Number]:
        column = months - self.first_month
        inside = (column >= 0) & (column < values.shape[1])
        found = np.full((len(kpis), len(months)), missing, values.dtype)
        found[:, inside] = values[np.ix_(kpis, column[inside])]
        return found

    def _fill(self, stats: dict[str, Floats], kpis: Days, months: Days, wanted: Days, parts: Mask) -> None:
        """Put the statistics of partly wanted months into `stats`, from single periods."""
        row, column = np.nonzero(parts)
        order, keys = self._by_anchor
        pair = (kpis[row] << 32) + first_day(months[column]) + _FAR
        after = (kpis[row] << 32) + first_day(months[column] + 1) + _FAR
        first = np.searchsorted(keys, pair)
        count = np.searchsorted(keys, after) - first
        unread = count == 0
        self.unread.update(zip(kpis[row[unread]].tolist(), months[column[unread]].tolist(), strict=True))
        number = np.repeat(np.arange(len(row)), count)
        place = np.arange(len(number)) - np.repeat(np.cumsum(count) - count - first, count)
        anchor = (keys[place] & _LOW) - _FAR
        taken = (wanted[row, column][number] & bits(anchor)) != 0
        chosen = self.periods.take(order[place[taken]]).assign(kpi_id=number[taken])
        part = fold(chosen, np.flatnonzero(self.weekly[kpis[row]]).tolist())
        filled = part["kpi_id"].to_numpy()
        for name in STATS:
            stats[name][row, column] = np.nan
            stats[name][row[filled], column[filled]] = part[name]

    @cached_property
    def _by_start(self) -> tuple[Days, Days]:
        """The order of the single periods by KPI and start, and these as one number in that order."""
        kpi, start = (self.periods[name].to_numpy(np.int64) for name in ("kpi", "period"))
        keys = (kpi << 32) + start + _FAR
        order = np.argsort(keys, kind="stable")
        return order, keys[order]

    @cached_property
    def _by_anchor(self) -> tuple[Days, Days]:
        """The same by KPI and anchor."""
        order, keys = self._by_start
        return order, keys + THURSDAY * self.weekly[keys >> 32]


_FAR = 1 << 31
"""Lifts days before 1970 above 0."""
_LOW = (1 << 32) - 1

"""What is known of the actuals, and reading it over any set of native periods.

Months answer most questions whole. Where a question takes only some of a month's native periods (the day
as of which one looks lies inside it, or only some have a target) the periods themselves are needed:
`Actuals.unread` collects those months, so that a caller fetches just them and asks again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.calendars import Calendar, Days, month_of
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

    def by_period(self, kpi: int, calendar: Calendar) -> dict[str, Floats]:
        """STATS [period] of one KPI in each period: from months where each holds one, else from periods."""
        if calendar.frequency in MONTHS:
            kpis = np.array([kpi])
            return {
                name: self._of_months(self.stats[name], kpis, month_of(calendar.starts), np.nan)[0]
                for name in STATS
            }
        mine = self.periods[self.periods["kpi"] == kpi].set_index("period").reindex(calendar.starts)
        missing = self.reported(np.array([kpi]), calendar)[0] & mine["count"].isna().to_numpy()
        self.unread.update((kpi, month) for month in month_of(calendar.anchors[missing]).tolist())
        return {name: mine[name if name != "last" else "sum"].to_numpy(np.float64) for name in STATS}

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
        pairs = pd.MultiIndex.from_arrays([kpis[row], months[column]])
        anchor = self.periods["period"].to_numpy(np.int64)
        kpi = self.periods["kpi"].to_numpy(np.int64)
        anchor = anchor + THURSDAY * self.weekly[kpi]
        place = pairs.get_indexer(pd.MultiIndex.from_arrays([kpi, month_of(anchor)]))
        read = np.zeros(len(pairs), np.bool_)
        read[place[place >= 0]] = True
        self.unread.update(zip(kpis[row[~read]].tolist(), months[column[~read]].tolist(), strict=True))
        taken = (place >= 0) & ((wanted[row[place], column[place]] & bits(anchor)) != 0)
        part = fold(
            self.periods[taken].rename(columns={"kpi": "kpi_id"}), np.flatnonzero(self.weekly).tolist()
        )
        place = pairs.get_indexer(pd.MultiIndex.from_frame(part[["kpi_id", "month"]]))
        for name in STATS:
            stats[name][row, column] = np.nan
            stats[name][row[place], column[place]] = part[name]

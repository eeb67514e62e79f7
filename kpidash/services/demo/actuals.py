"""Actuals of the demo company up to a day, KPI by KPI, from the descriptions in its model files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.period import Frequency, period_containing
from kpidash.services.demo.curves import EPOCH, Curves
from kpidash.services.demo.series import Days, Floats, Segment, Span, normal, values

Spec = Mapping[str, Any]
DIMENSIONS = ("region", "client")
COLUMNS = ("kpi", "period", "value", "numerator", "denominator", *DIMENSIONS)
DELAY = {"daily": 0, "weekly": 1, "monthly": 4, "quarterly": 6, "yearly": 20}
"""Days from the end of a period to its report, unless a KPI has its own `delay`."""

SHARED = ("sum", "last")
"""Aggregations whose values are parts of a whole, split over the segments."""


@dataclass
class Ledger:
    """All KPIs of the model (`kpis` by code, `segments` by name) as seen in the morning of `as_of`."""

    as_of: date
    first: date
    fiscal_year_start: int
    kpis: Mapping[str, Spec]
    segments: Mapping[str, list[Spec]]
    curves: Curves
    _periods: dict[Frequency, tuple[Days, Days]] = field(default_factory=dict)
    _running_totals: dict[str, Floats] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """The actuals of every KPI: COLUMNS, `period` being its first day (datetime64[s])."""
        tables = [self._rows(code) for code, kpi in self.kpis.items() if kpi.get("series")]
        return pd.concat(tables, ignore_index=True)

    @property
    def _today(self) -> int:
        return (self.as_of - EPOCH).days

    def _rows(self, code: str) -> pd.DataFrame:
        kpi = self.kpis[code]
        span, reported = self._span(kpi)
        segments = self._segments(kpi)
        columns = self._columns(code, span, segments)
        seen = np.broadcast_to(reported, (len(segments), len(reported))).copy()
        if share := kpi["series"].get("gaps"):
            least = NormalDist().inv_cdf(share)
            seen &= np.stack([normal(f"{code}|{s.key}|gap", span.starts) > least for s in segments])
        row, column = np.nonzero(seen)
        found: dict[str, Any] = {"kpi": code, "period": span.starts[column].astype("datetime64[D]")}
        found |= {name: numbers[row, column] for name, numbers in columns.items()}
        for name in DIMENSIONS:
            found[name] = np.array([s.names.get(name) for s in segments], object)[row]
        return pd.DataFrame(found, columns=list(COLUMNS)).astype(
            {"period": "datetime64[s]", "value": float, "numerator": float, "denominator": float}
        )

    def _segments(self, kpi: Spec) -> list[Segment]:
        listed: list[Spec] = self.segments[kpi["segments"]] if "segments" in kpi else [{"share": 1.0}]
        return [
            Segment({name: str(spec[name]) for name in DIMENSIONS if name in spec}, float(spec["share"]))
            for spec in listed
        ]

    def _span(self, kpi: Spec) -> tuple[Span, NDArray[np.bool_]]:
        starts, ends = self._bounds(Frequency(kpi["frequency"]))
        series = kpi["series"]
        closed = ends + series.get("delay", DELAY[kpi["frequency"]]) <= self._today
        elapsed = np.clip((self._today - starts) / (ends - starts), 0.0, 1.0)
        if kpi.get("pace") == "workdays":
            elapsed = _workdays(starts, np.clip(self._today, starts, ends)) / _workdays(starts, ends)
        begun = self._today - starts >= series.get("running", np.inf)
        return Span(starts, ends, elapsed), closed | begun

    def _bounds(self, frequency: Frequency) -> tuple[Days, Days]:
        """The periods that start from `first` up to yesterday."""
        if frequency not in self._periods:
            days = [(self.first - EPOCH).days]
            while days[-1] < self._today:
                day = date.fromordinal(EPOCH.toordinal() + days[-1])
                period = period_containing(day, frequency, self.fiscal_year_start)
                if len(days) == 1 and period.start < day:
                    days[0] = (period.end - EPOCH).days
                else:
                    days.append((period.end - EPOCH).days)
            self._periods[frequency] = np.array(days[:-1]), np.array(days[1:])
        return self._periods[frequency]

    def _columns(self, code: str, span: Span, segments: list[Segment]) -> dict[str, Floats]:
        kpi = self.kpis[code]
        series = kpi["series"]
        whole = {"course": kpi["course"]} if "course" in kpi else {}
        if "rate" not in series:
            decimals = series.get("decimals", kpi.get("decimals", 0))
            return {"value": self._values(code, {**whole, **series}, span, segments).round(decimals)}
        rate = values(code, {**whole, **series["rate"]}, span, segments, self.curves)
        scale = 100.0 if kpi["unit"] == "percent" else 1.0
        if "from" in series:
            numerator = self._values(code, series, span, segments).round()
            return {"numerator": numerator, "denominator": (numerator / rate * scale).round().clip(1)}
        shares = np.array([[segment.share] for segment in segments])
        volume = values(f"{code}|volume", series["volume"], span, segments, self.curves)
        denominator = (volume * shares * span.elapsed).round().clip(1)
        step = series.get("step", 1)
        numerator = (rate / scale * denominator / step).round() * step
        return {"numerator": numerator, "denominator": denominator}

    def _values(self, code: str, series: Spec, span: Span, segments: list[Segment]) -> Floats:
        if source := series.get("from"):
            ratio = values(code, {"level": series["times"], **series}, span, segments, self.curves)
            return ratio * self._totals(source, span, len(segments))
        found = values(code, series, span, segments, self.curves)
        aggregation = self.kpis[code]["aggregation"]
        if aggregation in SHARED:
            found = found * np.array([[segment.share] for segment in segments])
        return found * span.elapsed if aggregation == "sum" else found

    def _totals(self, source: str, span: Span, width: int) -> Floats:
        """The daily KPI `source` over the days of each period that are over, by segment or in all."""
        starts, ends = self._bounds(Frequency.DAILY)
        if source not in self._running_totals:
            daily = Span(starts, ends, np.ones(len(starts)))
            numbers = self._columns(source, daily, self._segments(self.kpis[source]))["value"]
            self._running_totals[source] = np.pad(np.cumsum(numbers, axis=1), ((0, 0), (1, 0)))
        totals = self._running_totals[source]
        over = replace(span, ends=np.minimum(span.ends, self._today))
        by_segment: Floats = totals[:, over.ends - starts[0]] - totals[:, over.starts - starts[0]]
        return by_segment if width == len(by_segment) else by_segment.sum(axis=0, keepdims=True)


def _workdays(starts: Days, ends: Days) -> Floats:
    days = np.busday_count(starts.astype("datetime64[D]"), ends.astype("datetime64[D]"))
    return days.astype(np.float64)

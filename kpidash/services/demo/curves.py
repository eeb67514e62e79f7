"""Seasons and recurring events of the demo company as curves over days, averaged over any period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Floats = NDArray[np.float64]
EPOCH = date(1970, 1, 1)


@dataclass
class Curves:
    """Curves over the days from `first` to `last`, both included.

    `seasons` has twelve factors from January under each name. `events` has, under each name, `day`
    (month-day), `build`, `full` and `recovery` in days, optionally `moving` (the day in years in which it
    differs) and optionally `strengths`, which take turns from year to year.
    """

    first: date
    last: date
    seasons: Mapping[str, list[float]]
    events: Mapping[str, Mapping[str, Any]]
    _totals: dict[str, Floats] = field(default_factory=dict)

    def season(self, name: str | None, starts: Days, ends: Days) -> Floats:
        """The mean factor of the season over each period; 1 without a name."""
        if name is None:
            return np.ones(len(starts))
        return self._mean(f"season {name}", starts, ends)

    def event(self, name: str, starts: Days, ends: Days) -> Floats:
        """The mean strength of the event over each period: 0 without it, 1 at its full."""
        return self._mean(f"event {name}", starts, ends)

    def _mean(self, key: str, starts: Days, ends: Days) -> Floats:
        if key not in self._totals:
            kind, name = key.split(" ")
            curve = self._season(name) if kind == "season" else self._event(name)
            self._totals[key] = np.concatenate([[0.0], np.cumsum(curve)])
        totals = self._totals[key]
        origin = (self.first - EPOCH).days
        mean: Floats = (totals[ends - origin] - totals[starts - origin]) / (ends - starts)
        return mean

    @property
    def _days(self) -> Days:
        return np.arange((self.first - EPOCH).days, (self.last - EPOCH).days + 1)

    def _season(self, name: str) -> Floats:
        """Straight lines between the factors, each of which holds in the middle of its month."""
        years = range(self.first.year - 1, self.last.year + 2)
        knots = [(date(year, month, 15) - EPOCH).days for year in years for month in range(1, 13)]
        return np.interp(self._days, knots, self.seasons[name] * len(years))

    def _event(self, name: str) -> Floats:
        spec = self.events[name]
        curve = np.zeros(len(self._days))
        strengths = spec.get("strengths", [1.0])
        for year in range(self.first.year - 1, self.last.year + 2):
            day = date.fromisoformat(f"{year}-{spec.get('moving', {}).get(year, spec['day'])}")
            ends = np.cumsum([0, spec["build"], spec["full"], spec["recovery"]]).tolist()
            begins = (day - timedelta(days=spec["build"]) - EPOCH).days
            shape = np.interp(self._days, [begins + end for end in ends], [0.0, 1.0, 1.0, 0.0], 0.0, 0.0)
            curve += shape * strengths[year % len(strengths)]
        return curve

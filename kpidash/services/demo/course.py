"""Courses of the demo company: improvement programmes that repeat, each from a baseline to a goal.

One description gives both the trajectories of the catalogue (what was promised) and the line that the
actuals follow (what was achieved), so that the two always sit sensibly beside each other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.period import add_months

ANCHOR_YEAR = 2026
"""The fiscal year whose levels, targets and baselines the model files state."""


@dataclass(frozen=True)
class Cycle:
    """One programme: from `baseline` on the day `begins` to `goal` by `due`; `reached` is what came of it."""

    begins: date
    due: date
    baseline: float
    change: float
    goal: float
    reached: float


@dataclass(frozen=True)
class Course:
    """A programme of `months` months that begins every `every` months, first in `begin_month` of ANCHOR_YEAR.

    `changes` are relative (−0.05 for 5 % less) or, with `absolute`, in the unit of the KPI; they take turns.
    `achieved` is the share of each promised change that really happens.
    """

    baseline: float
    begin_month: int
    months: int
    every: int
    changes: tuple[float, ...]
    absolute: bool
    achieved: float
    digits: int

    @classmethod
    def of(cls, spec: Mapping[str, Any]) -> Self:
        """From the `course` of a model file."""
        return cls(
            baseline=spec["baseline"],
            begin_month=spec["begin_month"],
            months=spec["months"],
            every=spec["every"],
            changes=tuple(spec["changes"]),
            absolute=spec.get("absolute", False),
            achieved=spec.get("achieved", 1.0),
            digits=spec["digits"],
        )

    def cycles(self, first: date, last: date) -> Iterator[Cycle]:
        """The programmes that begin from `first` to `last`, oldest first."""
        begin = date(ANCHOR_YEAR, self.begin_month, 1)
        months = (first.year - begin.year) * 12 + first.month - begin.month
        number = months // self.every
        while (begins := add_months(begin, number * self.every)) <= last:
            yield self._cycle(number, begins)
            number += 1

    def line(self, days: NDArray[np.int64], first: date, last: date) -> NDArray[np.float64]:
        """What was achieved by each of `days` (since 1970-01-01): straight within a programme, else flat."""
        cycles = list(self.cycles(first, last))
        knots = [((day - date(1970, 1, 1)).days, value) for cycle in cycles for day, value in _ends(cycle)]
        when, values = zip(*knots, strict=True)
        line: NDArray[np.float64] = np.interp(days, when, values)
        return line

    def _cycle(self, number: int, begins: date) -> Cycle:
        baseline = round(self._level(number), self.digits)
        change = self.changes[number % len(self.changes)]
        goal = baseline + change if self.absolute else baseline * (1 + change)
        due = add_months(begins, self.months) - timedelta(days=1)
        return Cycle(begins, due, baseline, change, round(goal, self.digits + 2), self._level(number + 1))

    def _level(self, number: int) -> float:
        """The achieved level at the start of programme `number`, which may be negative."""
        level = self.baseline
        for earlier in range(min(number, 0), max(number, 0)):
            step = self.changes[earlier % len(self.changes)] * self.achieved
            factor = 1 + step
            if self.absolute:
                level += step if number > 0 else -step
            else:
                level = level * factor if number > 0 else level / factor
        return level


def _ends(cycle: Cycle) -> Iterator[tuple[date, float]]:
    yield cycle.begins, cycle.baseline
    yield cycle.due, cycle.reached

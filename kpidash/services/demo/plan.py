"""The targets of the demo company: periods of the years around a day, and the trajectories of its courses."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from kpidash.domain.period import Frequency, Period, period_containing
from kpidash.services.demo.course import Course
from kpidash.services.demo.curves import EPOCH, Curves
from kpidash.services.demo.series import MIDDLE

Spec = Mapping[str, Any]
BOUNDS = ("value", "low", "high")
SIGNIFICANT = 3
"""Digits of a planned number that grows or has a season: nobody plans 4,63,87,211."""


def targets(kpi: Spec, curves: Curves, *, years: tuple[date, date], start: int) -> list[dict[str, Any]]:
    """The `targets` of a catalogue for the days from `years[0]` up to `years[1]` (not included).

    `start` is the first month of the fiscal year. Weekly targets are given for the last two years only.
    """
    found: list[dict[str, Any]] = []
    for plan in kpi.get("plan", []):
        frequency = Frequency(plan["every"])
        first = years[0] if frequency is not Frequency.WEEKLY else years[1] - timedelta(days=730)
        found += [
            {"period": period.label(start), **_planned(plan, period, curves)}
            for period in _periods(frequency, first, years[1], start)
        ]
    if course := kpi.get("course"):
        found += _trajectories(Course.of(course), years)
    return found


def _periods(frequency: Frequency, first: date, end: date, start: int) -> Iterator[Period]:
    day = first
    while (period := period_containing(day, frequency, start)).start < end:
        yield period
        day = period.end


def _planned(plan: Spec, period: Period, curves: Curves) -> dict[str, Any]:
    days = np.array([(period.start - EPOCH).days]), np.array([(period.end - EPOCH).days])
    years = ((days[0] + days[1]) // 2 - MIDDLE) / 365.25
    grown = (1 + plan.get("growth", 0.0)) ** np.round(years, 2)
    factor = float((grown * curves.season(plan.get("season"), *days))[0])
    varies = "growth" in plan or "season" in plan
    given = {
        bound: _significant(plan[bound] * factor) if varies else plan[bound]
        for bound in BOUNDS
        if bound in plan
    }
    return {**given, **({"phasing": plan["phasing"]} if "phasing" in plan else {})}


def _significant(value: float) -> float:
    rounded = float(f"{value:.{SIGNIFICANT}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _trajectories(course: Course, years: tuple[date, date]) -> Iterator[dict[str, Any]]:
    for cycle in course.cycles(years[0] - timedelta(days=365), years[1] - timedelta(days=1)):
        goal = (
            {"value": round(cycle.goal, course.digits)}
            if course.absolute
            else {"change": f"{100 * cycle.change:+.3g}%"}
        )
        baseline = int(cycle.baseline) if course.digits == 0 else cycle.baseline
        yield {"baseline": baseline, "from": cycle.begins, **goal, "due": cycle.due}

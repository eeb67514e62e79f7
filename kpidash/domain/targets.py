"""Targets of native periods, resolved from what was given for exact, coarser and finer periods.

Rules: RULES.md §4. Everything is an array [KPI, period] or [KPI, period, bound] over the KPIs of one
frequency; the bounds are value (increase, decrease), low and high (maintain).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.calendars import Calendar, Days, day_number, first_day, month_of
from kpidash.domain.catalogue import Aggregation, Kpi, PeriodTarget, Trajectory
from kpidash.domain.period import MONTHS, Frequency
from kpidash.domain.rollup import Floats

NOISE = 1e-12
"""Share of the size of its terms below which a sum is floating-point noise: 0."""

BOUNDS = ("value", "low", "high")

Actual = Callable[[Days, Calendar], Floats]
"""The actual of KPIs (their numbers) in each of their periods [KPI, period]; nan where there is none."""


@dataclass(frozen=True)
class TargetTable:
    """All targets of KPIs of one frequency as columns; `row` numbers the KPI within the group."""

    frequency: Frequency
    kpis: Days
    additive: NDArray[np.bool_]
    averaged: NDArray[np.bool_]
    row: Days
    rank: Days
    start: Days
    end: Days
    given: Floats
    phased: NDArray[np.bool_]
    trajectories: tuple[tuple[int, Trajectory], ...]

    @classmethod
    def of(cls, frequency: Frequency, kpis: Sequence[tuple[int, Kpi]]) -> "TargetTable":
        """From the KPIs of `frequency`, each with its number in the catalogue."""
        periods: list[tuple[int, PeriodTarget]] = []
        trajectories: list[tuple[int, Trajectory]] = []
        for number, (_, kpi) in enumerate(kpis):
            for target in kpi.targets:
                if isinstance(target, PeriodTarget):
                    periods.append((number, target))
                else:
                    trajectories.append((number, target))
        additive = np.array([kpi.aggregation is Aggregation.SUM for _, kpi in kpis], np.bool_)
        averaged = np.array([kpi.aggregation in _AVERAGED or bool(kpi.formula) for _, kpi in kpis], np.bool_)
        row = np.array([row for row, _ in periods], np.int64)
        # Many targets are for few periods, which are the same objects where they were read together.
        each = {id(target.period): target.period for _, target in periods}
        known = {
            number: (one.frequency.rank, day_number(one.start), day_number(one.end))
            for number, one in each.items()
        }
        bounds = np.array([known[id(target.period)] for _, target in periods], np.int64).reshape(-1, 3)
        phased = np.array([target.phasing is not None for _, target in periods], np.bool_)
        return cls(
            frequency=frequency,
            kpis=np.array([number for number, _ in kpis], np.int64),
            additive=additive,
            averaged=averaged & ~additive,
            row=row,
            rank=bounds[:, 0],
            start=bounds[:, 1],
            end=bounds[:, 2],
            given=np.array(  # None becomes nan
                [(target.value, target.low, target.high) for _, target in periods], np.float64
            ).reshape(-1, len(BOUNDS)),
            phased=phased & additive[row] & (frequency in _PHASED),
            trajectories=tuple(sorted(trajectories, key=lambda pair: pair[1].begins)),
        )

    def resolve(self, calendar: Calendar, actual: Actual) -> tuple[Floats, Floats]:
        """Targets [KPI, period, bound] and, where they come from a trajectory, its baseline [KPI, period].

        First of: exact, trajectory, finest coarser, finer that fill the period; missing where there is none.
        """
        shape = (len(self.kpis), len(calendar))
        targets = self._exact(calendar, shape)
        baseline = np.full(shape, np.nan)
        self._follow_trajectories(calendar, targets, baseline)
        for rank in range(self.frequency.rank + 1, len(Frequency)):
            if (taken := self.rank == rank).any():
                self._spread(calendar, taken, actual, targets)
        for frequency in _FINER_FIRST:
            taken = self.rank == frequency.rank
            if frequency.rank < self.frequency.rank and taken.any():
                open_, found = _open(targets), self._finer(calendar, taken)
                targets[open_] = found[open_]
        return targets, baseline

    def over(self, values: Floats, chosen: NDArray[np.bool_], part: Floats) -> Floats:
        """`values` [KPI, period] over each KPI's `chosen` periods: [KPI].

        Additive KPIs add up, each period by its `part`; averaged ones take the mean, all others the last.
        Missing where nothing is chosen or a chosen value is missing.
        """
        if np.isnan(values).all():  # as bounds are of all but KPIs to keep level
            return np.full(len(values), np.nan)
        taken = np.where(chosen, values, 0.0)
        count = chosen.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = _settled(taken.sum(axis=1), np.abs(taken).sum(axis=1)) / count
        final = values.shape[1] - 1 - np.argmax(chosen[:, ::-1], axis=1)
        last = np.where(np.isnan(taken).any(axis=1), np.nan, values[np.arange(len(values)), final])
        parts = taken * part
        added = _settled(parts.sum(axis=1), np.abs(parts).sum(axis=1))
        total = np.where(self.additive, added, np.where(self.averaged, mean, last))
        return np.where(count > 0, total, np.nan)

    def over_parts(self, targets: Floats, holder: Days, count: int) -> Floats:
        """`targets` [KPI, period, bound] over all periods of each of `count` parts: [KPI, part, bound].

        `holder` is the part of each period, ascending, none of them empty.
        """
        if count == targets.shape[1]:
            return targets  # a part is a period
        first = np.flatnonzero(np.diff(holder, prepend=-1))
        length = np.diff(np.append(first, len(holder)))
        values = np.ascontiguousarray(targets.transpose(1, 2, 0))
        total, size = np.zeros((2, count, *values.shape[1:]))
        for place in range(int(length.max(initial=0))):  # in the order of the periods, all parts at once
            longer = length > place
            total[longer] += values[first[longer] + place]
            size[longer] += np.abs(values[first[longer] + place])
        total = _settled(total, size)
        final = values[first + length - 1]
        last = np.where(np.isnan(total), np.nan, final)
        mean = total / length[:, np.newaxis, np.newaxis]
        found = np.where(self.additive, total, np.where(self.averaged, mean, last))
        return np.asarray(found.transpose(2, 0, 1))

    def _exact(self, calendar: Calendar, shape: tuple[int, int]) -> Floats:
        targets = np.full((*shape, len(BOUNDS)), np.nan)
        if not len(calendar):
            return targets
        column = np.minimum(np.searchsorted(calendar.starts, self.start), len(calendar) - 1)
        same = (self.rank == self.frequency.rank) & (calendar.starts[column] == self.start)
        targets[self.row[same], column[same]] = self.given[same]
        return targets

    def _follow_trajectories(self, calendar: Calendar, targets: Floats, baseline: Floats) -> None:
        open_ = _open(targets)
        last_day = calendar.ends - 1
        row, begins, due, start, value = self._paths
        path, column = np.nonzero(open_[row] & (last_day >= begins[:, np.newaxis]))
        progress = np.clip((last_day[column] - begins[path]) / (due - begins)[path], 0.0, 1.0)
        # Ascending by their beginning: where several hold a place, the last one stays.
        targets[row[path], column, 0] = start[path] + (value - start)[path] * progress
        baseline[row[path], column] = start[path]

    @cached_property
    def _paths(self) -> tuple[Days, Days, Days, Floats, Floats]:
        """Row, first and last day, baseline and value of each trajectory."""
        row = np.array([row for row, _ in self.trajectories], np.int64)
        paths = [path for _, path in self.trajectories]
        begins = np.array([day_number(path.begins) for path in paths], np.int64)
        due = np.array([day_number(path.due) for path in paths], np.int64)
        numbers = np.array([(path.baseline, path.value) for path in paths], np.float64).reshape(-1, 2)
        return row, begins, due, numbers[:, 0], numbers[:, 1]

    def _spread(self, calendar: Calendar, taken: NDArray[np.bool_], actual: Actual, targets: Floats) -> None:
        """Give the periods that have no target yet their shares of coarser ones."""
        first = np.searchsorted(calendar.anchors, self.start[taken])
        count = np.searchsorted(calendar.anchors, self.end[taken]) - first
        target = np.repeat(np.flatnonzero(taken), count)
        column = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - first, count)
        row = self.row[target]
        share = np.where(
            self.additive[row],
            (calendar.ends - calendar.starts)[column] / (self.end - self.start)[target],
            1.0,
        )
        for number, last_year in self._last_years(calendar, taken & self.phased, actual):
            share[target == number] = last_year
        still = _open(targets)[row, column]
        targets[row[still], column[still]] = (self.given[target] * share[:, np.newaxis])[still]

    def _last_years(
        self, calendar: Calendar, wanted: NDArray[np.bool_], actual: Actual
    ) -> Iterator[tuple[int, Floats]]:
        """The share of each period a year earlier in its coarser period, of targets that have all of them."""
        step = MONTHS[self.frequency] if wanted.any() else 1
        for start, end in sorted(set(zip(self.start[wanted], self.end[wanted], strict=True))):
            inside = calendar.starts[(calendar.anchors >= start) & (calendar.anchors < end)]
            if not len(inside):
                continue
            months = month_of(np.array([start, end])) - 12
            whole = np.arange(months[0], months[1], step)
            numbers = np.flatnonzero(wanted & (self.start == start) & (self.end == end))
            before = Calendar(self.frequency, first_day(whole), first_day(whole + step))
            values = actual(self.kpis[self.row[numbers]], before)
            for number, own in zip(numbers.tolist(), values, strict=True):
                total = own.sum()
                if not np.isnan(total) and total != 0:
                    yield number, own[(month_of(inside) - 12 - months[0]) // step] / total

    def _finer(self, calendar: Calendar, taken: NDArray[np.bool_]) -> Floats:
        found = np.full((len(self.kpis), len(calendar), len(BOUNDS)), np.nan)
        if not len(calendar) or not taken.any():
            return found
        number = np.flatnonzero(taken)
        number = number[np.argsort(self.start[number], kind="stable")]
        column = np.searchsorted(calendar.starts, self.start[number], side="right") - 1
        inside = (column >= 0) & (self.end[number] <= calendar.ends[np.maximum(column, 0)])
        number, column = number[inside], column[inside]
        row = self.row[number]
        place = (row, column)
        days, count = np.zeros((2, *found.shape[:2]))
        np.add.at(days, place, (self.end - self.start)[number])
        np.add.at(count, place, 1)
        total, size = np.zeros((2, *found.shape))
        np.add.at(total, place, self.given[number])
        np.add.at(size, place, np.abs(self.given[number]))
        total = _settled(total, size)
        found[place] = self.given[number]  # ascending by start: the last one stays
        additive, averaged = (
            self.additive[:, np.newaxis, np.newaxis],
            self.averaged[:, np.newaxis, np.newaxis],
        )
        mean = total / np.maximum(count, 1)[..., np.newaxis]
        rolled = np.where(additive, total, np.where(averaged, mean, found))
        whole = days == calendar.ends - calendar.starts
        return np.where(whole[..., np.newaxis], rolled, np.nan)


_PHASED = (Frequency.MONTHLY, Frequency.QUARTERLY)
_AVERAGED = (Aggregation.MEAN, Aggregation.RATIO)
_FINER_FIRST = (Frequency.QUARTERLY, Frequency.MONTHLY, Frequency.DAILY)
"""Finer targets are looked for from the coarsest on; weeks fill no month exactly and are left out."""


def _open(targets: Floats) -> NDArray[np.bool_]:
    """Where there is no target yet; the three bounds one by one, as a reduction over three is slow."""
    missing = np.isnan(targets)
    found: NDArray[np.bool_] = missing[..., 0] & missing[..., 1] & missing[..., 2]
    return found


def _settled(total: Floats, size: Floats) -> Floats:
    """`total`, exactly 0 where it is but the noise that terms of this `size` leave: 0.1 + 0.2 − 0.3."""
    return np.where(np.abs(total) <= NOISE * size, 0.0, total)

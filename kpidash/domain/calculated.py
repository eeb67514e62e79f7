"""Actuals of KPIs over any set of native periods, calculated ones included (RULES.md §3), many at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidash.domain.actuals import Actuals, Mask
from kpidash.domain.book import Book
from kpidash.domain.calendars import Calendar, Days, day_number
from kpidash.domain.formula import Input
from kpidash.domain.period import Frequency
from kpidash.domain.rollup import Floats, aggregate

AT_A_TIME = 1 << 22
"""Periods that are looked at together; a month of a calculated KPI may hold 31 of each input."""


@dataclass(frozen=True)
class Calculator:
    """Answers for KPIs of one frequency, named by numbers that may repeat; formulas ask it for inputs."""

    book: Book
    actuals: Actuals
    as_of: date

    def reported(self, kpis: Days, calendar: Calendar) -> Mask:
        """In which periods each KPI has an actual: for a formula, those in which every input has one."""
        exists = calendar.starts <= day_number(self.as_of)
        found: Mask = self.actuals.reported(kpis, calendar) & exists
        found[self.book.calculated[kpis]] = exists
        for one in self._inputs(kpis, calendar):
            row, column = np.nonzero(self.reported(one.sources, one.calendar))
            seen = np.zeros((len(one.sources), len(calendar)), np.bool_)
            seen[row, one.holder[column]] = True
            np.logical_and.at(found, one.rows, seen[one.place])
        return found

    def values(self, kpis: Days, calendar: Calendar, chosen: Mask) -> Floats:
        """Each KPI rolled up over its `chosen` periods [KPI, period], in its unit; nan where missing.

        A formula is evaluated once, on inputs rolled up over all of the chosen periods together.
        """
        found = np.full(len(kpis), np.nan)
        calculated = self.book.calculated[kpis]
        direct = np.flatnonzero(~calculated)
        if len(direct):
            some = kpis[direct]
            totals = self.actuals.totals(some, calendar, chosen[direct])
            found[direct] = aggregate(totals, self.book.aggregations[some], self.book.scales[some])
        asked = np.flatnonzero(calculated & chosen.any(axis=1))
        step = max(1, AT_A_TIME // (31 * max(1, len(calendar))))
        for start in range(0, len(asked), step):
            rows = asked[start : start + step]
            found[rows] = self._evaluated(kpis[rows], calendar, chosen[rows])
        return found

    def each(self, kpis: Days, calendar: Calendar) -> Floats:
        """The actual of each KPI in each of its native periods [KPI, period]; nan where there is none."""
        found = np.full((len(kpis), len(calendar)), np.nan)
        calculated = self.book.calculated[kpis]
        direct, others = np.flatnonzero(~calculated), np.flatnonzero(calculated)
        if len(direct) and len(calendar):
            some = np.repeat(kpis[direct], len(calendar))
            stats = self.actuals.by_period(kpis[direct], calendar)
            flat = {name: column.ravel() for name, column in stats.items()}
            values = aggregate(flat, self.book.aggregations[some], self.book.scales[some])
            exists = calendar.starts <= day_number(self.as_of)
            found[direct] = np.where(exists, values.reshape(len(direct), len(calendar)), np.nan)
        if len(others):
            seen = self.reported(kpis[others], calendar)
            found[others] = self.parts(kpis[others], calendar, seen, np.arange(len(calendar)), len(calendar))
        return found

    def parts(self, kpis: Days, calendar: Calendar, chosen: Mask, holder: Days, count: int) -> Floats:
        """`values` for each of `count` parts of the calendar [KPI, part]; `holder` is each period's part."""
        inside = holder == np.arange(count)[:, np.newaxis]
        some = chosen[:, np.newaxis, :] & inside
        flat = some.reshape(len(kpis) * count, len(calendar))
        return self.values(np.repeat(kpis, count), calendar, flat).reshape(len(kpis), count)

    def _evaluated(self, kpis: Days, calendar: Calendar, chosen: Mask) -> list[float]:
        """`values` of calculated KPIs, each of which has chosen periods."""
        known: list[dict[Input, float]] = [{} for _ in kpis]
        for one in self._inputs(kpis, calendar):
            reported = self.reported(one.sources, one.calendar)[one.place]
            taken = chosen[one.rows][:, one.holder] & reported
            values = self.values(one.sources[one.place], one.calendar, taken).tolist()
            for row, needed, value in zip(one.rows.tolist(), one.inputs, values, strict=True):
                known[row][needed] = value
        formulas = [self.book.formulas[number] for number in kpis.tolist()]
        return [formula.evaluate(values) for formula, values in zip(formulas, known, strict=True)]

    def _inputs(self, kpis: Days, calendar: Calendar) -> Iterator["_Inputs"]:
        """The inputs of formulas, those of one frequency and year together."""
        found: dict[tuple[Frequency, bool], list[tuple[int, int, Input]]] = {}
        for row in np.flatnonzero(self.book.calculated[kpis]).tolist():
            for needed in self.book.formulas[int(kpis[row])].inputs:
                source = self.book.number[needed.code]
                key = self.book.catalogue.kpis[source].frequency, needed.year_ago
                found.setdefault(key, []).append((row, source, needed))
        fiscal = self.book.catalogue.company.fiscal_year_start
        for (frequency, year_ago), members in found.items():
            outer = calendar.year_ago() if year_ago else calendar
            inner, holder = outer.finer(frequency, fiscal)
            rows, numbers, inputs = zip(*members, strict=True)
            sources, place = np.unique(np.array(numbers, np.int64), return_inverse=True)
            yield _Inputs(np.array(rows, np.int64), inputs, sources, place, inner, holder)


@dataclass(frozen=True)
class _Inputs:
    """Row `rows[i]` needs `inputs[i]`, which is the KPI `sources[place[i]]`, in the periods of `calendar`.

    `holder` is the period of the formula's own calendar that holds each.
    """

    rows: Days
    inputs: tuple[Input, ...]
    sources: Days
    place: Days
    calendar: Calendar
    holder: Days

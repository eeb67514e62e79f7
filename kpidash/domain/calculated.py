"""Actuals of single KPIs over any set of native periods, calculated ones included (RULES.md §3)."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidash.domain.actuals import Actuals, Mask
from kpidash.domain.book import Book
from kpidash.domain.calendars import Calendar, day_number
from kpidash.domain.formula import Input
from kpidash.domain.rollup import Floats, aggregate


@dataclass(frozen=True)
class Calculator:
    """Answers for one KPI at a time; formulas call themselves on their inputs."""

    book: Book
    actuals: Actuals
    as_of: date

    def reported(self, number: int, calendar: Calendar) -> Mask:
        """In which periods the KPI has an actual: for a formula, those in which every input has one."""
        exists = calendar.starts <= day_number(self.as_of)
        formula = self.book.formulas.get(number)
        if formula is None:
            found: Mask = self.actuals.reported(np.array([number]), calendar)[0] & exists
            return found
        for needed in formula.inputs:
            inner, holder = self._inside(needed, calendar)
            seen = np.zeros(len(calendar), np.bool_)
            seen[holder[self.reported(self.book.number[needed.code], inner)]] = True
            exists &= seen
        return exists

    def value(self, number: int, calendar: Calendar, chosen: Mask) -> float:
        """The KPI rolled up over its `chosen` periods, in its unit; nan where missing.

        A formula is evaluated once, on inputs rolled up over all of the chosen periods together.
        """
        if not chosen.any():
            return np.nan
        formula = self.book.formulas.get(number)
        if formula is None:
            totals = self.actuals.totals(np.array([number]), calendar, chosen[np.newaxis])
            kpi = self.book.catalogue.kpis[number]
            scale = np.array([self.book.scale(kpi)])
            return float(aggregate(totals, np.array([str(kpi.aggregation)]), scale)[0])
        values = {}
        for needed in formula.inputs:
            inner, holder = self._inside(needed, calendar)
            source = self.book.number[needed.code]
            values[needed] = self.value(source, inner, chosen[holder] & self.reported(source, inner))
        return formula.evaluate(values)

    def each(self, number: int, calendar: Calendar) -> Floats:
        """The actual of the KPI in each of its native periods; nan where there is none."""
        if number in self.book.formulas:
            seen = self.reported(number, calendar)
            one = np.eye(len(calendar), dtype=np.bool_)
            return np.array([self.value(number, calendar, seen & one[place]) for place in range(len(one))])
        kpi = self.book.catalogue.kpis[number]
        aggregation = np.full(len(calendar), str(kpi.aggregation))
        scale = np.full(len(calendar), self.book.scale(kpi))
        values = aggregate(self.actuals.by_period(number, calendar), aggregation, scale)
        return np.where(calendar.starts <= day_number(self.as_of), values, np.nan)

    def _inside(self, needed: Input, calendar: Calendar) -> tuple[Calendar, np.ndarray]:
        outer = calendar.year_ago() if needed.year_ago else calendar
        company = self.book.catalogue.company
        frequency = self.book.catalogue.kpi(needed.code).frequency
        return outer.finer(frequency, company.fiscal_year_start)

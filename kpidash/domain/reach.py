"""How far back a question reaches: the months of actuals that each KPI's answer can depend on.

Beside the window itself: the inputs of formulas, a year earlier under `year_ago`, and last year's actuals
where a target is phased by them.
"""

from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain.book import Book
from kpidash.domain.calendars import Days, calendar_of, day_number, first_day, month_of
from kpidash.domain.catalogue import PeriodTarget
from kpidash.domain.period import THURSDAY, Window


def months_needed(book: Book, window: Window, as_of: date) -> pd.DataFrame:
    """kpi (its number), first_month and last_month (both included) for every KPI that is needed."""
    needed: dict[int, tuple[int, int]] = {}
    for number, kpi in enumerate(book.catalogue.kpis):
        company = book.catalogue.company
        calendar = calendar_of(window, as_of, kpi.frequency, company.fiscal_year_start)
        if len(calendar):
            start, end = int(calendar.starts[0]), int(calendar.ends[-1])
            _need(book, number, start, end, needed)
            for target in kpi.targets:
                if isinstance(target, PeriodTarget) and target.phasing:
                    first, last = day_number(target.period.start), day_number(target.period.end)
                    if first < end and start < last:
                        _need(book, number, *_year_earlier(first, last), needed)
    rows = [(number, *span) for number, span in sorted(needed.items())]
    return pd.DataFrame(rows, columns=["kpi", "first_month", "last_month"], dtype=np.int64)


def _need(book: Book, number: int, start: int, end: int, needed: dict[int, tuple[int, int]]) -> None:
    """Mark the months of the days `[start, end)` for the KPI and, through its formula, for its inputs."""
    formula = book.formulas.get(number)
    if formula is None:
        _widen(needed, number, _months(start, end))
        return
    for source in formula.inputs:
        first, last = start, end
        if source.year_ago:
            first, last = _year_earlier(start, end)
        _need(book, book.number[source.code], first, last, needed)


def _year_earlier(start: int, end: int) -> tuple[int, int]:
    """The same months, twelve months earlier; `start` and `end` are first days of months."""
    first, last = first_day(month_of(np.array([start, end])) - 12).tolist()
    return first, last


def _months(start: int, end: int) -> Days:
    """The first and the last month that days or weeks starting in `[start, end)` can belong to."""
    return month_of(np.array([start, end - 1 + THURSDAY]))


def _widen(needed: dict[int, tuple[int, int]], number: int, months: Days) -> None:
    first, last = needed.get(number, (int(months[0]), int(months[1])))
    needed[number] = (min(first, int(months[0])), max(last, int(months[1])))

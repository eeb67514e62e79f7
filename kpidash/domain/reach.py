"""How far back a question reaches: the months of actuals that each KPI's answer can depend on.

Beside the window itself: the inputs of formulas, a year earlier under `year_ago`, and last year's actuals
where a target is phased by them.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.book import Book
from kpidash.domain.calendars import Days, calendar_of, first_day, month_of
from kpidash.domain.period import THURSDAY, Window


def months_needed(book: Book, window: Window, as_of: date) -> pd.DataFrame:
    """kpi (its number), first_month and last_month (both included) for every KPI that is needed."""
    needed = np.full((len(book.catalogue.kpis), 2), _NEVER, np.int64)
    for group in book.groups:
        table = group.targets
        company = book.catalogue.company
        calendar = calendar_of(window, as_of, table.frequency, company.fiscal_year_start)
        if len(calendar):
            start, end = int(calendar.starts[0]), int(calendar.ends[-1])
            _need(book, table.kpis, start, end, needed)
            phased = table.phased & (table.start < end) & (table.end > start)
            for first, last in set(
                zip(table.start[phased].tolist(), table.end[phased].tolist(), strict=True)
            ):
                same = phased & (table.start == first) & (table.end == last)
                _need(book, table.kpis[table.row[same]], *_year_earlier(first, last), needed)
    kpi = np.flatnonzero(needed[:, 0] <= needed[:, 1])
    first, last = needed[kpi].T
    return pd.DataFrame({"kpi": kpi, "first_month": first, "last_month": last})


_NEVER = (1 << 40, -(1 << 40))
"""The first and the last month of what is not needed."""


def _need(book: Book, kpis: Days, start: int, end: int, needed: NDArray[np.int64]) -> None:
    """Mark the months of the days `[start, end)` for the KPIs and, through formulas, for their inputs."""
    calculated = book.calculated[kpis]
    direct = kpis[~calculated]
    # A week belongs to the month of its Thursday.
    ends = end - 1 + THURSDAY * book.rules["weekly"].to_numpy(np.int64)[direct]
    needed[direct, 0] = np.minimum(needed[direct, 0], month_of(np.array([start]))[0])
    needed[direct, 1] = np.maximum(needed[direct, 1], month_of(ends))
    if not calculated.any():
        return
    inputs = {needs for number in kpis[calculated].tolist() for needs in book.formulas[number].inputs}
    for year_ago in (False, True):
        sources = [book.number[one.code] for one in inputs if one.year_ago is year_ago]
        span = _year_earlier(start, end) if year_ago else (start, end)
        if sources:
            _need(book, np.array(sources, np.int64), *span, needed)


def _year_earlier(start: int, end: int) -> tuple[int, int]:
    """The same months, twelve months earlier; `start` and `end` are first days of months."""
    first, last = first_day(month_of(np.array([start, end])) - 12).tolist()
    return first, last

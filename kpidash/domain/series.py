"""KPIs over time: the points that lines, sparklines and tables are drawn from."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from kpidash.domain import scoring
from kpidash.domain.actuals import Actuals
from kpidash.domain.book import Book, Group
from kpidash.domain.calculated import Calculator
from kpidash.domain.calendars import Calendar, day_number, floor, month_of
from kpidash.domain.pace import elapsed, elapsed_workdays
from kpidash.domain.period import Frequency, Window
from kpidash.domain.rollup import Floats, aggregate

WHOLE_WEEKS_IN_A_YEAR = 364
"""Days back to the same weekday a year earlier."""


def monthly_points(book: Book, window: Window, as_of: date, *, actuals: Actuals) -> pd.DataFrame:
    """Every KPI month by month, coarser KPIs by their own periods: code, start, actual, target, low, high.

    `start` is the day the month or period starts; `target` is that of the whole month. Months without
    either an actual or a target are left out.
    """
    parts = [_monthly(book, group, window, as_of, actuals) for group in book.groups]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_POINT))


_POINT = ("code", "start", "actual", "target", "low", "high")


def _monthly(book: Book, group: Group, window: Window, as_of: date, actuals: Actuals) -> pd.DataFrame:
    table, rules = group.targets, group.rules
    calendar = Calendar.between(
        day_number(window.start),
        day_number(window.end),
        table.frequency,
        book.catalogue.company.fiscal_year_start,
    )
    exists = calendar.starts <= day_number(as_of)
    reported = actuals.reported(table.kpis, calendar) & exists
    months, stats, _ = actuals.by_month(table.kpis, calendar, reported)
    shape = (len(table.kpis), len(months))
    values = aggregate(
        {name: column.ravel() for name, column in stats.items()},
        np.repeat(rules["aggregation"], len(months)),
        np.repeat(rules["scale"], len(months)),
    ).reshape(shape)
    calculator = Calculator(book, actuals, as_of)
    targets, _ = table.resolve(calendar, calculator.each)
    holder = np.searchsorted(months, month_of(calendar.anchors))
    bounds = table.over_parts(targets, holder, len(months))
    if len(formulas := np.flatnonzero(rules["calculated"])):
        numbers = table.kpis[formulas]
        seen = calculator.reported(numbers, calendar)
        values[formulas] = calculator.parts(numbers, calendar, seen, holder, len(months))
    points = pd.DataFrame(
        {
            "code": np.repeat(rules["code"], len(months)),
            "start": np.tile(months.astype("datetime64[M]").astype("datetime64[s]"), len(table.kpis)),
            "actual": values.ravel(),
            "target": bounds[..., 0].ravel(),
            "low": bounds[..., 1].ravel(),
            "high": bounds[..., 2].ravel(),
        }
    )
    return points.dropna(how="all", subset=["actual", "target", "low", "high"])


def native_points(
    book: Book, number: int, calendar: Calendar, as_of: date, *, actuals: Actuals
) -> pd.DataFrame:
    """One KPI by its native periods.

    start, end (days), actual, target, low, high (of the whole period), target_to_date (less than `target` in
    the running period of an additive KPI), variance, attainment and status against the target to date,
    previous_year (the actual of the same period a year earlier), running (bool), and for additive KPIs
    cumulative_actual and cumulative_target since the start of the fiscal year.
    """
    group = next(group for group in book.groups if number in group.targets.kpis)
    table = group.targets
    row = int(np.flatnonzero(table.kpis == number)[0])
    rules = {name: np.repeat(column[row], len(calendar)) for name, column in group.rules.items()}
    calculator = Calculator(book, actuals, as_of)
    targets, baselines = table.resolve(calendar, calculator.each)
    targets = targets[row]
    additive = bool(table.additive[row])
    alone = np.array([number])
    actual = calculator.each(alone, calendar)[0]
    part = _part(book, calendar, as_of, bool(rules["workdays"].any())) if additive else np.ones(len(calendar))
    begun = calendar.starts <= day_number(as_of)
    running = begun & (calendar.ends > day_number(as_of) + 1)
    to_date = np.where(running, targets[:, 0] * part, targets[:, 0])
    facts = {
        "direction": rules["direction"],
        "actual": actual,
        "target": to_date,
        "low": np.where(running, targets[:, 1] * part, targets[:, 1]),
        "high": np.where(running, targets[:, 2] * part, targets[:, 2]),
        "baseline": np.where(running, baselines[row] * part, baselines[row]),
    }
    judged = {
        "has_actual": ~np.isnan(actual),
        "is_stale": np.zeros(len(calendar), np.bool_),
        "is_compared": ~np.isnan(facts["target"]) | ~np.isnan(facts["low"]),
        "attainment": scoring.attainment(facts),
        "variance": scoring.variance(facts),
        "on_target": rules["on_target"],
        "at_risk": rules["at_risk"],
    }
    columns: dict[str, Any] = {
        "start": calendar.starts.astype("datetime64[D]").astype("datetime64[s]"),
        "end": calendar.ends.astype("datetime64[D]").astype("datetime64[s]"),
        "actual": actual,
        "target": targets[:, 0],
        "low": targets[:, 1],
        "high": targets[:, 2],
        "target_to_date": to_date,
        "variance": judged["variance"],
        "attainment": judged["attainment"],
        "status": scoring.status(judged),
        "previous_year": calculator.each(alone, _a_year_earlier(calendar))[0],
        "running": running,
    }
    if additive:
        year = floor(calendar.anchors, Frequency.YEARLY, book.catalogue.company.fiscal_year_start)
        known = pd.Series(actual)
        columns["cumulative_actual"] = known.fillna(0).groupby(year).cumsum().where(known.notna()).to_numpy()
        columns["cumulative_target"] = pd.Series(targets[:, 0]).groupby(year).cumsum().to_numpy()
    return pd.DataFrame(columns)


def _part(book: Book, calendar: Calendar, as_of: date, workdays: bool) -> Floats:
    return elapsed_workdays(calendar, as_of, book.holidays) if workdays else elapsed(calendar, as_of)


def _a_year_earlier(calendar: Calendar) -> Calendar:
    if calendar.frequency in (Frequency.DAILY, Frequency.WEEKLY):
        return Calendar(
            calendar.frequency,
            calendar.starts - WHOLE_WEEKS_IN_A_YEAR,
            calendar.ends - WHOLE_WEEKS_IN_A_YEAR,
        )
    return calendar.year_ago()

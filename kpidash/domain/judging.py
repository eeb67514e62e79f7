"""Judging KPIs in one window: like-for-like actual and target to date, attainment, status (RULES.md §5–6)."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from kpidash.domain import scoring
from kpidash.domain.actuals import Actuals, Mask
from kpidash.domain.book import Book, Group
from kpidash.domain.calculated import Calculator
from kpidash.domain.calendars import Calendar, calendar_of, day_number
from kpidash.domain.pace import elapsed, elapsed_workdays
from kpidash.domain.period import Window
from kpidash.domain.rollup import Floats

KPI_COLUMNS = (
    "code", "kra", "actual", "compared_actual", "target_to_date", "target_to_date_low", "target_to_date_high",
    "baseline_to_date", "target", "target_low", "target_high", "variance", "attainment", "score", "status",
    "periods", "compared_periods", "last_period",
)  # fmt: skip


def judge(book: Book, window: Window, as_of: date, *, actuals: Actuals) -> pd.DataFrame:
    """KPI_COLUMNS of every KPI in `window` on the day `as_of`, one row each, in catalogue order.

    Where `actuals.unread` is not empty afterwards, the months named there have to be read by period first.
    """
    if not book.groups:
        return pd.DataFrame(columns=list(KPI_COLUMNS))
    parts = [_judge(book, group, window, as_of, actuals) for group in book.groups]
    back = np.argsort(np.concatenate([group.targets.kpis for group in book.groups]))
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts])[back] for name in KPI_COLUMNS})


def _judge(book: Book, group: Group, window: Window, as_of: date, actuals: Actuals) -> dict[str, Any]:
    """KPI_COLUMNS of the KPIs of one frequency."""
    table, rules = group.targets, group.rules
    calendar = calendar_of(window, as_of, table.frequency, book.catalogue.company.fiscal_year_start)
    calculator = Calculator(book, actuals, as_of)
    targets, baselines = table.resolve(calendar, calculator.each)
    reported = calculator.reported(table.kpis, calendar)
    band = rules["direction"] == "maintain"
    known = ~np.isnan(targets)
    compared = reported & np.where(band[:, np.newaxis], known[..., 1] & known[..., 2], known[..., 0])
    actual = calculator.values(table.kpis, calendar, reported)
    compared_actual = actual.copy()
    fewer = np.flatnonzero((compared != reported).any(axis=1))
    if len(fewer):
        compared_actual[fewer] = calculator.values(table.kpis[fewer], calendar, compared[fewer])
    part = _part(book, calendar, as_of, rules["workdays"])
    full = np.ones_like(reported)
    once = np.ones_like(part)
    to_date = [table.over(targets[..., bound], compared, part) for bound in range(3)]
    baseline = table.over(baselines, compared, part)
    is_compared = compared.any(axis=1) & ~np.isnan(compared_actual)
    facts = {
        "direction": rules["direction"],
        "actual": np.where(is_compared, compared_actual, np.nan),
        "target": to_date[0],
        "low": to_date[1],
        "high": to_date[2],
        "baseline": baseline,
    }
    judged = {
        "has_actual": ~np.isnan(actual),
        "is_stale": _stale(calendar, reported, rules["grace_days"], as_of),
        "is_compared": is_compared,
        "attainment": scoring.attainment(facts),
        "variance": scoring.variance(facts),
        "on_target": rules["on_target"],
        "at_risk": rules["at_risk"],
    }
    judged["status"] = scoring.status(judged)
    return {
        "code": rules["code"],
        "kra": rules["kra"],
        "actual": actual,
        "compared_actual": facts["actual"],
        "target_to_date": to_date[0],
        "target_to_date_low": to_date[1],
        "target_to_date_high": to_date[2],
        "baseline_to_date": baseline,
        "target": table.over(targets[..., 0], full, once),
        "target_low": table.over(targets[..., 1], full, once),
        "target_high": table.over(targets[..., 2], full, once),
        "variance": judged["variance"],
        "attainment": judged["attainment"],
        "score": scoring.score(judged),
        "status": judged["status"],
        "periods": reported.sum(axis=1),
        "compared_periods": compared.sum(axis=1),
        "last_period": _last_start(calendar, reported),
    }


def _part(book: Book, calendar: Calendar, as_of: date, workdays: Mask) -> Floats:
    """The elapsed part of each period by each KPI's own pace: [KPI, period]."""
    by_days = elapsed(calendar, as_of)
    if not workdays.any():
        return np.broadcast_to(by_days, (len(workdays), len(calendar)))
    return np.where(workdays[:, np.newaxis], elapsed_workdays(calendar, as_of, book.holidays), by_days)


def _stale(calendar: Calendar, reported: Mask, grace_days: np.ndarray, as_of: date) -> Mask:
    due = calendar.ends + grace_days[:, np.newaxis] <= day_number(as_of)
    last_due = np.where(due.any(axis=1), due.sum(axis=1) - 1, 0)
    if not len(calendar):
        return np.zeros(len(reported), np.bool_)
    missing: Mask = due.any(axis=1) & ~reported[np.arange(len(reported)), last_due]
    return missing


def _last_start(calendar: Calendar, reported: Mask) -> np.ndarray:
    if not len(calendar):
        return np.full(len(reported), np.datetime64("NaT"), "datetime64[D]")
    last = len(calendar) - 1 - np.argmax(reported[:, ::-1], axis=1)
    starts = calendar.starts.astype("datetime64[D]")[last]
    return np.where(reported.any(axis=1), starts, np.datetime64("NaT"))

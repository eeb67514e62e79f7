"""Rollup of actuals: native periods folded into months, months into windows.

Rules: RULES.md §3. A month's row holds all that any aggregation needs, so that a window of any length is
answered from months alone: sum, count, min, max, numerator, denominator, last, and in `days` one bit for
each native period that has an actual (the day of month of its anchor).
"""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.calendars import Days, first_day, month_of
from kpidash.domain.period import THURSDAY

Floats = NDArray[np.float64]

STATS = ("sum", "count", "min", "max", "numerator", "denominator", "last")
"""The columns of a month's row beside its key and `days`."""


def bits(anchors: Days) -> Days:
    """For each anchor the bit that stands for it in its month's `days`."""
    found: Days = np.left_shift(np.int64(1), anchors - first_day(month_of(anchors)))
    return found


def fold(periods: pd.DataFrame, weekly: Collection[int]) -> pd.DataFrame:
    """Months out of native periods.

    `periods`: kpi_id, period (day number of its start), sum, count, min, max, numerator, denominator; one row
    per native period with all its segments, in any order. `weekly` names the KPIs whose periods are weeks.
    Returns kpi_id, month, days and STATS, ascending by kpi_id and month. Missing stays missing: a sum over
    nothing but missing values is missing.
    """
    ordered = periods.sort_values(["kpi_id", "period"], kind="stable", ignore_index=True)
    kpi = ordered["kpi_id"].to_numpy(np.int64)
    starts = ordered["period"].to_numpy(np.int64)
    anchor = starts + THURSDAY * np.isin(kpi, list(weekly))
    month = month_of(anchor)
    first = _firsts(kpi, month)
    columns = {name: ordered[name].to_numpy(np.float64) for name in STATS if name != "last"}
    folded: dict[str, NDArray[np.generic]] = {"kpi_id": kpi[first], "month": month[first]}
    folded["days"] = _reduce(np.bitwise_or, bits(anchor), first)
    for name in ("sum", "count", "min", "max", "numerator", "denominator"):
        folded[name] = _reduce(_FOLDS.get(name, np.add), columns[name], first)
    final = np.append(first[1:], len(ordered)) - 1
    folded["last"] = columns["sum"][final] if len(first) else np.empty(0)
    return pd.DataFrame(folded)


def gathered(kpi: Days, rows: pd.DataFrame) -> pd.DataFrame:
    """Native periods out of their segments, as `fold` takes them; ascending by kpi_id and period.

    `kpi` numbers each row's KPI. `rows`: period, value, numerator, denominator; one row per native period and
    segment, in any order.
    """
    period = rows["period"].to_numpy(np.int64)
    order = np.lexsort((period, kpi))
    kpi, period = kpi[order], period[order]
    first = _firsts(kpi, period)
    value, numerator, denominator = (
        rows[name].to_numpy(np.float64)[order] for name in ("value", "numerator", "denominator")
    )
    return pd.DataFrame(
        {
            "kpi_id": kpi[first],
            "period": period[first],
            "sum": _reduce(np.add, value, first),
            "count": _reduce(np.add, (~np.isnan(value)).astype(np.float64), first),
            "min": _reduce(np.fmin, value, first),
            "max": _reduce(np.fmax, value, first),
            "numerator": _reduce(np.add, numerator, first),
            "denominator": _reduce(np.add, denominator, first),
        }
    )


_FOLDS: dict[str, np.ufunc] = {"min": np.fmin, "max": np.fmax}


def _firsts(kpi: Days, time: Days) -> Days:
    """Where in ascending rows each pair of both begins."""
    begins = np.ones(len(kpi), np.bool_)
    begins[1:] = (kpi[1:] != kpi[:-1]) | (time[1:] != time[:-1])
    return np.flatnonzero(begins)


def _reduce(fold_by: np.ufunc, values: NDArray[np.generic], first: Days) -> NDArray[np.generic]:
    if not len(first):
        return values[:0]
    if fold_by is not np.add:
        return np.asarray(fold_by.reduceat(values, first))
    known = ~np.isnan(values.astype(np.float64))
    total = np.add.reduceat(np.where(known, values, 0), first)
    return np.asarray(np.where(np.add.reduceat(known, first) > 0, total, np.nan))


def over_months(stats: dict[str, NDArray[np.float64]], chosen: NDArray[np.bool_]) -> dict[str, Floats]:
    """Each statistic over the chosen months.

    `stats`: arrays [KPI, month], months ascending; `chosen` [KPI, month] marks the months that count.
    Returns arrays [KPI]; missing where no chosen month has a value.
    """
    known = {name: np.where(chosen, values, np.nan) for name, values in stats.items()}
    totals = {name: _sum(known[name]) for name in ("sum", "count", "numerator", "denominator")}
    totals["min"] = np.fmin.reduce(known["min"], axis=1, initial=np.nan)
    totals["max"] = np.fmax.reduce(known["max"], axis=1, initial=np.nan)
    final = chosen.shape[1] - 1 - np.argmax(chosen[:, ::-1], axis=1) if chosen.shape[1] else None
    totals["last"] = (
        np.full(len(chosen), np.nan) if final is None else known["last"][np.arange(len(chosen)), final]
    )
    return totals


def _sum(values: Floats) -> Floats:
    known = ~np.isnan(values)
    return np.where(known.any(axis=1), np.where(known, values, 0).sum(axis=1), np.nan)


def aggregate(totals: dict[str, Floats], aggregation: NDArray[np.str_], scale: Floats) -> Floats:
    """The rolled-up value of each KPI by its own aggregation; `scale` is 100 for percentages, else 1.

    A ratio whose denominators add up to 0 is missing.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = totals["sum"] / totals["count"]
        ratio = scale * totals["numerator"] / totals["denominator"]
    ratio = np.where(totals["denominator"] == 0, np.nan, ratio)
    by_rule = {
        "sum": totals["sum"],
        "mean": mean,
        "min": totals["min"],
        "max": totals["max"],
        "last": totals["last"],
        "ratio": ratio,
    }
    return np.select([aggregation == name for name in by_rule], list(by_rule.values()), np.nan)

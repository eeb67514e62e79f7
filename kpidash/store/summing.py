"""Native periods and months of actuals that are in memory, as the database makes them of stored ones."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.calendars import Days, month_of
from kpidash.domain.period import THURSDAY

_LOST = 1e-6
"""A sum below this share of the sum of magnitudes says more about the order of adding than about the data."""


def months_of(rows: pd.DataFrame, weekly: list[int]) -> pd.DataFrame:
    """The months (kpi_id, month; ascending, each once) that hold the native periods `rows`."""
    each = _months(rows, weekly)
    packed = np.unique(each[np.append(True, each[1:] != each[:-1])])
    return pd.DataFrame({"kpi_id": packed >> 32, "month": (packed & 0xFFFFFFFF) - _FAR})


def without(months: pd.DataFrame, done: pd.DataFrame) -> pd.DataFrame:
    """The months (kpi_id, month) without those that are done."""
    packed, left_out = (_packed(one["kpi_id"], one["month"]) for one in (months, done))
    return months[~np.isin(packed, left_out)]


def outside(rows: pd.DataFrame, months: pd.DataFrame, weekly: list[int]) -> pd.DataFrame:
    """The rows whose native periods belong to other months than these."""
    return rows[~np.isin(_months(rows, weekly), _packed(months["kpi_id"], months["month"]))]


def standing_in(rows: pd.DataFrame, months: pd.DataFrame, weekly: list[int]) -> Days:
    """How many of the rows belong to each of `months` (ascending, each once)."""
    packed, each = _packed(months["kpi_id"], months["month"]), _months(rows, weekly)
    at = np.searchsorted(packed, each)
    inside = at < len(packed)
    inside[inside] = packed[at[inside]] == each[inside]
    found: Days = np.bincount(at[inside], minlength=len(packed))
    return found


def _months(rows: pd.DataFrame, weekly: list[int]) -> Days:
    """KPI and month of each row as one number."""
    anchor = rows["period"].to_numpy(np.int64) + THURSDAY * np.isin(rows["kpi_id"], weekly)
    return _packed(rows["kpi_id"], month_of(anchor))


def _packed(kpi: pd.Series, month: pd.Series | Days) -> Days:
    return (kpi.to_numpy(np.int64) << 32) + np.asarray(month, np.int64) + _FAR


_FAR = 1 << 31


def summed(rows: pd.DataFrame) -> pd.DataFrame | None:
    """All segments of each native period together: the columns of `actuals.periods`, ascending.

    `rows`: kpi_id, period, value, numerator, denominator, in any order. None where there are none, or where
    numbers cancel out so far that another order of adding gives another sum: the database's own is to be
    taken then.
    """
    if rows.empty:
        return None
    rows = _ordered(rows)
    kpi, period = rows["kpi_id"].to_numpy(np.int64), rows["period"].to_numpy(np.int64)
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (kpi[1:] != kpi[:-1]) | (period[1:] != period[:-1])
    first = np.flatnonzero(begins)
    value = rows["value"].to_numpy(np.float64)
    known = ~np.isnan(value)
    sums = {name: _sums(rows[name].to_numpy(np.float64), first) for name in ("value", *_OTHERS)}
    if any(sum_ is None for sum_ in sums.values()):
        return None
    return pd.DataFrame(
        {
            "kpi_id": kpi[first],
            "period": period[first],
            "sum": sums["value"],
            "count": np.add.reduceat(known, first, dtype=np.int64),
            "min": np.fmin.reduceat(value, first),
            "max": np.fmax.reduceat(value, first),
            **{name: sums[name] for name in _OTHERS},
        }
    )


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    key = (rows["kpi_id"].to_numpy(np.int64) << 32) + rows["period"].to_numpy(np.int64)
    return rows if (key[1:] >= key[:-1]).all() else rows.iloc[np.argsort(key, kind="stable")]


_OTHERS = ("numerator", "denominator")


def _sums(values: NDArray[np.float64], first: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """The sum of each group, missing where all of it is; None where the numbers cancel out."""
    known = ~np.isnan(values)
    if not known.any():
        return np.full(len(first), np.nan)
    told = np.where(known, values, 0.0)
    total = np.add.reduceat(told, first)
    if (told < 0).any() and (np.abs(total) < _LOST * np.add.reduceat(np.abs(told), first)).any():
        return None
    return np.where(np.add.reduceat(known, first, dtype=np.int64) > 0, total, np.nan)

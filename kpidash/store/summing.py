"""Native periods out of single actuals in memory, as `actuals.periods` makes them in the database."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_LOST = 1e-6
"""A sum below this share of the sum of magnitudes says more about the order of adding than about the data."""


def summed(rows: pd.DataFrame) -> pd.DataFrame | None:
    """All segments of each native period together: the columns of `actuals.periods`, ascending.

    `rows`: kpi_id, period, value, numerator, denominator, ascending by the first two. None where numbers
    cancel out so far that another order of adding gives another sum: the database's own is to be taken then.
    """
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

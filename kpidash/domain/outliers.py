"""Values far from what is usual for the same KPI and segment: a warning for whoever uploads them, no error.

The modified z-score of Iglewicz and Hoaglin ("How to Detect and Handle Outliers", 1993): the distance from
the median in units of the median absolute deviation (MAD), 3.5 and more being an outlier. Half of the values
may be wrong before median and MAD follow them. Positive values are compared as ratios (by their logarithms),
so that a slipped decimal sign counts the same whatever the size; others by their differences.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LIMIT = 3.5
FEWEST = 8
"""Values that say what is usual; with fewer nothing is odd."""
LATEST = 120
"""Values before, and after, an asked one that say what is usual at its time."""
_MAD_OF_NORMAL = 0.6745
_FLOOR_RATIO = 0.08
"""The least spread of ratios: what moves less than about half of its size is never odd."""
_FLOOR_SHARE = 0.08
"""The same of differences, as a share of the median's size."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Usual:
    """For each asked value what is usual: `typical` (the median), the range `low` to `high` beyond which a
    value is odd, the modified z-score, and whether it is `odd`. Missing where too little is known.
    """

    typical: Floats
    low: Floats
    high: Floats
    distance: Floats
    odd: NDArray[np.bool_]


def usual(series: Whole, value: Floats, asked: NDArray[np.bool_]) -> Usual:
    """What is usual for the `asked` values among all values of the same series.

    `series` numbers the series of each value (one KPI, segment and, of daily KPIs, day of the week), values
    standing in order of time within each; all arrays are equally long, and so are those that come back.
    A value never speaks for itself: it is compared with the others of its series.
    """
    nothing = np.full(len(value), np.nan)
    found = {name: nothing.copy() for name in ("typical", "low", "high", "distance")}
    known = ~np.isnan(value)
    frame = pd.DataFrame({"series": series, "value": value, "at": np.arange(len(value))})[known]
    for _, one in frame.groupby("series", sort=False):
        at, values = one["at"].to_numpy(), one["value"].to_numpy(np.float64)
        wanted = np.flatnonzero(asked[at])
        if len(values) <= FEWEST or not len(wanted):
            continue
        _judge(values, wanted, at, found)
    odd = np.abs(found["distance"]) >= LIMIT
    return Usual(found["typical"], found["low"], found["high"], found["distance"], odd)


def _judge(
    values: Floats, wanted: NDArray[np.int64], at: NDArray[np.int64], found: dict[str, Floats]
) -> None:
    """Fill in what is usual for the wanted values of one series, stretch by stretch."""
    ratios = bool((values > 0).all())
    scaled = np.log(values) if ratios else values
    for start in range(0, len(values), LATEST):
        mine = wanted[(wanted >= start) & (wanted < start + LATEST)]
        if not len(mine):
            continue
        around = scaled[max(0, start - LATEST) : start + 2 * LATEST]
        middle = float(np.median(around))
        floor = _FLOOR_RATIO if ratios else _FLOOR_SHARE * float(np.median(np.abs(around)))
        spread = max(float(np.median(np.abs(around - middle))), floor)
        if spread == 0:
            continue
        reach = LIMIT * spread / _MAD_OF_NORMAL
        ends = np.array([middle, middle - reach, middle + reach])
        typical, low, high = np.exp(ends) if ratios else ends
        place = at[mine]
        found["typical"][place], found["low"][place], found["high"][place] = typical, low, high
        found["distance"][place] = _MAD_OF_NORMAL * (scaled[mine] - middle) / spread

"""One KPI by the values of one of its dimensions."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.actuals import Actuals
from kpidash.domain.book import Book
from kpidash.domain.calendars import Calendar, day_number
from kpidash.domain.catalogue import Aggregation, Direction, Kpi
from kpidash.domain.period import Frequency
from kpidash.domain.rollup import STATS, aggregate, fold, gathered


def by_segment(rows: pd.DataFrame, kpi: Kpi, calendar: Calendar, as_of: date) -> pd.DataFrame:
    """The KPI rolled up over the periods of `calendar` for each value of a dimension, greatest share first.

    `rows`: period (day number), label (the dimension's value), value, numerator, denominator: one row per
    native period and segment. Returns label, actual, share (of the total of sums and stocks; of the
    denominators of ratios; else missing) and periods (how many were reported).
    """
    label = pd.Categorical(rows["label"]).remove_unused_categories()
    labels, number = label.categories.to_numpy(str), label.codes.astype(np.int64)
    periods = gathered(number, rows)
    weekly = kpi.frequency is Frequency.WEEKLY
    every = np.arange(len(labels), dtype=np.int64)
    months = fold(periods, every.tolist() if weekly else []).rename(columns={"kpi_id": "kpi"})
    actuals = Actuals.of(months, [weekly] * len(labels), periods=periods.rename(columns={"kpi_id": "kpi"}))
    reported = actuals.reported(every, calendar) & (calendar.starts <= day_number(as_of))
    totals = actuals.totals(every, calendar, reported)
    values = aggregate(
        totals,
        np.full(len(labels), str(kpi.aggregation)),
        np.full(len(labels), Book.scale(kpi)),
    )
    found = pd.DataFrame(
        {"label": labels, "actual": values, "periods": reported.sum(axis=1).astype(np.int64)}
    )
    parts = {
        Aggregation.SUM: totals["sum"],
        Aggregation.LAST: totals["last"],
        Aggregation.RATIO: totals["denominator"],
    }.get(kpi.aggregation)
    total = np.nan if parts is None else np.nansum(parts)
    found.insert(2, "share", np.nan if parts is None or not total else parts / total)
    return found[found["periods"] > 0].sort_values(["share", "actual"], ascending=False, ignore_index=True)


def by_period(rows: pd.DataFrame, kpi: Kpi) -> pd.DataFrame:
    """All given segments together in each native period: period (day number) and actual, ascending.

    `rows`: period, value, numerator, denominator: one row per native period and segment.
    """
    periods = gathered(np.zeros(len(rows), np.int64), rows)
    totals = {name: periods["sum" if name == "last" else name].to_numpy(np.float64) for name in STATS}
    count = len(periods)
    actual = aggregate(totals, np.full(count, str(kpi.aggregation)), np.full(count, Book.scale(kpi)))
    return pd.DataFrame({"period": periods["period"], "actual": actual})


def contributions(
    segments: pd.DataFrame, kpi: Kpi, target: float, before: pd.Series | None = None
) -> NDArray[np.float64]:
    """What each segment adds to the KPI's variance (positive is favourable); together they are the variance.

    `segments` as of `by_segment`, over the periods that are compared with `target`. Of a ratio it is the
    segment's own variance, weighted by its share of the denominator. What adds up needs the targets of
    segments, which nobody sets: each is expected to have the part of the target that it had of the same days
    a year before (`before`: sums by label). Missing for other KPIs, and without a whole year before.
    """
    actual, share = (segments[name].to_numpy(np.float64) for name in ("actual", "share"))
    if kpi.aggregation is Aggregation.RATIO:
        added = share * (actual - target)
    elif kpi.aggregation is Aggregation.SUM and before is not None and before.sum() > 0:
        expected = segments["label"].map(before).fillna(0).to_numpy(np.float64) / float(before.sum())
        added = actual - expected * target
    else:
        added = np.full(len(segments), np.nan)
    return -added if kpi.direction is Direction.DECREASE else added

"""A KPI's points over time, cut and summed up for the figures that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.catalogue import Aggregation, Catalogue, Kpi, PeriodTarget, Trajectory
from kpidash.domain.period import Frequency, period_containing
from kpidash.domain.scoring import amount

Target = PeriodTarget | Trajectory
AHEAD = 2
"""Targets shown that have not begun yet."""
WEEK_NEEDS = 4
DAYS_SHOWN = 92
"""Daily points beyond these are noise in a chart; the table has them all."""


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Line:
    """Actuals and what they are compared with, of equally many periods, which nobody may change."""

    actual: NDArray[np.float64]
    goal: NDArray[np.float64]


def shown(kpi: Kpi, series: pd.DataFrame) -> pd.DataFrame:
    """The points for the trend, from the first that is known; of daily KPIs the last three months.

    All get `risk_from` and `risk_to`, between which a value is at risk.
    Daily ones get the course behind the pattern of the week: `smooth`, `smooth_previous` and `smooth_name`.
    Where values add up it is a seventh of the last seven days' total; else the middle one of seven days,
    because ratios have no mean. Fewer than WEEK_NEEDS known days of seven give none.
    """
    known = series[["actual", "target", "low"]].notna().any(axis=1)
    series = _with_thresholds(kpi, series[known.cummax()])
    if kpi.frequency is not Frequency.DAILY:
        return series
    week = series[["actual", "previous_year"]].rolling(7, min_periods=WEEK_NEEDS)
    course = week.mean() if adds_up(kpi) else week.median()
    series = series.assign(
        smooth=course["actual"].where(series["actual"].notna()),
        smooth_previous=course["previous_year"],
        smooth_name="Mean of 7 days" if adds_up(kpi) else "Middle of 7 days",
    )
    return latest(kpi, series)


def latest(kpi: Kpi, series: pd.DataFrame) -> pd.DataFrame:
    """The points that a figure has room for: of daily KPIs the last three months, of others all."""
    if kpi.frequency is not Frequency.DAILY:
        return series
    first = series["start"].max() - pd.Timedelta(days=DAYS_SHOWN)
    wanted: pd.DataFrame = series[series["start"] >= first]
    return wanted


def _with_thresholds(kpi: Kpi, series: pd.DataFrame) -> pd.DataFrame:
    """The points with risk_from and risk_to: between them a value is at risk; missing on trajectories."""
    target = series["target"].to_numpy(float)
    if any(isinstance(one, Trajectory) for one in kpi.targets):
        target = np.full(len(series), np.nan)
    bounds = [amount(kpi.direction, target, share) for share in (kpi.at_risk, kpi.on_target)]
    return series.assign(risk_from=np.minimum(*bounds), risk_to=np.maximum(*bounds))


def adds_up(kpi: Kpi) -> bool:
    """Whether values of the KPI add up over time."""
    return kpi.aggregation is Aggregation.SUM and kpi.formula is None


def year_to_date(kpi: Kpi, series: pd.DataFrame, as_of: date, fiscal_year_start: int) -> pd.DataFrame | None:
    """The points of the fiscal year with running totals: cumulative_actual and cumulative_target.

    None for KPIs that do not add up, without targets, or with fewer than two points. The running period's
    target counts as far as it has elapsed.
    """
    if not adds_up(kpi):
        return None
    year = period_containing(as_of, Frequency.YEARLY, fiscal_year_start)
    inside = series[(series["start"] >= pd.Timestamp(year.start)) & (series["start"] <= pd.Timestamp(as_of))]
    if inside["actual"].count() < 2 or inside["target_to_date"].isna().any():
        return None
    return inside.assign(
        cumulative_actual=inside["actual"].cumsum(), cumulative_target=inside["target_to_date"].cumsum()
    )


def year_ahead(
    drawn: pd.DataFrame, goal: float | None, as_of: date, fiscal_year_start: int
) -> pd.DataFrame | None:
    """From the last known point of `year_to_date` to the end of the year: start, planned and at_pace.

    `goal` is the year's full target. The pace is the share of what was due that was reached, held to the end.
    None where the goal is not known or the year is over.
    """
    known = drawn.dropna(subset=["cumulative_actual", "cumulative_target"])
    if known.empty:
        return None
    last, due, reached = known[["start", "cumulative_target", "cumulative_actual"]].iloc[-1]
    end = pd.Timestamp(period_containing(as_of, Frequency.YEARLY, fiscal_year_start).end) - pd.Timedelta("1D")
    if goal is None or not goal > due > 0 or last >= end:
        return None
    starts, planned, pace = [last, end], [due, goal], [reached, goal * reached / due]
    return pd.DataFrame({"start": starts, "planned": planned, "at_pace": pace})


def whole_months(trends: pd.DataFrame, catalogue: Catalogue, as_of: date) -> pd.DataFrame:
    """Monthly points without the running month of KPIs that add up: a part is not to be seen as a fall."""
    adding = [kpi.code for kpi in catalogue.kpis if kpi.aggregation is Aggregation.SUM]
    running = trends["start"] >= pd.Timestamp(as_of.replace(day=1))
    return trends[~(running & trends["code"].isin(adding))]


def lines(months: pd.DataFrame) -> dict[str, Line]:
    """Of monthly points, those of a KPI together: by its code the actuals, and the targets or upper ends."""
    codes = months["code"].to_numpy(object)
    actual, target, high = (months[name].to_numpy(float) for name in ("actual", "target", "high"))
    goal = np.where(np.isnan(target), high, target)
    bounds = [0, *(np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist(), len(codes)]
    return {
        str(codes[first]): Line(actual[first:end], goal[first:end])
        for first, end in pairwise(bounds)
        if first < end
    }


def monthly(trends: pd.DataFrame, kpi: Kpi, as_of: date, *, due: float | None) -> pd.DataFrame:
    """One KPI's monthly points with the columns of native points but no status: months are not judged.

    The month of `as_of` runs where the KPI adds up; `due` is what is expected of it by then, if known.
    """
    mine = trends[trends["code"] == kpi.code]
    running = (mine["start"] >= pd.Timestamp(as_of.replace(day=1))) & adds_up(kpi)
    to_date = mine["target"].where(~running, float("nan") if due is None else due)
    known = mine.assign(previous_year=float("nan"), status=None, running=running, target_to_date=to_date)
    return _with_thresholds(kpi, known)


def with_words(points: pd.DataFrame, column: str, said: Sequence[tuple[date, str]]) -> pd.DataFrame:
    """The points with a column of what is said of these days: the first of a point, None where nothing is.

    A day belongs to the point that starts on it or last before it; days before the first point to none.
    """
    starts = points["start"].to_numpy("datetime64[D]")
    words: list[str | None] = [None] * len(points)
    for day, text in said:
        at = int(np.searchsorted(starts, np.datetime64(day), side="right")) - 1
        if at >= 0 and words[at] is None:
            words[at] = text
    return points.assign(**{column: pd.Series(words, index=points.index, dtype="object")})


def nearest(targets: Sequence[Target], as_of: date, most: int) -> list[Target]:
    """The targets that count around a day: the next that begin, and those before, the latest first."""
    begins = [target.key[1] for target in targets]
    ahead = sum(1 for day in begins if day > as_of)
    last = len(targets) - max(ahead - AHEAD, 0)
    return list(reversed(targets[max(last - most, 0) : last]))


def reported(series: pd.DataFrame) -> pd.DataFrame:
    """The points that have an actual or a target, newest first."""
    known = series[["actual", "target", "low"]].notna().any(axis=1)
    return series[known].iloc[::-1]

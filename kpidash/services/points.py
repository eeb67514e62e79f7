"""A KPI's points over time, cut and summed up for the figures that show them."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from kpidash.domain.catalogue import Aggregation, Catalogue, Kpi, PeriodTarget, Trajectory
from kpidash.domain.period import Frequency, period_containing

Target = PeriodTarget | Trajectory
AHEAD = 2
"""Targets shown that have not begun yet."""
DAYS_SHOWN = 92
"""Daily points beyond these are noise in a chart; the table has them all."""


def shown(kpi: Kpi, series: pd.DataFrame) -> pd.DataFrame:
    """The points for the trend, from the first that is known; of daily KPIs the last three months."""
    known = series[["actual", "target", "low"]].notna().any(axis=1)
    series = series[known.cummax()]
    if kpi.frequency is not Frequency.DAILY:
        return series
    first = series["start"].max() - pd.Timedelta(days=DAYS_SHOWN)
    wanted: pd.DataFrame = series[series["start"] >= first]
    return wanted


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


def whole_months(trends: pd.DataFrame, catalogue: Catalogue, as_of: date) -> pd.DataFrame:
    """Monthly points without the running month of KPIs that add up: a part is not to be seen as a fall."""
    adding = [kpi.code for kpi in catalogue.kpis if kpi.aggregation is Aggregation.SUM]
    running = trends["start"] >= pd.Timestamp(as_of.replace(day=1))
    return trends[~(running & trends["code"].isin(adding))]


def monthly(trends: pd.DataFrame, code: str) -> pd.DataFrame:
    """One KPI's monthly points with the columns of native points but no status: months are not judged."""
    mine = trends[trends["code"] == code]
    return mine.assign(previous_year=float("nan"), status=None)


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

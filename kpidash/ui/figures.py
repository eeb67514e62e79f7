"""The KPI page's figures: a chart with its text alternative, and the same numbers as a table."""

from typing import Any

import pandas as pd
import streamlit as st

from kpidash.charts import theme
from kpidash.charts.breakdown import breakdown
from kpidash.charts.trend import cumulative, trend
from kpidash.domain.period import Frequency, period_containing
from kpidash.services import points
from kpidash.services.kpis import KpiDetail
from kpidash.services.overview import Row, records
from kpidash.ui.blocks import table
from kpidash.ui.elements import Tree, element, pill, show
from kpidash.ui.formats import is_missing
from kpidash.ui.session import Viewer

_RUN = {
    Frequency.DAILY: "And day by day?",
    Frequency.WEEKLY: "And week by week?",
    Frequency.MONTHLY: "How do the months compare?",
    Frequency.QUARTERLY: "How do the quarters compare?",
    Frequency.YEARLY: "How do the years compare?",
}


def mode() -> str:
    """The theme that the browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def monthly_chart(viewer: Viewer, found: KpiDetail) -> None:
    """A daily or weekly KPI month by month: its course without its noise."""
    kpi = found.kpi
    if kpi.frequency not in (Frequency.DAILY, Frequency.WEEKLY):
        return
    show(element("h2", "How do the months compare?"), key="months")
    drawn = points.monthly(viewer.trends(), kpi.code)
    _draw_trend(viewer, found, drawn, frequency=Frequency.MONTHLY, key="months-chart")


def trend_chart(viewer: Viewer, found: KpiDetail) -> None:
    """Actual against the stepped target and last year, by native periods."""
    show(element("h2", _RUN[found.kpi.frequency]), key="run")
    drawn = points.shown(found.kpi, found.series)
    _draw_trend(viewer, found, drawn, frequency=found.kpi.frequency, key="trend")


def _draw_trend(
    viewer: Viewer, found: KpiDetail, drawn: pd.DataFrame, *, frequency: Frequency, key: str
) -> None:
    kpi, formats = found.kpi, viewer.formats
    figure = trend(
        drawn,
        additive=points.adds_up(kpi),
        write=lambda value: formats.value(value, kpi, missing="none"),
        name=lambda start: _tick(viewer, start, frequency),
        mode=mode(),
    )
    words = f"{kpi.name}, actual against target, {len(drawn)} {frequency} points"
    st.plotly_chart(figure, theme=None, config=theme.CONFIG, alt=words, key=key)


def cumulative_chart(viewer: Viewer, found: KpiDetail) -> bool:
    """The fiscal year's running total against its target; False where there is none to draw."""
    kpi, formats = found.kpi, viewer.formats
    fiscal = viewer.catalogue.company.fiscal_year_start
    drawn = points.year_to_date(kpi, found.series, found.as_of, fiscal)
    if drawn is None:
        return False
    show(element("h2", "Is the year on course?"), key="course")
    figure = cumulative(
        drawn,
        write=lambda value: formats.value(value, kpi, missing="none"),
        name=lambda start: _tick(viewer, start, kpi.frequency),
        mode=mode(),
    )
    words = f"{kpi.name}, running total of the fiscal year against the running total of its target"
    st.plotly_chart(figure, theme=None, config=theme.CONFIG, alt=words, key="course-chart")
    return True


def segment_charts(viewer: Viewer, found: KpiDetail) -> None:
    """The KPI by each of its dimensions."""
    kpi, formats = found.kpi, viewer.formats
    for dimension, segments in found.segments.items():
        known = segments.dropna(subset=["actual"])
        if known.empty:
            continue
        show(element("h2", f"Which {dimension}?"), key=f"by-{dimension}")
        figure = breakdown(
            known,
            total=found.judged["actual"],
            write=lambda value: formats.value(value, kpi, missing="none"),
            share=lambda part: formats.share(part, decimals=0),
            additive=points.adds_up(kpi),
            mode=mode(),
        )
        words = f"{kpi.name} by {dimension}, {len(known)} values, greatest first"
        st.plotly_chart(figure, theme=None, config=theme.CONFIG, alt=words, key=f"by-{dimension}-chart")


def points_table(viewer: Viewer, found: KpiDetail, most: int = 60) -> Tree:
    """The numbers behind the chart, newest first."""
    kpi, formats = found.kpi, viewer.formats
    heads = ("Period", "Actual", "Target", "Variance", "Attained", "Status", "Last year")
    rows = (
        (
            _name(viewer, row["start"], kpi.frequency),
            formats.value(row["actual"], kpi, exact=True, missing="not reported"),
            _goal(viewer, found, row),
            formats.variance(row["variance"], kpi, missing="none"),
            formats.attained(row["attainment"], missing="none"),
            pill(row["status"]),
            formats.value(row["previous_year"], kpi, exact=True, missing="none"),
        )
        for row in records(points.reported(found.series).head(most))
    )
    return element("details", element("summary", "The numbers behind it"), table(heads, rows))


def _goal(viewer: Viewer, found: KpiDetail, row: Row) -> str:
    kpi, formats = found.kpi, viewer.formats
    if not is_missing(row["low"]):
        return formats.span(row["low"], row["high"], kpi, exact=True)
    return formats.value(row["target"], kpi, exact=True, missing="none")


def _name(viewer: Viewer, start: Any, frequency: Frequency) -> str:
    fiscal = viewer.catalogue.company.fiscal_year_start
    return viewer.formats.period(period_containing(start.date(), frequency, fiscal))


def _tick(viewer: Viewer, start: Any, frequency: Frequency) -> str:
    if frequency in (Frequency.DAILY, Frequency.WEEKLY):
        return viewer.formats.short_day(start.date())
    return _name(viewer, start, frequency)

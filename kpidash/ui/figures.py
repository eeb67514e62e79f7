"""The KPI page's figures: a chart with its text alternative, and the same numbers as a table."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from kpidash.charts import theme
from kpidash.charts.breakdown import breakdown
from kpidash.charts.trend import cumulative, trend
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import Frequency, period_containing
from kpidash.services import points
from kpidash.services.kpis import KpiDetail
from kpidash.services.overview import records
from kpidash.ui import behind
from kpidash.ui.axes import described, notation, period_name
from kpidash.ui.blocks import section, table
from kpidash.ui.definition import moved
from kpidash.ui.elements import Tree, element, pill, show
from kpidash.ui.lineage import clickable, period_link
from kpidash.ui.session import Viewer

_RUN = {
    Frequency.DAILY: "And day by day?",
    Frequency.WEEKLY: "And week by week?",
    Frequency.MONTHLY: "How do the months compare?",
    Frequency.QUARTERLY: "How do the quarters compare?",
    Frequency.YEARLY: "How do the years compare?",
}

MOST_BARS = 12
"""Segments drawn; the table behind the figure has all of them."""


def mode() -> str:
    """The theme that the browser shows."""
    return "dark" if st.context.theme.type == "dark" else "light"


def monthly_chart(viewer: Viewer, found: KpiDetail) -> None:
    """A daily or weekly KPI month by month: its course without its noise."""
    kpi, judged = found.kpi, found.judged
    if kpi.frequency not in (Frequency.DAILY, Frequency.WEEKLY):
        return
    due = judged["target_to_date"] if viewer.view.window == "month" else None
    drawn = points.monthly(viewer.trends(), kpi, found.as_of, due=due)
    show(element("h2", "How do the months compare?"), key="months")
    _draw_trend(viewer, found, drawn, frequency=Frequency.MONTHLY, key="months-chart")
    show(behind.over_time(viewer, kpi, drawn, Frequency.MONTHLY), key="months-table")


def trend_chart(viewer: Viewer, found: KpiDetail) -> None:
    """Actual against the stepped target and last year, by native periods."""
    show(element("h2", _RUN[found.kpi.frequency]), key="run")
    drawn = points.shown(found.kpi, found.series)
    _draw_trend(viewer, found, drawn, frequency=found.kpi.frequency, key="trend")


def _draw_trend(
    viewer: Viewer, found: KpiDetail, drawn: pd.DataFrame, *, frequency: Frequency, key: str
) -> None:
    said = notation(viewer.formats, found.kpi, frequency)
    moves = [(one.begins, moved(viewer, found.kpi, one)) for one in viewer.goalposts(found.kpi.code)]
    drawn = points.with_words(points.with_words(drawn, "moved", moves), "noted", _notes(viewer, found))
    # what adds up has another benchmark for days than for months; nobody said for which it is
    marks = () if points.adds_up(found.kpi) else [(one.name, one.value) for one in found.kpi.benchmarks]
    figure = trend(drawn, additive=points.adds_up(found.kpi), notation=said, mode=mode(), marks=marks)
    draw(figure, described(found.kpi, drawn, said, "actual", "target"), key=key)
    clickable(viewer, drawn["start"], frequency, key=key)


def _notes(viewer: Viewer, found: KpiDetail) -> list[tuple[date, str]]:
    """What was noted of the values that are shown."""
    since = found.series["start"].min()
    events = viewer.events(found.kpi.code, since.date()) if len(found.series) else []
    return [(one.day, one.text) for one in events]


def cumulative_chart(viewer: Viewer, found: KpiDetail) -> bool:
    """The fiscal year's running total against its target; False where there is none to draw."""
    kpi = found.kpi
    fiscal = viewer.catalogue.company.fiscal_year_start
    drawn = points.year_to_date(kpi, found.series, found.as_of, fiscal)
    if drawn is None:
        return False
    show(element("h2", "Is the year on course?"), key="course")
    said = notation(viewer.formats, kpi, kpi.frequency)
    year = period_containing(found.as_of, Frequency.YEARLY, fiscal).label(fiscal)
    goal = viewer.judged(kpi.code, year)["target"]
    ahead = points.year_ahead(drawn, goal, found.as_of, fiscal)
    figure = cumulative(drawn, notation=said, mode=mode(), ahead=ahead)
    words = described(kpi, drawn, said, "cumulative_actual", "cumulative_target")
    if ahead is not None:
        end = viewer.formats.value(ahead["at_pace"].iloc[-1], kpi)
        words += f" At this pace it ends at {end} of {viewer.formats.value(goal, kpi)}."
    draw(figure, f"Running total of the fiscal year. {words}", key="course-chart")
    show(behind.running_total(viewer, kpi, drawn), key="course-table")
    return True


def segment_charts(viewer: Viewer, found: KpiDetail) -> None:
    """The KPI by each of its dimensions."""
    for dimension, segments in found.segments.items():
        known = segments.dropna(subset=["actual"])
        if known.empty:
            continue
        more = f"The greatest {MOST_BARS} of {len(known)}. " if len(known) > MOST_BARS else ""
        note = f"{more}{behind.pulling(viewer, found.kpi, known) or ''}".strip() or None
        show(section(f"Which {dimension}?", note=note, klass="tight"), key=f"by-{dimension}")
        segment_chart(viewer, found.kpi, dimension, known, total=found.judged["actual"])


def segment_chart(viewer: Viewer, kpi: Kpi, dimension: str, segments: pd.DataFrame, *, total: float) -> None:
    """Segments as ranked bars, and all of them as a table whose names lead to their own pages."""
    formats = viewer.formats
    known = segments.dropna(subset=["actual"]).sort_values("actual", ascending=False)
    if known.empty:
        show(element("p", "Nothing is reported in this window.", klass="calm"), key=f"by-{dimension}-none")
        return
    figure = breakdown(
        known.head(MOST_BARS),
        total=total,
        write=lambda value: formats.value(value, kpi),
        share=lambda part: formats.share(part, decimals=0),
        additive=points.adds_up(kpi),
        mode=mode(),
    )
    draw(figure, behind.ranked_words(viewer, kpi, dimension, known), key=f"by-{dimension}-chart")
    show(behind.ranked(viewer, kpi, dimension, known), key=f"by-{dimension}-table")


def draw(figure: Any, words: str, *, key: str) -> None:
    """A figure as wide as its place, with what it shows in words for those who do not see it."""
    st.plotly_chart(figure, theme=None, config=theme.CONFIG, alt=words, key=key)


def points_table(viewer: Viewer, found: KpiDetail, most: int = 60) -> Tree:
    """The numbers behind the chart, newest first."""
    kpi, formats = found.kpi, viewer.formats
    shown = points.with_words(points.reported(found.series).iloc[::-1], "noted", _notes(viewer, found))
    heads = ("Period", "Actual", "Target", "Variance", "Attained", "Status", "Last year")
    rows = (
        (
            _noted(
                period_link(
                    viewer, row["start"], kpi.frequency, period_name(formats, row["start"], kpi.frequency)
                ),
                row["noted"],
            ),
            formats.value(row["actual"], kpi, exact=True, missing="not reported"),
            behind.goal(viewer, kpi, row),
            formats.variance(row["variance"], kpi, missing="not compared"),
            formats.attained(row["attainment"], missing="not compared"),
            pill(row["status"]),
            formats.value(row["previous_year"], kpi, exact=True, missing="nothing then"),
        )
        for row in records(shown.iloc[::-1].head(most))
    )
    return behind.folded(table(heads, rows))


def _noted(period: Tree, note: Any) -> Tree:
    """The period with what was noted of it."""
    return element(
        "span", period, element("small", note, klass="goalpost") if isinstance(note, str) else None
    )

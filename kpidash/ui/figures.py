"""The KPI page's figures: a chart with its text alternative, and the same numbers as a table."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

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
from kpidash.ui.elements import Tree, element, pill
from kpidash.ui.kept import column, part
from kpidash.ui.lineage import period_link, ways
from kpidash.ui.strokes import Chart, Stroke, clicks, words
from kpidash.ui.viewer import Viewer

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


@column
def monthly_chart(viewer: Viewer, code: str, mode: str) -> Iterator[Stroke]:
    """A daily or weekly KPI month by month: its course without its noise."""
    found = viewer.detail(code)
    kpi, judged = found.kpi, found.judged
    if kpi.frequency not in (Frequency.DAILY, Frequency.WEEKLY):
        return
    due = judged["target_to_date"] if viewer.view.window == "month" else None
    drawn = points.monthly(viewer.trends(), kpi, found.as_of, due=due)
    yield words("months", element("h2", "How do the months compare?"))
    yield _trend(viewer, found, drawn, mode, frequency=Frequency.MONTHLY, key="months-chart")
    yield words("months-table", behind.over_time(viewer, kpi, drawn, Frequency.MONTHLY))


@column
def trend_chart(viewer: Viewer, code: str, mode: str) -> Iterator[Stroke]:
    """Actual against the stepped target and last year, by native periods."""
    found = viewer.detail(code)
    yield words("run", element("h2", _RUN[found.kpi.frequency]))
    drawn = points.shown(found.kpi, found.series)
    yield _trend(viewer, found, drawn, mode, frequency=found.kpi.frequency, key="trend")


def _trend(
    viewer: Viewer, found: KpiDetail, drawn: pd.DataFrame, mode: str, *, frequency: Frequency, key: str
) -> Chart:
    said = notation(viewer.formats, found.kpi, frequency)
    moves = [(one.begins, moved(viewer, found.kpi, one)) for one in viewer.goalposts(found.kpi.code)]
    drawn = points.with_words(points.with_words(drawn, "moved", moves), "noted", _notes(viewer, found))
    # what adds up has another benchmark for days than for months; nobody said for which it is
    marks = () if points.adds_up(found.kpi) else [(one.name, one.value) for one in found.kpi.benchmarks]
    figure = trend(drawn, additive=points.adds_up(found.kpi), notation=said, mode=mode, marks=marks)
    alt = described(found.kpi, drawn, said, "actual", "target")
    return Chart(key, figure, alt, clicks(key, ways(viewer, drawn["start"], frequency)))


def _notes(viewer: Viewer, found: KpiDetail) -> list[tuple[date, str]]:
    """What was noted of the values that are shown."""
    since = found.series["start"].min()
    events = viewer.events(found.kpi.code, since.date()) if len(found.series) else []
    return [(one.day, one.text) for one in events]


@column
def cumulative_chart(viewer: Viewer, code: str, mode: str) -> Iterator[Stroke]:
    """The fiscal year's running total against its target, where there is one to draw."""
    found = viewer.detail(code)
    kpi, fiscal = found.kpi, viewer.catalogue.company.fiscal_year_start
    drawn = points.year_to_date(kpi, found.series, found.as_of, fiscal)
    if drawn is None:
        return
    yield words("course", element("h2", "Is the year on course?"))
    said = notation(viewer.formats, kpi, kpi.frequency)
    year = period_containing(found.as_of, Frequency.YEARLY, fiscal).label(fiscal)
    goal = viewer.judged(kpi.code, year)["target"]
    ahead = points.year_ahead(drawn, goal, found.as_of, fiscal)
    figure = cumulative(drawn, notation=said, mode=mode, ahead=ahead)
    alt = described(kpi, drawn, said, "cumulative_actual", "cumulative_target")
    if ahead is not None:
        end = viewer.formats.value(ahead["at_pace"].iloc[-1], kpi)
        alt += f" At this pace it ends at {end} of {viewer.formats.value(goal, kpi)}."
    yield Chart("course-chart", figure, f"Running total of the fiscal year. {alt}")
    yield words("course-table", behind.running_total(viewer, kpi, drawn))


@column
def segment_charts(viewer: Viewer, code: str, mode: str) -> Iterator[Stroke]:
    """The KPI by each of its dimensions."""
    found = viewer.detail(code)
    for dimension, segments in found.segments.items():
        known = segments.dropna(subset=["actual"])
        if known.empty:
            continue
        more = f"The greatest {MOST_BARS} of {len(known)}. " if len(known) > MOST_BARS else ""
        note = f"{more}{behind.pulling(viewer, found.kpi, known) or ''}".strip() or None
        yield words(f"by-{dimension}", section(f"Which {dimension}?", note=note, klass="tight"))
        yield from segment_chart(viewer, found.kpi, dimension, known, mode, total=found.judged["actual"])


def segment_chart(
    viewer: Viewer, kpi: Kpi, dimension: str, segments: pd.DataFrame, mode: str, *, total: float
) -> Iterator[Stroke]:
    """Segments as ranked bars, and all of them as a table whose names lead to their own pages."""
    formats = viewer.formats
    known = segments.dropna(subset=["actual"]).sort_values("actual", ascending=False)
    if known.empty:
        nothing = element("p", "Nothing is reported in this window.", klass="calm")
        yield words(f"by-{dimension}-none", nothing)
        return
    figure = breakdown(
        known.head(MOST_BARS),
        total=total,
        write=lambda value: formats.value(value, kpi),
        share=lambda part: formats.share(part, decimals=0),
        additive=points.adds_up(kpi),
        mode=mode,
    )
    yield Chart(f"by-{dimension}-chart", figure, behind.ranked_words(viewer, kpi, dimension, known))
    yield words(f"by-{dimension}-table", behind.ranked(viewer, kpi, dimension, known))


@part
def points_table(viewer: Viewer, code: str, most: int = 60) -> Iterator[Tree]:
    """The numbers behind the chart, newest first."""
    found = viewer.detail(code)
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
    yield behind.folded(table(heads, rows))


def _noted(period: Tree, note: Any) -> Tree:
    """The period with what was noted of it."""
    return element(
        "span", period, element("small", note, klass="goalpost") if isinstance(note, str) else None
    )

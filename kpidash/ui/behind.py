"""The tables behind figures: the same numbers exactly, for those who read them or cannot see the figure."""

import pandas as pd

from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import Frequency
from kpidash.services.overview import Row, records
from kpidash.ui.address import View
from kpidash.ui.axes import period_name
from kpidash.ui.blocks import table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.formats import is_missing
from kpidash.ui.lineage import period_link
from kpidash.ui.viewer import Viewer


def over_time(viewer: Viewer, kpi: Kpi, points: pd.DataFrame, frequency: Frequency) -> Tree:
    """Actuals and targets by period, newest first."""
    formats = viewer.formats
    rows = (
        (
            period_link(
                viewer, row["start"], frequency, period_name(formats, row["start"], frequency) + _far(row)
            ),
            formats.value(row["actual"], kpi, exact=True, missing="not reported"),
            goal(viewer, kpi, row),
        )
        for row in records(points.iloc[::-1])
    )
    return folded(table(("Period", "Actual", "Target"), rows))


def _far(row: Row) -> str:
    return ", so far" if row.get("running") else ""


def running_total(viewer: Viewer, kpi: Kpi, points: pd.DataFrame, most: int = 60) -> Tree:
    """Running totals at the end of each period, newest first."""
    formats = viewer.formats
    rows = (
        (
            period_name(formats, row["start"], kpi.frequency),
            formats.value(row["cumulative_actual"], kpi, exact=True, missing="not reported"),
            formats.value(row["cumulative_target"], kpi, exact=True, missing="no target"),
        )
        for row in records(points.iloc[::-1].head(most))
    )
    return folded(table(("Until the end of", "Actual so far", "Due so far"), rows))


def ranked(viewer: Viewer, kpi: Kpi, dimension: str, segments: pd.DataFrame) -> Tree:
    """Segments by their rank, all of them."""
    formats = viewer.formats
    rows: list[tuple[Child, ...]] = [
        (
            segment_name(viewer, kpi, dimension, row["label"]),
            formats.ordinal(place),
            formats.value(row["actual"], kpi, exact=True),
            formats.share(row["share"], missing="does not add up", decimals=1),
            formats.variance(row["contribution"], kpi, missing="not known"),
        )
        for place, row in enumerate(records(segments), start=1)
    ]
    return folded(table((dimension.capitalize(), "Rank", "Actual", "Share", "Adds to the variance"), rows))


def segment_name(viewer: Viewer, kpi: Kpi, dimension: str, label: str, klass: str | None = None) -> Tree:
    """A segment's name, which leads to its own page."""
    if not label:
        return element("span", "not given", klass=klass)
    view = View(viewer.view.window, viewer.view.as_of, code=kpi.code, by=dimension, segment=label)
    return element("a", label, href=view.here("kpi"), klass=klass)


def beside(viewer: Viewer, kpi: Kpi, points: pd.DataFrame) -> Tree:
    """A segment beside all of them by period, newest first."""
    formats = viewer.formats
    rows = (
        (
            period_name(formats, row["start"], kpi.frequency),
            formats.value(row["actual"], kpi, exact=True, missing="not reported"),
            formats.value(row["whole"], kpi, exact=True, missing="not reported"),
        )
        for row in records(points.iloc[::-1])
    )
    return folded(table(("Period", "This segment", "All segments"), rows))


def pulling(viewer: Viewer, kpi: Kpi, segments: pd.DataFrame) -> str | None:
    """Which segments the variance comes from, in a sentence; None where that is not known."""
    known = segments.dropna(subset=["contribution"])
    if len(known) < 2:
        return None
    ordered = records(known.sort_values("contribution"))
    least, most = (
        (row, viewer.formats.variance(row["contribution"], kpi)) for row in (ordered[0], ordered[-1])
    )
    said = [
        f"{row['label'] or 'not given'} {words} ({amount})"
        for (row, amount), words, there in (
            (least, "pulls it down most", least[0]["contribution"] < 0),
            (most, "lifts it most", most[0]["contribution"] > 0),
        )
        if there and any(digit in amount for digit in "123456789")
    ]
    return f"Of the variance: {', '.join(said)}." if said else None


def ranked_words(viewer: Viewer, kpi: Kpi, dimension: str, segments: pd.DataFrame) -> str:
    """What ranked bars show, in a sentence."""
    best, least = segments.iloc[0], segments.iloc[-1]
    write = viewer.formats.value
    text = f"{kpi.name} by {dimension}, greatest first: {best['label']} with {write(best['actual'], kpi)}"
    if len(segments) == 1:
        return f"{text}."
    count = "" if len(segments) == 2 else f"; {len(segments)} in all"
    return f"{text}, least {least['label']} with {write(least['actual'], kpi)}{count}."


def goal(viewer: Viewer, kpi: Kpi, row: Row) -> str:
    """The target of a period."""
    if not is_missing(row["low"]):
        return viewer.formats.span(row["low"], row["high"], kpi, exact=True)
    return viewer.formats.value(row["target"], kpi, exact=True, missing="no target")


def folded(content: Tree) -> Tree:
    """A table that opens when it is asked for."""
    return element("details", element("summary", "The numbers behind it"), content)

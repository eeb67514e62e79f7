"""One segment of a KPI: how it runs beside the whole, and what it consists of."""

from collections.abc import Iterator
from typing import NoReturn

import pandas as pd

from kpidash.charts.trend import trend
from kpidash.services import points
from kpidash.services.errors import NotThere
from kpidash.services.segments import SegmentDetail
from kpidash.ui import behind, cached
from kpidash.ui.axes import described, notation
from kpidash.ui.blocks import section, tiles
from kpidash.ui.elements import element
from kpidash.ui.figures import mode, segment_chart
from kpidash.ui.header import bar, department_trail, header
from kpidash.ui.kept import column
from kpidash.ui.strokes import Chart, Stroke, words
from kpidash.ui.viewer import Ended, Viewer, stop


def segment_page(viewer: Viewer, code: str, dimension: str, label: str) -> NoReturn:
    """The page of a segment, in place of that of its KPI, which ends here."""
    try:
        _page(viewer, code, dimension, label, mode())
    except NotThere as problem:
        stop("There is no such segment for you", f"{problem}.", viewer.view.here("kpi", segment=None))
    raise Ended


@column
def _page(viewer: Viewer, code: str, dimension: str, label: str, mode: str) -> Iterator[Stroke]:
    found = cached.segment(
        viewer.database, viewer.scope, code, dimension, label, viewer.window, viewer.as_of,
        viewer.revision,
    )  # fmt: skip
    kpi, name = found.kpi, label or "not given"
    department = viewer.catalogue.department_of(kpi)
    home = (kpi.name, viewer.view.here("kpi", segment=None))
    yield words(
        "segment",
        header(
            viewer,
            f"{kpi.name}: {name}",
            f"How does {dimension} {name} do beside the whole? Targets are for the whole KPI.",
            trail=(*department_trail(viewer, department, itself=True), home),
        ),
        bar(viewer, "kpi"),
        tiles(_facts(viewer, found)),
    )
    drawn, said = _drawn(found), notation(viewer.formats, kpi, kpi.frequency)
    yield words("segment-run", element("h2", "How does it run?"))
    figure = trend(drawn, additive=points.adds_up(kpi), notation=said, mode=mode, beside="All segments")
    yield Chart("segment-trend", figure, described(kpi, drawn, said, "actual", "previous_year"))
    yield words("segment-points", behind.beside(viewer, kpi, drawn))
    for other, frame in found.within.items():
        yield words(f"within-{other}", section(f"Which {other}?", klass="tight"))
        known = frame.assign(contribution=float("nan"))
        yield from segment_chart(viewer, kpi, other, known, mode, total=_now(found))


def _drawn(found: SegmentDetail) -> pd.DataFrame:
    """The points of the segment as the trend draws them, the whole in the place of the last year."""
    nothing = float("nan")
    drawn = found.points.assign(previous_year=found.points["whole"], status=None)
    drawn = drawn.assign(target=nothing, low=nothing, high=nothing)
    return points.latest(found.kpi, drawn)


def _facts(viewer: Viewer, found: SegmentDetail) -> list[tuple[str, str]]:
    kpi, formats, now = found.kpi, viewer.formats, found.now or {}
    whole = viewer.detail(kpi.code).judged
    return [
        ("This segment", formats.value(now.get("actual"), kpi, missing="not reported")),
        ("All segments", formats.value(whole["actual"], kpi, missing="not reported")),
        ("Share", formats.share(now.get("share"), missing="does not add up", decimals=1)),
        ("Adds to the variance", formats.variance(now.get("contribution"), kpi, missing="not known")),
    ]


def _now(found: SegmentDetail) -> float:
    return float("nan") if found.now is None else float(found.now["actual"])

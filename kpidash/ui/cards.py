"""KPI cards and KPI rows: the same numbers in the same places everywhere."""

import pandas as pd

from kpidash.charts.sparkline import HEIGHT, WIDTH, Sparkline, sparkline
from kpidash.charts.theme import STATUS
from kpidash.services.overview import Row, records
from kpidash.services.points import Line
from kpidash.ui import wording
from kpidash.ui.elements import Tree, element, mark, pill
from kpidash.ui.formats import is_missing
from kpidash.ui.once import once
from kpidash.ui.viewer import Viewer


def cards(viewer: Viewer, kpis: pd.DataFrame) -> Tree:
    """A card for each KPI of a scorecard's frame, in its order; a click opens the KPI."""
    if kpis.empty:
        return element("p", "No KPI has this status.", klass="calm")
    drawn = _sparklines(viewer, kpis["code"])
    tiles = [_card(viewer, row, drawn.get(row["code"])) for row in records(kpis)]
    return element("ul", *(element("li", tile) for tile in tiles), klass="cards")


def rows(viewer: Viewer, kpis: pd.DataFrame) -> Tree:
    """A table with a row for each KPI; on a phone each row is a small card."""
    drawn = _sparklines(viewer, kpis["code"])
    heads = ("KPI", "12 months", "Actual", "Target", "Attained", "Variance", "Latest")
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    body = [_row(viewer, row, drawn.get(row["code"])) for row in records(kpis)]
    return element("table", element("thead", head), element("tbody", *body), klass="rows")


def _card(viewer: Viewer, row: Row, line: Sparkline | None) -> Tree:
    kpi, formats = viewer.catalogue.kpi(row["code"]), viewer.formats
    department, tone = viewer.catalogue.department_of(kpi).name, STATUS[row["status"]].tone
    return element(
        "a",
        element("span", department, klass="above"),
        element("strong", kpi.name, klass="name"),
        element("span", element("span", formats.value(row["actual"], kpi), klass="figure"),
                pill(row["status"]), klass="reading"),
        element("span", wording.against(kpi, row, formats), klass="beside"),
        _line(line, tone) or element("span", "too few points for a line", klass="nothing"),
        element("span", wording.variance(kpi, row, formats), klass="foot"),
        href=viewer.view.link("kpi", kpi.code),
        klass=f"card {tone}",
    )  # fmt: skip


def _row(viewer: Viewer, row: Row, line: Sparkline | None) -> Tree:
    kpi, formats = viewer.catalogue.kpi(row["code"]), viewer.formats
    name = element(
        "th",
        element("a", mark(row["status"]), element("span", kpi.name), href=viewer.view.link("kpi", kpi.code)),
        element("small", f"{STATUS[row['status']].word} · {kpi.level}, {kpi.indicator} · {kpi.frequency}"),
        scope="row",
    )
    cells = [
        ("12 months", _line(line, STATUS[row["status"]].tone) or "too few points"),
        ("Actual", element("b", formats.value(row["actual"], kpi))),
        ("Target", wording.goal(kpi, row, formats, bare=True)),
        ("Attained", bullet(viewer, row)),
        ("Variance", wording.variance(kpi, row, formats)),
        ("Latest", wording.latest(kpi, row, formats)),
    ]
    return element("tr", name, *(element("td", cell, data_label=label) for label, cell in cells))


def bullet(viewer: Viewer, row: Row) -> Tree:
    """Attainment as a bar on a scale to 120 %, with a tick at the target."""
    share = viewer.formats.attained(row["attainment"])
    if is_missing(row["attainment"]):
        return element("span", share, klass="quiet")
    bar = element("span", klass=f"bar {STATUS[row['status']].tone}", var_share=f"{row['attainment']:.4f}")
    return element("span", element("span", bar, klass="bullet", aria_hidden="true"), share, klass="attained")


def _sparklines(viewer: Viewer, codes: pd.Series) -> dict[str, Sparkline | None]:
    lines = viewer.lines()
    return {code: _drawn(lines[code]) for code in codes.tolist() if code in lines}


@once
def _drawn(line: Line) -> Sparkline | None:
    """Drawn once for all who see it."""
    return sparkline(line.actual, line.goal)


def _line(line: Sparkline | None, tone: str) -> Tree | None:
    if line is None:
        return None
    return element(
        "svg",
        *(element("polyline", points=points, klass="goal") for points in line.target),
        *(element("polyline", points=points, klass="path") for points in line.actual),
        element("path", d=f"M{line.end[0]} {line.end[1]}h0", klass=f"end {tone}"),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}", preserveAspectRatio="none", klass="spark", aria_hidden="true",
    )  # fmt: skip

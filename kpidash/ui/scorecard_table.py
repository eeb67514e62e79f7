"""All KPIs as one dense table, sorted, grouped and filtered in the browser; its state is the address."""

from typing import Any

import pandas as pd

from kpidash.charts.sparkline import heights
from kpidash.charts.theme import STATUS
from kpidash.services.overview import NEED, Row, by_code, records
from kpidash.services.points import Line
from kpidash.ui import wording
from kpidash.ui.components import component, packed
from kpidash.ui.formats import is_missing
from kpidash.ui.kept import kept
from kpidash.ui.once import once
from kpidash.ui.viewer import Viewer

_table = component("scorecard", js=("shapes.js", "scorecard.js"), css=("view.css", "scorecard.css"))


def scorecard_table(viewer: Viewer, *, owner: str | None = None) -> None:
    """Every KPI in scope as a row; with `owner` those of one person."""
    _table(key="scorecard", data=_data(viewer.reading(), owner))


@kept
def _data(viewer: Viewer, owner: str | None) -> bytes:
    card, catalogue = viewer.card(), viewer.catalogue
    kpis = card.kpis
    if owner is not None:
        mine = [(catalogue.kpi(code).owner or "").lower() == owner.lower() for code in kpis["code"]]
        kpis = kpis[mine]
    departments, kras = by_code(card.departments), by_code(card.kras)
    place = {one.code: at for at, one in enumerate(catalogue.departments)}
    kra_at = {one.code: at for at, one in enumerate(catalogue.kras)}
    owners = list(dict.fromkeys((catalogue.kpi(code).owner or "").lower() for code in kpis["code"]))
    lines = viewer.lines()
    score = viewer.formats.score
    data = {
        "link": viewer.view.link("kpi", "VALUE"),
        "statuses": [
            [status, STATUS[status].word, STATUS[status].tone]
            for status in sorted(NEED, key=NEED.__getitem__)
        ],
        "departments": [
            [one.name, one.code, departments[one.code].status, score(departments[one.code].score, missing="")]
            for one in catalogue.departments
        ],
        "kras": [
            [one.name, place[one.department], kras[one.code].status, score(kras[one.code].score, missing="")]
            for one in catalogue.kras
        ],
        "owners": [[email, viewer.name(email) if email else "no owner yet"] for email in owners],
        "rows": [_row(viewer, row, kra_at, owners, lines.get(row["code"])) for row in records(kpis)],
    }
    return packed(data)


def _row(viewer: Viewer, row: Row, kra_at: dict[str, int], owners: list[str], line: Line | None) -> list[Any]:
    """What static/scorecard.js unpacks, in its order."""
    kpi, formats = viewer.catalogue.kpi(row["code"]), viewer.formats
    last = row["last_period"]
    return [
        kpi.code,
        kpi.name,
        row["status"],
        formats.value(row["actual"], kpi),
        wording.goal(kpi, row, formats, bare=True),
        None if is_missing(row["attainment"]) else round(row["attainment"], 4),
        formats.attained(row["attainment"]),
        wording.variance(kpi, row, formats),
        wording.latest(kpi, row, formats),
        None if pd.isna(last) else pd.Timestamp(last).toordinal(),
        kra_at[kpi.kra],
        owners.index((kpi.owner or "").lower()),
        kpi.level.value,
        kpi.indicator.value,
        kpi.frequency.value,
        *((line and _heights(line)) or (None, None)),
    ]


@once
def _heights(line: Line) -> tuple[list[int | None], list[int | None]] | None:
    """Drawn once for all who see it."""
    return heights(line.actual, line.goal)

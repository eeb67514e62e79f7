"""What an upload changed, value by value: any number of them in one table, a page at a time."""

from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.ingest.layout import Kind
from kpidash.services.change_pages import ORDERS, Asked
from kpidash.services.errors import NotThere
from kpidash.services.overview import Row, records
from kpidash.services.upload_changes import PARTS, UploadChanges
from kpidash.ui.elements import element, show
from kpidash.ui.formats import is_missing
from kpidash.ui.session import require
from kpidash.ui.upload.cells import VALUES
from kpidash.ui.upload.changes import MOST, whole
from kpidash.ui.upload.desk import FIRST
from kpidash.ui.upload.grid import Cell, Head, Tab, Table, draw
from kpidash.ui.viewer import Viewer

_SOME = "minmax(80px, 1fr)"
_HEADS = {
    "kpi": Head("kpi", "KPI", "minmax(130px, 1.8fr)", first=True),
    "label": Head("label", "Period", "minmax(96px, 0.9fr)"),
    "where": Head("where", "Where", "minmax(80px, 1.1fr)"),
    "old": Head("old", "Before", _SOME, numeric=True),
    "new": Head("new", "After", _SOME, numeric=True),
    "change": Head("change", "Change", _SOME, numeric=True),
    "relative": Head("relative", "In %", "minmax(70px, 0.6fr)", numeric=True),
    "row": Head("row", "Row", "minmax(44px, 0.4fr)", sort=False),
    "since": Head("since", "Changed since", "minmax(92px, 0.8fr)", sort=False),
}
_COLUMNS = {
    "changed": ("kpi", "label", "where", "old", "new", "change", "relative", "row", "since"),
    "added": ("kpi", "label", "where", "new", "row", "since"),
    "removed": ("kpi", "label", "where", "old", "since"),
}
_LABELS = {"changed": "Changed", "added": "New", "removed": "Taken away"}


@dataclass(slots=True)
class Place:
    """Where somebody is in the table of one upload."""

    upload_id: int
    asked: Asked
    rows: tuple[int, int] = (0, FIRST)


@st.fragment
def changes(code: str) -> None:
    """The table of an upload; what people ask for in it runs this part of the page alone."""
    viewer = require(Capability.READ)
    try:
        found = viewer.changes_of(code)
    except NotThere:
        st.rerun()
    if not sum(found.counts.values()):
        words = "It changed no values that are yours to read." if found.hidden else "It changed no values."
        show(element("p", words, klass="calm"), key="no-changes")
        return
    place = _place(found)
    drawn = _table(viewer, found, place)
    told = {**asdict(place.asked), "only": False, "code": None}
    tabs = [
        Tab(part, _LABELS[part], viewer.formats.number(count), none=not count)
        for part, count in found.counts.items()
        if count or part != "removed"
    ]
    key = f"values-{found.past.upload.id}"
    draw(drawn, tabs, told, key=key, on_ask=lambda said: _ask(place, said))


def _place(found: UploadChanges) -> Place:
    place: Place | None = st.session_state.get("upload-place")
    if place is None or place.upload_id != found.past.upload.id:
        first = next(part for part in PARTS if found.counts[part])
        place = st.session_state["upload-place"] = Place(found.past.upload.id, Asked(part=first))
    return place


def _ask(place: Place, said: Any) -> None:
    """Take what the browser asks for; what makes no sense in it is left out."""
    said = said if isinstance(said, dict) else {}
    place.asked = Asked(
        part=said["part"] if said.get("part") in PARTS else PARTS[0],
        search=str(said.get("search") or "")[:100],
        order=said["order"] if said.get("order") in ORDERS else None,
        descending=bool(said.get("descending")),
    )
    place.rows = (whole(said.get("start"), 0), min(whole(said.get("count"), FIRST), MOST))


def _table(viewer: Viewer, found: UploadChanges, place: Place) -> Table:
    page = found.pages.page(place.asked, *place.rows)
    ids = [name for name in _COLUMNS[place.asked.part] if _told(found, name)]
    lines = [[_cell(viewer, name, row) for name in ids] for row in records(page.rows)]
    words: dict[str, str | None] = {
        "tabs": "Parts of what the upload changed",
        "table": "Values that the upload changed",
        "search": "Search KPI or segment",
        "count": f"{viewer.formats.number(page.total)} {'value' if page.total == 1 else 'values'}",
        "none": "Nothing here has these words.",
    }
    return Table(
        kind="history", heads=[_HEADS[name] for name in ids], rows=lines, start=page.start, total=page.total,
        token=f"{found.past.upload.id}-{viewer.revision}", words=words,
    )  # fmt: skip


def _told(found: UploadChanges, name: str) -> bool:
    """Whether a column says anything of this upload."""
    if name == "where":
        return found.kind is Kind.ACTUALS
    if name == "row":
        return found.past.upload.undoes is None and found.past.upload.kind != "catalogue"
    return name != "since" or bool(found.since)


def _cell(viewer: Viewer, name: str, row: Row) -> Cell:
    if name == "kpi":
        kpi = viewer.catalogue.kpi(row["kpi"])
        return {"text": kpi.name, "href": viewer.view.link("kpi", kpi.code)}
    if name == "row":
        return "" if is_missing(row["row"]) else str(int(row["row"]))
    if name == "since":
        if is_missing(row["since"]):
            return ""
        number = int(row["since"])
        return {"text": f"upload {number}", "href": viewer.view.link("uploads", str(number))}
    return VALUES[name](viewer, row)

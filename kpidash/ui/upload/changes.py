"""The change set as people go through it: what is new, changed, unchanged, rejected, each as one tab."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import parse_period
from kpidash.ingest.issues import Issue
from kpidash.services.change_pages import CHANGES, ORDERS, Asked, Page, problems_page
from kpidash.services.overview import Row, records
from kpidash.ui.formats import Formats, is_missing
from kpidash.ui.session import Viewer, require
from kpidash.ui.upload.desk import Desk, desk_of
from kpidash.ui.upload.grid import Cell, Head, Tab, Table, draw
from kpidash.ui.upload.looking import Look

PARTS = (*CHANGES, "rejected")
MOST = 400
"""Rows that one answer has at most, whatever is asked."""
_LABELS = {"changed": "Changed", "added": "New", "unchanged": "Unchanged", "rejected": "Rejected"}
_WIDE = "minmax(150px, 2.2fr)"
_HEADS = {
    "kpi": Head("kpi", "KPI", _WIDE, first=True),
    "label": Head("label", "Period", "minmax(84px, 1fr)"),
    "where": Head("where", "Where", "minmax(80px, 1.3fr)"),
    "old": Head("old", "Before", "minmax(84px, 1fr)", numeric=True),
    "new": Head("new", "After", "minmax(84px, 1fr)", numeric=True),
    "change": Head("change", "Change", "minmax(84px, 1fr)", numeric=True),
    "relative": Head("relative", "In %", "minmax(62px, 0.6fr)", numeric=True),
}
_COLUMNS = {
    "changed": ("kpi", "label", "where", "old", "new", "change", "relative"),
    "added": ("kpi", "label", "where", "new"),
    "unchanged": ("kpi", "label", "where", "new"),
}
_PROBLEM_HEADS = (
    Head("row", "Row", "64px", sort=False, first=True),
    Head("column", "Column", "minmax(70px, 0.7fr)", sort=False),
    Head("cell", "The cell", "minmax(90px, 1fr)", sort=False),
    Head("message", "What is wrong, and what to do", "minmax(200px, 3fr)", sort=False),
)


@st.fragment
def change_table() -> None:
    """The table of what is on the desk; asking for other rows runs this part of the page alone."""
    viewer = require(Capability.UPLOAD)
    desk = desk_of(viewer)
    if desk.look is None or desk.look.pages is None:
        st.rerun()
    look, asked = desk.look, desk.asked or _first(desk.look)
    tabs = list(_tabs(viewer.formats, look))
    table = _problems(viewer, desk, asked) if asked.part == "rejected" else _values(viewer, desk, asked)
    told = {**asdict(asked), "only": asked.code is not None, "code": desk.code}
    draw(table, tabs, told, key=f"changes-{desk.round}", on_ask=lambda said: ask(desk, said))


def _first(look: Look) -> Asked:
    counts = dict(_counts(look))
    return Asked(part=next((part for part in PARTS if counts[part]), "changed"))


def _counts(look: Look) -> Iterator[tuple[str, int]]:
    receipt = look.preview.receipt()
    for part in CHANGES:
        yield part, int(getattr(receipt, part))
    yield "rejected", receipt.rejected or look.preview.issues.total


def _tabs(formats: Formats, look: Look) -> Iterator[Tab]:
    for part, count in _counts(look):
        tone = "red" if part == "rejected" and count else None
        yield Tab(part, _LABELS[part], formats.number(count), none=not count, tone=tone)


def ask(desk: Desk, said: Any) -> None:
    """Take what the browser asks for; what makes no sense in it is left out."""
    said = said if isinstance(said, dict) else {}
    code = said.get("code")
    desk.code = code if isinstance(code, str) else None
    desk.asked = Asked(
        part=said["part"] if said.get("part") in PARTS else PARTS[0],
        search=str(said.get("search") or "")[:100],
        code=desk.code if said.get("only") else None,
        order=said["order"] if said.get("order") in ORDERS else None,
        descending=bool(said.get("descending")),
    )
    desk.rows = (_whole(said.get("start"), 0), min(_whole(said.get("count"), 120), MOST))


def _whole(said: Any, otherwise: int) -> int:
    return max(0, int(said)) if isinstance(said, int | float) and abs(said) < 1e12 else otherwise


def _values(viewer: Viewer, desk: Desk, asked: Asked) -> Table:
    look = desk.look
    assert look is not None  # noqa: S101 - the caller looked
    assert look.pages is not None  # noqa: S101
    page = look.pages.page(asked, *desk.rows)
    ids = [name for name in _COLUMNS[asked.part] if name != "where" or look.preview.kind.value == "actuals"]
    rows = [[_CELLS[name](viewer, row) for name in ids] for row in records(page.rows)]
    return _table(viewer, desk, page, kind="values", heads=[_HEADS[name] for name in ids], rows=rows)


def _problems(viewer: Viewer, desk: Desk, asked: Asked) -> Table:
    look = desk.look
    assert look is not None  # noqa: S101 - the caller looked
    page = problems_page(look.preview.issues.kept, asked.search, *desk.rows)
    rows: list[list[Cell]] = [
        [str(row["row"]), row["column"] or "whole file", row["value"] or "empty", on_screen(row["message"])]
        for row in records(page.rows)
    ]
    return _table(viewer, desk, page, kind="problems", heads=_PROBLEM_HEADS, rows=rows)


def _table(viewer: Viewer, desk: Desk, page: Page, *, kind: str, heads: Any, rows: Any) -> Table:
    known = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}
    number = viewer.formats.number(page.total)
    words = {
        "tabs": "Parts of the change set",
        "table": "Problems of the file" if kind == "problems" else "Values of the change set",
        "search": "Search the problems" if kind == "problems" else "Search KPI or segment",
        "count": f"{number} {'row' if page.total == 1 else 'rows'}",
        "none": "Nothing here has these words.",
        "only": f"Only {known[desk.code]}" if desk.code in known and kind == "values" else None,
    }
    token = desk.look.preview.token if desk.look else ""
    return Table(
        kind=kind, heads=heads, rows=rows, start=page.start, total=page.total, token=token, words=words
    )


def _kpi(viewer: Viewer, row: Row) -> Kpi:
    return viewer.catalogue.kpi(row["kpi"])


def _name(viewer: Viewer, row: Row) -> Cell:
    kpi = _kpi(viewer, row)
    return {"text": kpi.name, "code": kpi.code}


def _label(viewer: Viewer, row: Row) -> Cell:
    try:
        period = parse_period(str(row["label"]), viewer.catalogue.company.fiscal_year_start)
    except ValueError:  # a trajectory: from 2026-10-01
        return str(row["label"])
    return viewer.formats.period(period)


def _where(_viewer: Viewer, row: Row) -> Cell:
    where = row.get("where")
    return (
        "everywhere"
        if is_missing(where) or not where
        else ", ".join(part.partition("=")[2] for part in str(where).split(", "))
    )


def _number(viewer: Viewer, row: Row, old: str) -> Cell:
    kpi, formats = _kpi(viewer, row), viewer.formats
    low, high = row.get(f"{old}low"), row.get(f"{old}high")
    if not is_missing(low) and not is_missing(high):
        return formats.span(low, high, kpi, exact=True)
    value = formats.value(row.get(f"{old}value"), kpi, exact=True, missing="none")
    if is_missing(row.get(f"{old}denominator")):
        return value
    parts = " of ".join(
        formats.number(row[f"{old}{name}"], missing="none") for name in ("numerator", "denominator")
    )
    return {"text": value, "sub": parts}


def _change(viewer: Viewer, row: Row) -> Cell:
    return viewer.formats.variance(row["change"], _kpi(viewer, row), missing="")


def _relative(viewer: Viewer, row: Row) -> Cell:
    if is_missing(row["relative"]):
        return ""
    sign = "+" if row["relative"] > 0 else ""
    return f"{sign}{viewer.formats.share(row['relative'], decimals=1)}"


_CELLS = {
    "kpi": _name,
    "label": _label,
    "where": _where,
    "old": lambda viewer, row: _number(viewer, row, "old_"),
    "new": lambda viewer, row: _number(viewer, row, ""),
    "change": _change,
    "relative": _relative,
}


def on_screen(message: str) -> str:
    """A problem's message without what to type on the command line: the screen asks that itself."""
    if "--" not in message:
        return message
    before = message[: message.index("--")]
    return (
        before[: max(before.rfind(";"), before.rfind(":"), 0)].partition("; say")[0].partition("; it may")[0]
        + "."
    )


def first_problem(issues: tuple[Issue, ...]) -> str:
    """The first problem of a file as one sentence."""
    return on_screen(issues[0].message) if issues else ""

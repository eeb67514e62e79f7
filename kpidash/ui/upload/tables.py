"""The parts of a change set as tables: KPIs, changed, new, unchanged and unusual values, rejected rows."""

from collections.abc import Iterator, Sequence
from typing import Any

from kpidash.services.change_pages import CHANGES, Asked, problems_page
from kpidash.services.impact import Impact
from kpidash.services.overview import records
from kpidash.ui.formats import Formats
from kpidash.ui.upload.cells import VALUES, kpi_row, on_screen, unusual_row
from kpidash.ui.upload.grid import Cell, Head, Tab, Table
from kpidash.ui.upload.looking import Look
from kpidash.ui.viewer import Viewer

PARTS = ("kpis", *CHANGES, "unusual", "rejected")
_LABELS = {
    "kpis": "KPIs", "changed": "Changed", "added": "New", "unchanged": "Unchanged", "unusual": "Unusual",
    "rejected": "Rejected",
}  # fmt: skip
_TONES = {"unusual": "orange", "rejected": "red"}
_KPI = "minmax(150px, 2.2fr)"
_SOME = "minmax(84px, 1fr)"
_HEADS = {
    "kpi": Head("kpi", "KPI", _KPI, first=True),
    "label": Head("label", "Period", _SOME),
    "where": Head("where", "Where", "minmax(80px, 1.3fr)"),
    "old": Head("old", "Before", _SOME, numeric=True),
    "new": Head("new", "After", _SOME, numeric=True),
    "change": Head("change", "Change", _SOME, numeric=True),
    "relative": Head("relative", "In %", "minmax(62px, 0.6fr)", numeric=True),
}
_COLUMNS = {
    "changed": ("kpi", "label", "where", "old", "new", "change", "relative"),
    "added": ("kpi", "label", "where", "new"),
    "unchanged": ("kpi", "label", "where", "new"),
}
_KPI_HEADS = (
    Head("kpi", "KPI", "minmax(160px, 2.6fr)", sort=False, first=True),
    Head("added", "New", "minmax(52px, 0.7fr)", sort=False),
    Head("changed", "Changed", "minmax(60px, 0.7fr)", sort=False),
    Head("unchanged", "Unchanged", "minmax(68px, 0.7fr)", sort=False),
    Head("before", "Before", _SOME, sort=False),
    Head("after", "After", _SOME, sort=False),
    Head("status", "Status", "minmax(150px, 1.6fr)", sort=False),
)
_PROBLEM_HEADS = (
    Head("row", "Row", "64px", sort=False, first=True),
    Head("column", "Column", "minmax(70px, 0.7fr)", sort=False),
    Head("cell", "The cell", "minmax(90px, 1fr)", sort=False),
    Head("message", "What is wrong, and what to do", "minmax(200px, 3fr)", sort=False),
)
_UNUSUAL_HEADS = (
    Head("kpi", "KPI", _KPI, sort=False, first=True),
    Head("label", "Period", _SOME, sort=False),
    Head("where", "Where", "minmax(80px, 1fr)", sort=False),
    Head("new", "Value", _SOME, sort=False),
    Head("why", "Why it looks odd", "minmax(180px, 2.4fr)", sort=False),
)


def counts(look: Look) -> dict[str, int]:
    """How many rows each part has."""
    receipt, impact = look.preview.receipt(), look.impact or Impact()
    return {
        "kpis": len(impact.kpis),
        **{part: int(getattr(receipt, part)) for part in CHANGES},
        "unusual": impact.outliers_total,
        "rejected": receipt.rejected or look.preview.issues.total,
    }


def tabs(formats: Formats, look: Look) -> Iterator[Tab]:
    """One tab for each part; unusual values only where there are some."""
    for part, count in counts(look).items():
        if count or part not in ("unusual", "kpis"):
            tone = _TONES.get(part) if count else None
            yield Tab(part, _LABELS[part], formats.number(count), none=not count, tone=tone)


def table(viewer: Viewer, look: Look, asked: Asked, code: str | None, rows: tuple[int, int]) -> Table:
    """The part that is asked for, `rows` of it: from which on, and how many."""
    match asked.part:
        case "kpis":
            named = [one for one in (look.impact or Impact()).kpis if _has(asked.search, one.name, one.code)]
            lines = [kpi_row(viewer, one) for one in _slice(named, rows)]
            return _table(viewer, look, code, "kpis", _KPI_HEADS, lines, rows[0], len(named))
        case "unusual":
            odd = [one for one in (look.impact or Impact()).outliers if _has(asked.search, one.message)]
            lines = [unusual_row(viewer, one) for one in _slice(odd, rows)]
            return _table(viewer, look, code, "unusual", _UNUSUAL_HEADS, lines, rows[0], len(odd))
        case "rejected":
            page = problems_page(look.preview.issues.kept, asked.search, *rows)
            wrong = [_problem(row) for row in records(page.rows)]
            return _table(viewer, look, code, "problems", _PROBLEM_HEADS, wrong, page.start, page.total)
    return _values(viewer, look, asked, code, rows)


def _values(viewer: Viewer, look: Look, asked: Asked, code: str | None, rows: tuple[int, int]) -> Table:
    if look.pages is None:
        raise ValueError("a file that cannot be read has no values")
    page = look.pages.page(asked, *rows)
    ids = [name for name in _COLUMNS[asked.part] if name != "where" or look.preview.kind.value == "actuals"]
    lines = [[VALUES[name](viewer, row) for name in ids] for row in records(page.rows)]
    heads = [_HEADS[name] for name in ids]
    return _table(viewer, look, code, "values", heads, lines, page.start, page.total)


def _table(
    viewer: Viewer, look: Look, code: str | None, kind: str, heads: Sequence[Head], lines: list[list[Cell]],
    start: int, total: int,
) -> Table:  # fmt: skip
    known = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}
    words = {
        "tabs": "Parts of the change set",
        "table": _TABLES[kind],
        "search": "Search the problems" if kind == "problems" else "Search KPI or segment",
        "count": f"{viewer.formats.number(total)} {'row' if total == 1 else 'rows'}",
        "none": "Nothing here has these words.",
        "only": f"Only {known[code]}" if code in known and kind == "values" else None,
    }
    token = look.preview.token
    return Table(kind=kind, heads=heads, rows=lines, start=start, total=total, token=token, words=words)


_TABLES = {
    "kpis": "Totals of each KPI",
    "values": "Values of the change set",
    "unusual": "Values that look odd",
    "problems": "Problems of the file",
}


def _problem(row: Any) -> list[Cell]:
    return [
        str(row["row"]),
        row["column"] or "whole file",
        row["value"] or "empty",
        on_screen(row["message"]),
    ]


def _has(search: str, *texts: str) -> bool:
    return all(word in " ".join(texts).casefold() for word in search.casefold().split())


def _slice(rows: Sequence[Any], wanted: tuple[int, int]) -> Sequence[Any]:
    return rows[wanted[0] : wanted[0] + wanted[1]]

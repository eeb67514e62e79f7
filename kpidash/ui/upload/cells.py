"""The cells of the change set's tables, in the company's formats."""

from kpidash.charts.theme import STATUS
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import parse_period
from kpidash.ingest.issues import Issue
from kpidash.services.impact import KpiImpact, Outlier
from kpidash.services.overview import Row
from kpidash.ui.formats import is_missing
from kpidash.ui.upload.grid import Cell
from kpidash.ui.viewer import Viewer


def _of(viewer: Viewer, row: Row) -> Kpi:
    return viewer.catalogue.kpi(row["kpi"])


def _name(viewer: Viewer, row: Row) -> Cell:
    kpi = _of(viewer, row)
    return {"text": kpi.name, "code": kpi.code}


def _label(viewer: Viewer, row: Row) -> Cell:
    return period_of(viewer, str(row["label"]))


def period_of(viewer: Viewer, label: str) -> str:
    """A period's label in the company's words."""
    try:
        period = parse_period(label, viewer.catalogue.company.fiscal_year_start)
    except ValueError:  # a trajectory: from 2026-10-01
        return label
    return viewer.formats.period(period)


def _where(_viewer: Viewer, row: Row) -> Cell:
    where = row.get("where")
    return (
        "everywhere"
        if is_missing(where) or not where
        else ", ".join(part.partition("=")[2] for part in str(where).split(", "))
    )


def _number(viewer: Viewer, row: Row, old: str) -> Cell:
    kpi, formats = _of(viewer, row), viewer.formats
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
    return viewer.formats.variance(row["change"], _of(viewer, row), missing="")


def _relative(viewer: Viewer, row: Row) -> Cell:
    if is_missing(row["relative"]):
        return ""
    sign = "+" if row["relative"] > 0 else ""
    return f"{sign}{viewer.formats.share(row['relative'], decimals=1)}"


VALUES = {
    "kpi": _name,
    "label": _label,
    "where": _where,
    "old": lambda viewer, row: _number(viewer, row, "old_"),
    "new": lambda viewer, row: _number(viewer, row, ""),
    "change": _change,
    "relative": _relative,
}
"""A cell of each column, given a row of `change_pages`."""


def kpi_row(viewer: Viewer, one: KpiImpact) -> list[Cell]:
    """A KPI with its counts, and how it stands before and after."""
    kpi, number = viewer.catalogue.kpi(one.code), viewer.formats.number
    before, after = (
        viewer.formats.value(row["actual"], kpi, missing="none") if row else ""
        for row in (one.before, one.after)
    )
    return [
        {"text": one.name, "code": one.code, "sub": period_of(viewer, one.window)},
        number(one.added), number(one.changed), number(one.unchanged), before, after, _status(one),
    ]  # fmt: skip


def _status(one: KpiImpact) -> Cell:
    if one.before is None or one.after is None:
        return "long ago"
    now = STATUS[one.after["status"]]
    if not one.flips:
        return f"{now.sign} {now.word}"
    return {"text": f"{STATUS[one.before['status']].word} → {now.sign} {now.word}", "tone": now.tone}


def unusual_row(viewer: Viewer, one: Outlier) -> list[Cell]:
    """A value that looks odd, and why."""
    kpi, number = viewer.catalogue.kpi(one.kpi), viewer.formats.number
    usual = f"usual here is {viewer.formats.span(one.low, one.high, kpi, exact=True)}"
    if one.times is not None:
        usual = f"{number(one.times, 1 if one.times < 10 else 0)} times the typical value; {usual}"
    return [
        {"text": kpi.name, "code": kpi.code},
        period_of(viewer, one.label),
        _where(viewer, {"where": one.where}),
        {"text": viewer.formats.value(one.value, kpi, exact=True), "tone": "orange"},
        f"Row {one.row}: {usual}.",
    ]


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

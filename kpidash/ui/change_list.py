"""What an upload changed, as a list: what became what; and what became of an undo."""

import pandas as pd

from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import parse_period
from kpidash.services.overview import Row, records
from kpidash.services.receipts import Receipt
from kpidash.ui.blocks import table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.formats import is_missing
from kpidash.ui.session import Viewer


def value_table(viewer: Viewer, rows: pd.DataFrame) -> Tree:
    """Rows with kpi, label, where, value and old_value (and low, high, numerator, denominator)."""
    heads = ("KPI", "Period", "Where", "Before", "After")
    return table(heads, (_row(viewer, row) for row in records(rows)))


def _row(viewer: Viewer, row: Row) -> tuple[Child, ...]:
    kpi = viewer.catalogue.kpi(row["kpi"])
    return (
        element("a", kpi.name, href=viewer.view.link("kpi", kpi.code)),
        _period(viewer, str(row["label"])),
        _where(row.get("where")),
        _value(viewer, kpi, row, "old_", missing="new"),
        _value(viewer, kpi, row, "", missing="removed"),
    )


def _period(viewer: Viewer, label: str) -> str:
    try:
        period = parse_period(label, viewer.catalogue.company.fiscal_year_start)
    except ValueError:  # a trajectory: from 2026-10-01
        return label
    return viewer.formats.period(period)


def _where(where: object) -> str:
    return str(where).replace("=", " ") if where and not is_missing(where) else "everywhere"


def _value(viewer: Viewer, kpi: Kpi, row: Row, old: str, *, missing: str) -> str:
    formats = viewer.formats
    low, high = row.get(f"{old}low"), row.get(f"{old}high")
    if not is_missing(low) and not is_missing(high):
        return formats.span(low, high, kpi, exact=True)
    if not is_missing(row.get(f"{old}denominator")):
        parts = (row[f"{old}numerator"], row[f"{old}denominator"])
        return " of ".join(formats.number(part, missing="none") for part in parts)
    return formats.value(row.get(f"{old}value"), kpi, exact=True, missing=missing)


def receipt_note(viewer: Viewer, outcome: Receipt | str | None) -> Tree | None:
    """What became of the last commit or undo."""
    if outcome is None:
        return None
    good = isinstance(outcome, Receipt) and outcome.state in {"committed", "unchanged"}
    text = outcome if isinstance(outcome, str) else outcome.in_words().splitlines()[-1]
    link = None
    if isinstance(outcome, Receipt) and outcome.state == "committed":
        address = viewer.view.link("uploads", str(outcome.upload_id))
        link = element("a", "See what changed, or undo", href=address, klass="action")
    return element("div", element("p", text), link, klass="note" if good else "note wrong", role="status")

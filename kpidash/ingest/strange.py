"""Files whose KPIs or periods are none at all: told by some thousand of them, before all are looked at."""

from dataclasses import replace

import pyarrow.compute as pc

from kpidash.ingest.checking import Outcome
from kpidash.ingest.issues import IssueCode, of_file
from kpidash.ingest.parse import Reading
from kpidash.ingest.periods import periods_of
from kpidash.ingest.shapes import Shape
from kpidash.ingest.terms import UNKNOWN, Terms

_MANY = 5_000
"""Different texts of a column of which one at least must be what the column is said to hold."""
_WHAT = {
    "kpi": (IssueCode.UNKNOWN_KPI, "a KPI that you may see"),
    "period": (IssueCode.NOT_A_PERIOD, "a period"),
}


def strange(shape: Shape, terms: Terms, reading: Reading) -> Outcome | None:
    """Why a file is given up whose column of KPIs or of periods holds thousands of texts that are none.

    None for any other file: rows with a wrong KPI or period are named one by one.
    """
    columns = shape.layout.as_blocks().columns if shape.layout else {}
    for role, (code, what) in _WHAT.items():
        cells = shape.table.cells.column(columns[role]) if role in columns else None
        if cells is None or pc.count_distinct(cells).as_py() < _MANY:
            continue
        texts = (text.strip() for text in pc.unique(cells).slice(0, _MANY).to_pylist())
        names = tuple(dict.fromkeys(text for text in texts if text))
        if _any_known(role, names, terms, reading):
            continue
        column = shape.names[columns[role]]
        message = f"None of the first {len(names):,} texts of '{column}' is {what}; is it the right column?"
        issues = of_file(code, message, row=shape.table.header_row, column=column)
        return Outcome(
            shape=replace(shape, layout=None),
            rows=len(shape.table),
            issues=issues,
            evidence=(*shape.table.evidence, *shape.evidence),
            kpi_suggestions={},
        )
    return None


def _any_known(role: str, names: tuple[str, ...], terms: Terms, reading: Reading) -> bool:
    if role == "kpi":
        return any(terms.find(name) != UNKNOWN for name in names)
    found = periods_of(
        names,
        order=reading.date_order,
        fiscal_year_start=reading.fiscal_year_start,
        names=reading.names,
        today=reading.today,
    )
    return bool((found.ranks >= 0).any() or found.doubtful.any())

"""Templates: files with a row for every value or target that is due from a person, to be filled in."""

from typing import Literal

from kpidash.ingest.layout import Kind
from kpidash.ingest.templates import ABOUT, Form, as_csv, as_workbook
from kpidash.services.due import Due

Format = Literal["csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx")
_NOTES = {
    "kpi": "The code of the KPI. Leave it as it is.",
    "period": "The period as text: 2026-10-14, 2026-W43, 2026-10, 2026-Q3 or FY2026. Leave it as it is.",
    "value": "The value of the period. Leave it empty where you have none yet: such rows are left out.",
    "numerator": "For ratios: what is counted, such as satisfied callers. The ratio itself is worked out.",
    "denominator": "For ratios: out of how many, such as all callers who answered.",
    "target": "The goal for the period. Leave it empty where there is none yet: such rows are left out.",
    "low": "For KPIs to keep level: the lower end of the range.",
    "high": "For KPIs to keep level: the upper end of the range.",
    "note": "A remark that stays with the value. May be empty.",
    ABOUT: "For your orientation; it is not read. Keep the column, so that the file is known as a template.",
}


def name_of(found: Due, form: str) -> str:
    """What to call the file."""
    return f"{found.kind.value}-due.{form}"


def written_out(found: Due, form: Format) -> bytes:
    """What is due (see `services.due`) as a file; it can be empty but for its header."""
    rows = found.rows
    columns = tuple(map(str, rows))
    notes = {name: _NOTES.get(name, f"The {name}, as it was reported before.") for name in columns}
    filled = Form(columns, list(rows.itertuples(index=False, name=None)), notes, _remarks(found))
    return as_workbook(filled) if form == "xlsx" else as_csv(filled)


def _remarks(found: Due) -> tuple[str, ...]:
    what = "targets" if found.kind is Kind.TARGETS else "values"
    more = f" {found.left_out:,} older rows are left out." if found.left_out else ""
    return (
        f"Fill in what you have and upload the file; the other {what} can follow later.{more}",
        "Rows may be sorted, and added below. What the file would change is shown before it is written.",
    )

"""Files to fill in: written with what is due, and known by their last column when they come back.

That column says what each row is about and is left out on the way in, and so are rows in which nobody filled
in a value. In any other file a row without a value is an issue.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import IssueCode, Issues, of_file
from kpidash.ingest.rejected import unmarked, written
from kpidash.ingest.text_table import TextTable, blank_rows

ABOUT = "about this row"
"""The header of the last column."""
NUMBERS = ("value", "numerator", "denominator", "target", "low", "high")
"""The columns to fill in; `note` may stay blank."""
_FILLED = frozenset((*NUMBERS, "note"))
_WIDTHS = {"period": 12, "note": 28, ABOUT: 64}
_USUAL_WIDTH = 16


@dataclass(frozen=True, slots=True)
class Form:
    """What a template has: its columns, its rows (texts, "" where something is to be filled in) and notes.

    `notes` say for each column what belongs there; `remarks` are sentences on the whole.
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    notes: Mapping[str, str]
    remarks: tuple[str, ...] = ()


def as_csv(form: Form) -> bytes:
    """The form as CSV that spreadsheets open well; it has no place for notes."""
    return written(form.columns, form.rows)


def as_workbook(form: Form) -> bytes:
    """The form as an Excel workbook: notes at the heads of columns and on a sheet of their own.

    Cells are texts except where numbers belong, so that Excel makes no dates of periods.
    """
    import xlsxwriter  # here, because few ask for a workbook

    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#eceef3", "bottom": 1, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        open_ = book.add_format({"bg_color": "#fffbe8", "border": 1, "border_color": "#d9d5c3"})
        quiet = book.add_format({"num_format": "@", "font_color": "#616367"})
        sheet = book.add_worksheet("Values")
        for at, name in enumerate(form.columns):
            sheet.set_column(at, at, _WIDTHS.get(name, _USUAL_WIDTH))
            sheet.write_string(0, at, name, head)
            if name in form.notes:
                sheet.write_comment(0, at, form.notes[name], {"x_scale": 2, "y_scale": 1.3})
        for number, row in enumerate(form.rows, start=1):
            for at, (name, cell) in enumerate(zip(form.columns, row, strict=True)):
                if name in NUMBERS:
                    sheet.write_blank(number, at, None, open_)
                else:
                    sheet.write_string(number, at, cell, quiet if name == ABOUT else text)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(form.rows), len(form.columns) - 1)
        _explain(book, form, head)
    return output.getvalue()


def _explain(book: Any, form: Form, head: Any) -> None:
    """A sheet of sentences: one cell in a row, so that nobody takes it for a table of values."""
    sheet = book.add_worksheet("Notes")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 110)
    columns = [f"{name}: {note}" for name, note in form.notes.items()]
    for at, sentence in enumerate((*form.remarks, "", "What belongs into each column", *columns)):
        sheet.write_string(at, 0, sentence, head if at == len(form.remarks) + 1 else wrapped)


def filled_in(table: TextTable) -> tuple[TextTable | None, Issues]:
    """The rows of a template that were filled in; any other table as it is.

    A template in which nothing was is an issue.
    """
    names = [name.strip().casefold() for name in table.columns]
    if ABOUT not in names:
        return table, Issues()
    kept = [at for at, name in enumerate(names) if name != ABOUT]
    asked = [at for at, name in enumerate(names) if name in _FILLED]
    blank = blank_rows(table.cells.select(asked)) if asked else np.zeros(len(table), dtype=bool)
    if blank.all() and not len(table.ragged):
        return None, of_file(IssueCode.EMPTY_FILE, "The template is empty: fill in some of its values first.")
    cells = [unmarked(table.cells.column(at)) for at in kept]
    whole = pa.table(cells, names=[str(place) for place in range(len(kept))])
    left_out = int(blank.sum())
    sentence = (
        f"{left_out:,} rows of the template were left empty." if left_out else "All rows are filled in."
    )
    return (
        replace(
            table,
            columns=tuple(table.columns[at] for at in kept),
            cells=whole.filter(pa.array(~blank)),
            rows=table.rows[~blank],
            evidence=(*table.evidence, Evidence("template", str(left_out), sentence)),
        ),
        Issues(),
    )

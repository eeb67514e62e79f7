"""Workbooks (.xlsx) → a table of text: which sheet, and what its cells say.

Numbers come as the shortest text that means the stored number (0.1, not 0.1000…01), as a percentage where the
cell shows one; days in ISO 8601; TRUE and FALSE; an error as its own text (#N/A), which no number is.
"""

import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineWorkbook

from kpidash.ingest.assembling import Read, assembled, header_index
from kpidash.ingest.closing import Body
from kpidash.ingest.content import Limits
from kpidash.ingest.evidence import Evidence, RawRow, ReadOptions, spoken
from kpidash.ingest.framing import LOOKED_AT
from kpidash.ingest.issues import IssueCode, Issues, of_file
from kpidash.ingest.package import SAVE_AGAIN, DamagedError, Package, Sheet, opened
from kpidash.ingest.records import table_of
from kpidash.ingest.sheet_choice import chosen
from kpidash.ingest.sheet_marks import Marks, marks_of
from kpidash.ingest.sheet_texts import check_texts

_BATCH = 20_000
_STRINGS = "xl/sharedStrings.xml"


def read_workbook(content: bytes, limits: Limits, options: ReadOptions) -> Read:
    """The table in a sheet of a workbook, and the problems found on the way."""
    package, issues = opened(content, limits)
    if package is not None:
        issues = _of_text(options)
    if package is None or issues:
        return None, issues
    try:
        sheet, why, issues = chosen(package, options.sheet)
        if sheet is None:
            return None, issues
        cells = package.part(sheet.part)
        marks = marks_of(package, cells, limits)
        strings = package.part(_STRINGS)
        check_texts(cells, strings, limits)
        rows, merged = _rows(package, sheet, {sheet.part: cells, _STRINGS: strings}, marks)
    except DamagedError as error:
        return None, of_file(IssueCode.UNREADABLE_FILE, str(error))
    first = [RawRow(at, tuple(row)) for at, row in enumerate(rows[:LOOKED_AT], start=1)]
    header, issues = header_index(first, limits, options)
    if issues:
        return None, issues
    width = len(first[header].cells)
    if not _fill_down(rows, merged, header):
        return None, of_file(IssueCode.UNREADABLE_FILE, f"Merged cells of the sheet overlap; {SAVE_AGAIN}.")
    evidence = [why, *_hidden(marks)]
    body = _body(rows[header + 1 :], header + 2, width)
    return assembled(first, header, first[header].cells, body, options=options, evidence=evidence)


def _of_text(options: ReadOptions) -> Issues:
    """Why the person's words cannot be followed: a workbook has no bytes of text."""
    for what in ("encoding", "delimiter", "quote"):
        if getattr(options, what) is not None:
            return of_file(IssueCode.UNREADABLE_FILE, f"The file is a workbook; it has no {what} to tell.")
    return Issues()


def _rows(
    package: Package, sheet: Sheet, parts: dict[str, bytes], marks: Marks
) -> tuple[list[list[str]], Sequence[Any]]:
    """All rows of a sheet from its first, as text and equally long, and its merged ranges."""
    source = io.BytesIO(package.repacked({name: part for name, part in parts.items() if part}))
    try:
        with_values = CalamineWorkbook.from_filelike(source).get_sheet_by_name(sheet.name)
        values = with_values.to_python(skip_empty_area=False)
        merged = with_values.merged_cell_ranges or []
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the library's native code is no Exception
        raise DamagedError("The workbook is damaged; open it in Excel and save it again.") from error
    rows = [[_text(value) for value in row] for row in values]
    for row, column in marks.percents:
        value = values[row][column] if row < len(rows) and column < len(rows[row]) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            rows[row][column] = _percent(value)
    width = max([len(row) for row in rows[:1]] + [column + 1 for _, column in marks.errors], default=0)
    height = max([len(rows)] + [row + 1 for row, _ in marks.errors])
    rows += [[] for _ in range(height - len(rows))]
    rows = [row + [""] * (width - len(row)) for row in rows] if marks.errors else rows
    for (row, column), text in marks.errors.items():
        rows[row][column] = text
    return rows, merged


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(abs(round(value.total_seconds())), 60)
        return f"{'-' if value < dt.timedelta() else ''}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "#NUM!"  # more than a number of a workbook can be
    text = repr(value or 0).removesuffix(".0")
    return format(Decimal(text), "f") if "e" in text else text


def _percent(value: float) -> str:
    if not math.isfinite(value):
        return "#NUM!"
    hundredfold = format(Decimal(repr(value)) * 100, "f")
    return (hundredfold.rstrip("0").rstrip(".") if "." in hundredfold else hundredfold) + "%"


def _fill_down(rows: list[list[str]], merged: Sequence[Any], header: int) -> bool:
    """Give every row of a merged cell below the header its text: that is what the sheet shows.

    False where merged cells overlap, which no sheet can show.
    """
    heights = Counter[int]()
    for (top, left), (bottom, right) in merged:
        if left == right and top > header:
            heights[left] += min(bottom + 1, len(rows)) - min(top, len(rows))
    if max(heights.values(), default=0) > len(rows):
        return False
    for (top, left), (bottom, right) in merged:
        if left == right and top > header:
            for row in rows[top + 1 : bottom + 1]:
                if left < len(row):
                    row[left] = rows[top][left]
    return True


def _hidden(marks: Marks) -> list[Evidence]:
    if not marks.hidden_rows and not marks.hidden_columns:
        return []
    what = spoken(list(marks.hidden_rows)) if marks.hidden_rows else "some columns"
    value = ",".join(map(str, marks.hidden_rows[:50])) or "columns"
    return [Evidence("hidden", value, f"The sheet hides {what}; what is hidden was read, too.")]


def _body(rows: list[list[str]], number: int, width: int) -> Body:
    batches = [table_of(rows[at : at + _BATCH], width) for at in range(0, len(rows), _BATCH)]
    cells = pa.concat_tables(batches) if batches else table_of([], width)
    numbers = np.arange(number, number + len(rows), dtype=np.int64)
    return Body(cells, numbers, np.empty(0, dtype=np.int64), {})

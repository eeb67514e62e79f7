"""The rows of a file that cannot be stored, as a file that can be mended and dropped in again.

It has the columns of the original and one more, which says what is wrong with each row. On the way back in
that column is left out, and so is the mark before texts that a spreadsheet would take for formulas.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import PurePath

import pyarrow as pa
import pyarrow.compute as pc

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.text_table import TextTable

REASON = "why it was rejected"
"""The header of the column with the reasons."""

_NUMBER = re.compile(r"[-+−]?[\s\d.,'’  ]*\d[\s\d.,'’  ]*%?")
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_MARKED = r"^'([=+\-@\t\r])"


def safe(text: str) -> str:
    """A cell that no spreadsheet runs: a text that would be taken for a formula gets a mark before it.

    Numbers stay as they are, also negative ones.
    """
    if not text.startswith(_RUNS) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file that spreadsheets open well: UTF-8 with its mark, and no cell that runs."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in columns])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def unmarked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of such a file as it was before `written` marked its cells."""
    return pc.replace_substring_regex(column, _MARKED, r"\1")


def rejected_rows(table: TextTable, reasons: Mapping[int, Sequence[str]]) -> bytes:
    """The rows of `table` that have `reasons` (by spreadsheet row), as a file with one column more.

    Reasons of the header's rows are those of all rows: what they say of a column holds for each.
    """
    every = [reason for row, told in sorted(reasons.items()) if row <= table.header_row for reason in told]
    numbers = table.rows.tolist()
    chosen = [at for at, row in enumerate(numbers) if every or row in reasons]
    cells = table.cells.take(pa.array(chosen, pa.int64()))
    columns = [column.to_pylist() for column in cells.columns]
    told = ["; ".join(dict.fromkeys([*reasons.get(numbers[at], ()), *every])) for at in chosen]
    return written([*table.columns, REASON], zip(*columns, told, strict=True))


def without_reasons(table: TextTable) -> TextTable:
    """The table as it was before its rows were rejected; any other table as it is."""
    names = [name.strip().casefold() for name in table.columns]
    if REASON not in names:
        return table
    at = names.index(REASON)
    kept = [index for index in range(len(names)) if index != at]
    cells = [unmarked(table.cells.column(index)) for index in kept]
    found = Evidence("reasons", REASON, f"The column '{REASON}' is of an earlier upload; it was left out.")
    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        cells=pa.table(cells, names=[str(index) for index in range(len(kept))]),
        evidence=(*table.evidence, found),
    )


def name_of(file_name: str, content: bytes) -> str:
    """What to call the rejected rows of a file; other rows have another name."""
    return f"{PurePath(file_name).name.partition('.')[0]}-rejected-{sha256(content).hexdigest()[:8]}.csv"

"""Bytes of a file → a table of text, with the row number that a spreadsheet shows for each row.

Nothing is converted here: `NA`, `007` and `1e400` are text. Rows that do not fit the header are issues,
never shifted columns.
"""

import csv
import io
from array import array
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from kpidash.ingest.content import Limits, text_of
from kpidash.ingest.delimiter import delimiter_of, header_of
from kpidash.ingest.issues import KEPT, Issue, IssueCode, Issues, Mask, of_file, shortened
from kpidash.ingest.quotes import quoted_by_the_book

LONGEST_ROW = 8 << 20
"""Bytes of one row, all its cells together."""
_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as text.

    `columns` are the header's cells as written; `cells` holds one string column for each, in that order
    (address them by index: names may be repeated or empty); `rows` are spreadsheet row numbers, 1-based.
    Rows without any text are left out. `ragged` are the row numbers refused for their number of cells.
    """

    columns: tuple[str, ...]
    cells: pa.Table
    rows: NDArray[np.int64]
    ragged: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def blank_columns(self) -> frozenset[int]:
        """The columns that have neither a name nor any text."""
        nameless = (index for index, name in enumerate(self.columns) if not name.strip())
        return frozenset(index for index in nameless if _blank(self.cells.select([index])).all())

    def cell(self, column: int, position: int) -> str:
        """The text at `position` of a column."""
        return str(self.cells.column(column)[position].as_py())


def read(file_name: str, content: bytes, *, limits: Limits | None = None) -> tuple[TextTable | None, Issues]:
    """The table in a .csv, .tsv, .txt or .gz file in UTF-8, and the problems found on the way.

    No table comes back when the file cannot be read at all (`unreadable_file`, `too_large`, `empty_file`).
    """
    limits = limits or Limits()
    text, issues = text_of(content, limits)
    if issues:
        return None, issues
    delimiter = "\t" if ".tsv" in file_name.lower() and b"\t" in text else delimiter_of(text)
    try:
        header_row, header = header_of(text, delimiter)
    except csv.Error as error:
        return None, _unreadable(error)
    if not header:
        return None, of_file(IssueCode.EMPTY_FILE, "The file has no rows.")
    if len(header) > limits.columns:
        return None, of_file(IssueCode.TOO_LARGE, f"The header has more than {limits.columns:,} columns.")
    reader = _by_arrow if quoted_by_the_book(text, delimiter) else _by_csv
    try:
        cells, ragged = reader(text, delimiter, len(header))
    except (pa.ArrowInvalid, csv.Error) as error:
        return None, _unreadable(error)
    rows = _row_numbers(cells.num_rows, ragged)
    kept = (rows > header_row) & ~_blank(cells)
    table = TextTable(tuple(header), _filtered(cells, kept), rows[kept], ragged.numbers)
    if not len(table) and not len(table.ragged):
        return None, of_file(IssueCode.EMPTY_FILE, "The file has a header and no rows below it.")
    return table, ragged.issues(len(header))


class _Ragged:
    """Rows whose number of cells is not the header's, collected while reading."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._first: list[tuple[int, str]] = []

    def add(self, number: int, cells: int, text: str) -> None:
        self._numbers.append(number)
        if len(self._first) < KEPT:
            self._first.append((cells, shortened(text)))

    def skip(self, row: "pyarrow.csv.InvalidRow") -> str:
        self.add(row.number, row.actual_columns, row.text)
        return "skip"

    @property
    def numbers(self) -> NDArray[np.int64]:
        return np.array(self._numbers, dtype=np.int64)

    def issues(self, width: int) -> Issues:
        kept = (
            Issue(number, None, *_misfit(cells, width, text))
            for number, (cells, text) in zip(self._numbers, self._first, strict=False)
        )
        return Issues(tuple(kept), len(self._numbers))


def _misfit(cells: int, width: int, text: str) -> tuple[IssueCode, str, str]:
    if cells > width:
        advice = "a cell that holds the delimiter must be quoted"
        return IssueCode.UNKNOWN_COLUMN, text, f"The row has {cells} cells, the header {width}; {advice}."
    return IssueCode.MISSING_VALUE, text, f"The row has {cells} of {width} cells; it may have been cut off."


def _by_arrow(text: bytes, delimiter: str, width: int) -> tuple[pa.Table, _Ragged]:
    ragged = _Ragged()
    names = [str(index) for index in range(width)]
    cells = pyarrow.csv.read_csv(
        pa.BufferReader(text),
        # one thread: only then are rows numbered
        read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=names, block_size=LONGEST_ROW),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            # a blank line comes back as a row of blank cells, so that every row keeps its number
            ignore_empty_lines=False,
            invalid_row_handler=ragged.skip,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
    return cells, ragged


def _by_csv(text: bytes, delimiter: str, width: int) -> tuple[pa.Table, _Ragged]:
    """The slow way, for files with stray quotation marks, that says which cell cannot be read."""
    ragged = _Ragged()
    lines = io.StringIO(text.decode("utf-8"), newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    batches = []
    read = 0
    try:
        while batch := list(islice(reader, _BATCH)):
            fitting = []
            for number, row in enumerate(batch, start=read + 1):
                if len(row) == width or not row:
                    fitting.append(row or [""] * width)
                else:
                    ragged.add(number, len(row), delimiter.join(row))
            read += len(batch)
            columns = zip(*fitting, strict=True) if fitting else [()] * width
            arrays = [pa.array(column, pa.string()) for column in columns]
            batches.append(pa.table(arrays, names=[str(index) for index in range(width)]))
    except csv.Error as error:
        raise csv.Error(f"line {reader.line_num}: {error}") from error
    return pa.concat_tables(batches), ragged


def _row_numbers(count: int, ragged: _Ragged) -> NDArray[np.int64]:
    numbers = np.arange(1, count + len(ragged.numbers) + 1, dtype=np.int64)
    return np.delete(numbers, ragged.numbers - 1)


def _blank(cells: pa.Table) -> Mask:
    blank = np.ones(cells.num_rows, dtype=bool)
    for column in cells.columns:
        if not blank.any():
            break
        blank &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    return blank


def _filtered(cells: pa.Table, kept: Mask) -> pa.Table:
    first = int(np.argmax(kept)) if kept.any() else 0
    if kept[first:].all():
        return cells.slice(first)
    return cells.filter(pa.array(kept))


def _unreadable(error: Exception) -> Issues:
    if any(said in str(error) for said in ("straddling", "larger than")):
        message = "A row is far too long; is a closing quotation mark missing, or is this not a table?"
    else:
        message = f"The quotation marks do not match ({error}); save the file again as CSV (UTF-8)."
    return of_file(IssueCode.UNREADABLE_FILE, message)

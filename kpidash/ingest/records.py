"""Text → string columns, with the number of each record; records that do not fit are set aside."""

import codecs
import csv
import io
from array import array
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from kpidash.ingest.dialect import Dialect
from kpidash.ingest.issues import KEPT, Issue, IssueCode, Issues, shortened

LONGEST_ROW = 8 << 20
"""Bytes of one row, all its cells together."""
MOST_RAGGED = 100_000
"""Ragged rows after which a file in which they are most is given up; any file after three times as many."""
_BATCH = 50_000


class MisshapenError(Exception):
    """Too many rows do not have the header's number of cells."""


class Ragged:
    """Rows whose number of cells is not the header's, collected while reading.

    `numbers` count from 1 at the start of the text that was read. The first of them, and the last few, keep
    their number of cells and their text.
    """

    def __init__(self) -> None:
        self._numbers = array("q")
        self.texts: dict[int, tuple[int, str]] = {}

    def add(self, number: int, cells: int, text: str) -> None:
        """Set a row aside."""
        self._numbers.append(number)
        count = len(self._numbers)
        if count <= KEPT:
            self.texts[number] = (cells, shortened(text))
        elif self.misshapen:
            raise MisshapenError

    def skip(self, row: "pyarrow.csv.InvalidRow") -> str:
        """The answer to Arrow, which swallows exceptions: 'error' where the file is given up."""
        try:
            self.add(row.number, row.actual_columns, row.text)
        except MisshapenError:
            return "error"
        return "skip"

    @property
    def misshapen(self) -> bool:
        """Whether the file was given up."""
        count = len(self._numbers)
        if count < MOST_RAGGED or count % MOST_RAGGED:
            return False
        return count * 2 > self._numbers[-1] or count >= 3 * MOST_RAGGED

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Which rows were set aside."""
        return np.array(self._numbers, dtype=np.int64)


def ragged_issues(numbers: NDArray[np.int64], texts: dict[int, tuple[int, str]], width: int) -> Issues:
    """An issue for each ragged row: too many cells, or too few."""
    kept = (Issue(int(number), None, *_misfit(*texts[int(number)], width)) for number in numbers[:KEPT])
    return Issues(tuple(kept), len(numbers))


def _misfit(cells: int, text: str, width: int) -> tuple[IssueCode, str, str]:
    if cells > width:
        advice = "a cell that holds the delimiter must be quoted"
        return IssueCode.UNKNOWN_COLUMN, text, f"The row has {cells} cells, the header {width}; {advice}."
    return IssueCode.MISSING_VALUE, text, f"The row has {cells} of {width} cells; it may have been cut off."


def by_arrow(text: bytes, dialect: Dialect, width: int) -> tuple[pa.Table, Ragged]:
    """The fast way, for text without stray quotation marks."""
    ragged = Ragged()
    names = [str(index) for index in range(width)]
    if text.startswith(codecs.BOM_UTF8):
        text = codecs.BOM_UTF8 + text  # Arrow takes one away, and here it belongs to a cell
    try:
        cells = pyarrow.csv.read_csv(
            pa.BufferReader(text),
            # one thread: only then are rows numbered
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, column_names=names, block_size=LONGEST_ROW
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote or False,
                newlines_in_values=dialect.quote is not None,
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
    except pa.ArrowInvalid:
        if ragged.misshapen:
            raise MisshapenError from None
        raise
    return cells, ragged


def by_csv(text: bytes, dialect: Dialect, width: int) -> tuple[pa.Table, Ragged]:
    """The slow way, for stray quotation marks and backslashes, that says which cell cannot be read."""
    ragged = Ragged()
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    reader = dialect.rows(iter(lines), strict=True)
    batches = []
    read = 0
    try:
        while batch := list(islice(reader, _BATCH)):
            fitting = []
            for number, row in enumerate(batch, start=read + 1):
                if len(row) == width or not row:
                    fitting.append(row or [""] * width)
                else:
                    ragged.add(number, len(row), dialect.delimiter.join(row))
            read += len(batch)
            batches.append(table_of(fitting, width))
    except csv.Error as error:
        raise csv.Error(f"line {reader.line_num}: {error}") from error
    return pa.concat_tables(batches) if batches else table_of([], width), ragged


def table_of(rows: list[list[str]], width: int) -> pa.Table:
    """Rows of equal length as string columns."""
    columns = zip(*rows, strict=True) if rows else [()] * width
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.table(arrays, names=[str(index) for index in range(width)])


def row_numbers(count: int, ragged: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of each of `count` rows that fit, counting from 1, the ragged ones left out."""
    numbers = np.arange(1, count + len(ragged) + 1, dtype=np.int64)
    return np.delete(numbers, ragged - 1) if len(ragged) else numbers

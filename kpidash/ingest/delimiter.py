"""Which character separates the cells of a text file, and what its header says."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

CANDIDATES = (",", ";", "\t", "|")
_SAMPLE_BYTES = 1 << 20
_SAMPLE_ROWS = 50


def delimiter_of(text: bytes) -> str:
    """The candidate that splits the first rows into the most columns most evenly; a comma where none does."""
    sample = _sample(text)
    return max(CANDIDATES, key=lambda candidate: _fit(sample, candidate))


def header_of(text: bytes, delimiter: str) -> tuple[int, list[str]]:
    """The spreadsheet row and the cells of the first row that is not blank; (0, []) where all are.

    Raises csv.Error where that row has more than a mebibyte or a cell that no header has.
    """
    if len(text) > _SAMPLE_BYTES and not any(end in text[:_SAMPLE_BYTES] for end in (b"\n", b"\r")):
        raise csv.Error("the header is larger than the limit")
    for row, cells in enumerate(_rows(_sample(text), delimiter), start=1):
        if any(cell.strip() for cell in cells):
            return row, cells
    return 0, []


def _sample(text: bytes) -> str:
    # a character cut in two at the end of the sample is no concern of the header
    return text[:_SAMPLE_BYTES].decode("utf-8", errors="ignore")


def _rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)


def _fit(sample: str, delimiter: str) -> float:
    try:
        rows = [row for row in islice(_rows(sample, delimiter), _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0
    if not rows:
        return 0.0
    width = len(rows[0])
    alike = sum(len(row) == width for row in rows) / len(rows)
    return (width - 1) * alike

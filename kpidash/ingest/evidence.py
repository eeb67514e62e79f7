"""What was found out about a file, so that a person can see and overrule it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was found: `what` it is about, what was settled (`value`), and why, in one sentence.

    `what` is one of encoding, delimiter, quote, sheet, header_row, preamble, comments, repeated_header,
    footer, hidden. The first five and `footer` can be overruled by a ReadOptions field.
    """

    what: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the person said about the file; None where the file is to tell.

    `encoding` is a name that Python knows (cp1252, shift_jis); `delimiter` one ASCII character or "tab";
    `quote` one ASCII character or "none"; `header_row` a spreadsheet row; `sheet` a name or a number from 1.
    With `skip_footer` totals below the table are left out even where they fill every column; with False
    nothing below the table is left out.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    skip_footer: bool | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as written: its spreadsheet number and its cells."""

    number: int
    cells: tuple[str, ...]


def spoken(numbers: Sequence[int] | NDArray[np.int64]) -> str:
    """Row numbers in words: 'row 3', 'rows 3 and 7', 'rows 1 to 4', 'rows 3, 9 and 12 more'."""
    if len(numbers) == 1:
        return f"row {numbers[0]:,}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"rows {numbers[0]:,} to {numbers[-1]:,}" if len(numbers) > 2 else _pair(numbers)
    if len(numbers) == 2:
        return _pair(numbers)
    return f"rows {numbers[0]:,}, {numbers[1]:,} and {len(numbers) - 2:,} more"


def _pair(numbers: Sequence[int] | NDArray[np.int64]) -> str:
    return f"rows {numbers[0]:,} and {numbers[1]:,}"

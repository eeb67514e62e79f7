"""Problems of a file as values with a place: row, column, code and a message for people.

Checks return `Finding`s (positions of whole columns); only the first of them, in the order of the file,
become `Issue` objects, so a file that is wrong in every cell costs no more memory than a good one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEPT = 10_000
"""Issues described one by one; the rest are only counted."""
LONGEST_VALUE = 200
"""Characters of a cell that an issue repeats."""

Positions = NDArray[np.int64]
"""Indices into the rows of a text table."""
Mask = NDArray[np.bool_]


class IssueCode(StrEnum):
    """What can be wrong with a file."""

    UNKNOWN_KPI = "unknown_kpi"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_PERIOD = "not_a_period"
    AMBIGUOUS_PERIOD = "ambiguous_period"
    AMBIGUOUS_DECIMAL = "ambiguous_decimal"
    MISSING_VALUE = "missing_value"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_COLUMN = "unknown_column"
    MISSING_COLUMN = "missing_column"
    WRONG_DIMENSION = "wrong_dimension"
    PERIOD_IN_FUTURE = "period_in_future"
    CALCULATED_KPI = "calculated_kpi"
    PERIOD_LOCKED = "period_locked"
    NOT_PERMITTED = "not_permitted"
    ZERO_DENOMINATOR = "zero_denominator"
    UNREADABLE_FILE = "unreadable_file"
    TOO_LARGE = "too_large"
    EMPTY_FILE = "empty_file"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem. `row` is the spreadsheet's row number: the header is 1, and stands for the whole file."""

    row: int
    column: str | None
    code: IssueCode
    value: str | None
    message: str

    def as_json(self) -> dict[str, Any]:
        """The issue as `ingest --json` writes it."""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code.value,
            "value": self.value,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: the spreadsheet's row, the header of its column, and what it holds."""

    row: int
    column: str
    cell: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of problem: the rows that have it, and where and how to say it for one of them.

    `shown` are the positions that are said: all, or one of each where a header says it for many rows.
    """

    code: IssueCode
    positions: Positions
    shown: Positions
    place: Callable[[int], Place]
    message: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Issues:
    """All problems of a file: the first of them described (`kept`), and how many there are (`total`).

    With `whole` they concern the file or its header, and no row of it can be trusted.
    """

    kept: tuple[Issue, ...] = ()
    total: int = 0
    whole: bool = False

    def __add__(self, other: "Issues") -> "Issues":
        merged = sorted((*self.kept, *other.kept), key=lambda issue: issue.row)
        return Issues(tuple(merged[:KEPT]), self.total + other.total, self.whole or other.whole)

    def __bool__(self) -> bool:
        return self.total > 0


def of_file(
    code: IssueCode, message: str, *, row: int = 1, column: str | None = None, value: str | None = None
) -> Issues:
    """One problem that concerns all of the file."""
    return Issues((Issue(row, column, code, value, message),), 1, whole=True)


def described(findings: Sequence[Finding]) -> Issues:
    """Findings as issues in the order of the file."""
    if not findings:
        return Issues()
    positions = np.concatenate([found.shown for found in findings])
    kinds = np.repeat(np.arange(len(findings)), [len(found.shown) for found in findings])
    first = np.lexsort((kinds, positions))[:KEPT]
    kept = [
        _described(findings[kind], int(position))
        for kind, position in zip(kinds[first], positions[first], strict=True)
    ]
    return Issues(tuple(sorted(kept, key=lambda issue: issue.row)), len(positions))


def _described(found: Finding, position: int) -> Issue:
    place = found.place(position)
    return Issue(place.row, place.column, found.code, shortened(place.cell), found.message(position))


def shortened(text: str) -> str:
    """`text`, cut to what a message can show."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def rejected(findings: Sequence[Finding], count: int) -> Mask:
    """Which of `count` positions have a finding."""
    mask = np.zeros(count, dtype=bool)
    for found in findings:
        mask[found.positions] = True
    return mask

"""Keys of several whole numbers as one: to sort by, to find repeated ones, to match two tables."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

_ROOM = 1 << 62


def packed(*tables: Sequence[Whole]) -> tuple[Whole, ...]:
    """One number per row of each table, equal for equal keys and ordered as the keys are.

    Each table is a sequence of columns of whole numbers of any width, the first weighing most; all have the
    same columns.
    """
    count = [len(table[0]) for table in tables]
    key, width = np.zeros(sum(count), dtype=np.int64), 1
    if not len(key):
        return tuple(np.split(key, np.cumsum(count)[:-1]))
    for whole in zip(*tables, strict=True):
        column, span = _from_zero(np.concatenate(whole))
        if width * span > _ROOM:
            key, width = _renumbered(key)
            column, span = _renumbered(column)
        key *= span
        key += column
        width *= span
    return tuple(np.split(key, np.cumsum(count)[:-1]))


def _renumbered(column: Whole) -> tuple[Whole, int]:
    distinct, codes = np.unique(column, return_inverse=True)
    return codes, len(distinct)


def _from_zero(column: Whole) -> tuple[Whole, int]:
    least, most = int(column.min()), int(column.max())
    column = column.astype(np.int64, copy=False)
    column -= least
    return column, most - least + 1


def repeated(ordered: Whole) -> NDArray[np.bool_]:
    """True at each key that is the same as the one before it."""
    same = np.zeros(len(ordered), dtype=bool)
    same[1:] = ordered[1:] == ordered[:-1]
    return same


def ascending(columns: Sequence[Whole], at_a_time: int = 1 << 18) -> bool:
    """Whether keys of these columns, the first weighing most, ascend; equal ones may follow each other."""
    for start in range(0, len(columns[0]) - 1, at_a_time):
        level = True
        for column in columns:
            step = np.diff(column[start : start + at_a_time + 1].astype(np.int64))
            if (level & (step < 0)).any():
                return False
            level = level & (step == 0)
    return True

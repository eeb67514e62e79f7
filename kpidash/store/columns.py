"""Query results as frames: columns built once from the driver's rows, with fixed types, also when empty."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Executable

INTEGER: Final = "int64"
NUMBER: Final = "float64"
TEXT: Final = "object"

STATISTICS = {
    "sum": NUMBER,
    "count": INTEGER,
    "min": NUMBER,
    "max": NUMBER,
    "numerator": NUMBER,
    "denominator": NUMBER,
}
"""The statistics of a native period, as `kpidash.domain.rollup.fold` takes them."""


def frame(connection: Connection, query: Executable, types: Mapping[str, str]) -> pd.DataFrame:
    """The rows of `query`, whose columns are `types` in that order; NULL is NaN, in texts None."""
    result = connection.execute(query)
    # The driver's own tuples: these types need no converting, and SQLAlchemy's rows cost twice as much.
    cursor = result.cursor
    parts = []
    while cursor is not None and (rows := cursor.fetchmany(_AT_A_TIME)):
        columns = zip(*rows, strict=True)
        parts.append([array(values, kind) for values, kind in zip(columns, types.values(), strict=True)])
    result.close()
    parts = parts or [[array((), kind) for kind in types.values()]]
    whole = [column[0] if len(column) == 1 else np.concatenate(column) for column in zip(*parts, strict=True)]
    return pd.DataFrame(dict(zip(types, whole, strict=True)), copy=False)


def rows_of(connection: Connection, query: Executable) -> list[tuple[Any, ...]]:
    """The rows of `query` as the driver's own tuples; for columns that need no converting."""
    result = connection.execute(query)
    rows = [] if result.cursor is None else list(result.cursor.fetchall())
    result.close()
    return rows


_AT_A_TIME = 50_000
"""Rows that are Python objects at one time; the garbage collector is slow with millions."""


def array(values: Sequence[Any], kind: str) -> NDArray[Any]:
    """What the driver gave as an array of one of the dtypes; None is NaN, in texts None."""
    if kind == INTEGER:
        return np.fromiter(values, np.int64, len(values))
    # numpy reads None as NaN.
    return np.array(values, dtype=kind)


def ranges(frame: pd.DataFrame, first: str, last: str) -> dict[str, NDArray[np.int64]]:
    """The ranges `first` to `last` (both ends included) of each kpi_id, ascending, overlaps joined."""
    ordered = frame.sort_values(["kpi_id", first], kind="stable")
    kpi, start, end = (ordered[name].to_numpy(np.int64) for name in ("kpi_id", first, last))
    if not len(kpi):
        return {"kpi_id": kpi, first: start, last: end}
    # Ends only grow within one KPI when each is raised by more than any day spans for the next KPI.
    _, group = np.unique(kpi, return_inverse=True)
    lift = group * (int(end.max()) - int(start.min()) + 2)
    reach = np.maximum.accumulate(end + lift)
    begins = np.append(True, start[1:] + lift[1:] > reach[:-1] + 1)
    heads = np.flatnonzero(begins)
    tails = np.append(heads[1:], len(kpi)) - 1
    return {"kpi_id": kpi[heads], first: start[heads], last: (reach - lift)[tails]}


def joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames of the same columns below each other; where only one has rows, that one without a copy."""
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if len(full) > 1 else (full or list(frames))[0]

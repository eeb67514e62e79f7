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
    rows = result.cursor.fetchall() if result.cursor is not None else []
    result.close()
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(types)
    found = {name: _array(values, types[name]) for name, values in zip(types, columns, strict=True)}
    return pd.DataFrame(found, copy=False)


def _array(values: Sequence[Any], kind: str) -> NDArray[Any]:
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

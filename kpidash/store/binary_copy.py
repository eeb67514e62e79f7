"""Columns of numbers as PostgreSQL's binary COPY format, and back, without a Python object per value.

https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-BINARY-FORMAT: a header, then for each row the
number of fields (int16) and for each field its length in bytes (int32, −1 for NULL) and its bytes, all big
endian, and −1 as an int16 at the end.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Double
from sqlalchemy.types import TypeEngine

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
FOOTER = b"\xff\xff"


def packed_rows(columns: Sequence[tuple[NDArray[Any], TypeEngine[Any]]]) -> bytes:
    """The rows of `columns`, each given with the type of its column in the table.

    NaN is NULL; in columns of text there must be nothing but missing values.
    """
    count = len(columns[0][0])
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for place, (_, kind) in enumerate(columns):
        layout += [(f"length{place}", ">i4"), (f"value{place}", _stored(kind))]
    rows = np.zeros(count, dtype=layout)
    rows["fields"] = len(columns)
    kept = np.ones((count, rows.dtype.itemsize), dtype=bool)
    for place, (values, _) in enumerate(columns):
        value = rows.dtype.fields[f"value{place}"]  # type: ignore[index] # it has fields
        missing = _missing(values)
        told = np.where(missing, 0, values)
        if value[0].kind == "i" and np.abs(told).max(initial=0) > np.iinfo(value[0]).max:
            raise OverflowError("a number is too large for its column")
        rows[f"length{place}"] = np.where(missing, -1, value[0].itemsize)
        rows[f"value{place}"] = told
        kept[missing, value[1] : value[1] + value[0].itemsize] = False
    if kept.all():
        return rows.tobytes()
    return rows.view(np.uint8).reshape(count, -1)[kept].tobytes()


def _stored(kind: TypeEngine[Any]) -> str:
    if isinstance(kind, Double):
        return ">f8"
    return ">i8" if isinstance(kind, BigInteger) else ">i4"


def _missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    nothing = np.full(len(values), values.dtype.kind == "O")
    return np.isnan(values) if values.dtype.kind == "f" else nothing

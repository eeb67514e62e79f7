"""Many rows into a table at once, by the fastest way that each driver has."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Column, Connection, Double, Integer, Table, Text

from kpidash.store.binary_copy import FOOTER, HEADER, packed_rows
from kpidash.store.failures import KeyTaken

AT_A_TIME = 50_000
"""Rows that are Python objects, or bytes to send, at one time."""

_IN_A_STATEMENT = 50
"""Rows in one INSERT: fewer cost more statements, more take longer to prepare and gain nothing."""

_POSTGRESQL_TYPES = {Integer: "int4", BigInteger: "int8", Double: "float8", Text: "text"}
_TAKEN = {"SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"}


def driver_of(connection: Connection) -> Any:
    """The driver's own connection, in the transaction of `connection`."""
    return connection.connection.driver_connection


def load(connection: Connection, table: Table, frame: pd.DataFrame, *, instead: bool = False) -> None:
    """Insert all rows of `frame`, whose columns are columns of `table`; NaN and None become NULL.

    Raises KeyTaken where a key is there already. Nothing of the frame is in the table then on PostgreSQL, on
    SQLite some of it may be: the transaction is to be dropped, after looking which keys these are. With
    `instead`, on SQLite only, rows take the place of those that have their keys.
    """
    if frame.empty:
        return
    columns = [table.c[name] for name in frame.columns]
    if connection.dialect.name == "sqlite":
        _load_sqlite(connection, table, columns, frame, "REPLACE" if instead else "INSERT")
    else:
        _load_postgresql(connection, table, columns, frame)


def _load_sqlite(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], frame: pd.DataFrame, verb: str
) -> None:
    said = {column.name: _said_by_all(frame[column.name]) for column in columns}
    bound = [column for column in columns if said[column.name] is None]
    row = ", ".join(said[column.name] or "?" for column in columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    # Names are those of our own tables, and what all rows say are our own numbers.
    insert = f'{verb} INTO "{table.name}" ({names}) VALUES '
    driver, width = driver_of(connection), len(bound)
    try:
        for start in range(0, len(frame), AT_A_TIME):
            part = frame.iloc[start : start + AT_A_TIME]
            flat: list[object] = [None] * (len(part) * width)
            for place, column in enumerate(bound):
                flat[place::width] = _values(part[column.name], column)
            whole = len(part) // _IN_A_STATEMENT * _IN_A_STATEMENT
            many = f"({row})" + f", ({row})" * (_IN_A_STATEMENT - 1)
            driver.executemany(insert + many, _slices(flat, whole // _IN_A_STATEMENT, width))
            driver.executemany(
                insert + f"({row})", (flat[at * width : (at + 1) * width] for at in range(whole, len(part)))
            )
    except Exception as error:
        if getattr(error, "sqlite_errorname", None) in _TAKEN:
            raise KeyTaken from error
        raise


def _slices(flat: list[object], count: int, width: int) -> Iterator[list[object]]:
    step = _IN_A_STATEMENT * width
    return (flat[at * step : (at + 1) * step] for at in range(count))


def _said_by_all(series: pd.Series) -> str | None:
    """The literal that stands in every row, None where they differ; it need not be bound row by row."""
    values = series.to_numpy()
    if values.dtype.kind in "iu":
        return str(int(values[0])) if (values == values[0]).all() else None
    return "NULL" if series.isna().all() else None


def _load_postgresql(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], frame: pd.DataFrame
) -> None:
    driver = driver_of(connection)
    # what no row says is NULL without being sent
    columns = [column for column in columns if not frame[column.name].isna().all()] or columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    place = connection.dialect.identifier_preparer.format_table(table)
    statement = f"COPY {place} ({names}) FROM STDIN (FORMAT BINARY)"
    texts = any(isinstance(column.type, Text) and frame[column.name].notna().any() for column in columns)
    savepoint = connection.begin_nested()
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            if texts:
                copy.set_types([_POSTGRESQL_TYPES[type(column.type)] for column in columns])
                for row in zip(*(_values(frame[column.name], column) for column in columns), strict=True):
                    copy.write_row(row)
            else:
                copy.write(HEADER)
                for start in range(0, len(frame), AT_A_TIME):
                    part = frame.iloc[start : start + AT_A_TIME]
                    copy.write(
                        packed_rows([(part[column.name].to_numpy(), column.type) for column in columns])
                    )
                copy.write(FOOTER)
    except Exception as error:
        savepoint.rollback()
        if _says_taken(error, table):
            raise KeyTaken from error
        raise
    savepoint.commit()


def _says_taken(error: Exception, table: Table) -> bool:
    """Whether a key was there. Of a COPY Citus passes on what a node said: the constraint, but no code."""
    state = getattr(error, "sqlstate", None)
    named = rf'"{table.name}(_\d{{4}}|_default)?_pkey'  # of a partition where the table has some
    return state == "23505" or (state == "XX000" and re.search(named, str(error)) is not None)


def _values(series: pd.Series, column: Column[Any]) -> list[object]:
    """The values as Python objects for the driver, None where missing."""
    values: NDArray[Any] = series.to_numpy()
    if values.dtype.kind not in "iub":
        missing = series.isna().to_numpy()
        if values.dtype.kind == "f" and isinstance(column.type, Integer):
            values = np.where(missing, 0, values).astype(np.int64)
        if missing.any():
            values = values.astype(object)
            values[missing] = None
    found: list[object] = values.tolist()
    return found

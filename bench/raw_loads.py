"""The references of the upload figures: the fastest raw ways to get ready rows into the table of actuals.

Nothing is read, checked, compared or kept as history here; keys and order are ready.
"""

import sqlite3
import struct
from collections.abc import Callable

import numpy as np
import pandas as pd
import psycopg
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.dialects import postgresql, sqlite

UPSERT = (
    "ON CONFLICT (kpi_id, period, segment_id) DO UPDATE SET upload_id = excluded.upload_id, "
    "source_id = excluded.source_id, row = excluded.row, value = excluded.value"
)


def raw(url: str, rows: pd.DataFrame, *, upsert: bool = False) -> Callable[[], None]:
    """The load of sorted `rows` (columns of `actual`), made ready outside of what is measured."""
    return _sqlite(url, rows, upsert) if url.startswith("sqlite") else _postgresql(url, rows, upsert)


def _sqlite(url: str, rows: pd.DataFrame, upsert: bool) -> Callable[[], None]:
    tuples = list(zip(*(rows[name].tolist() for name in rows), strict=True))
    marks = ", ".join("?" * rows.shape[1])
    statement = f"INSERT INTO actual ({', '.join(rows)}) VALUES ({marks}) {UPSERT if upsert else ''}"

    def load() -> None:
        connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32000"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(statement, tuples)
        connection.execute("COMMIT")
        connection.close()

    return load


def _postgresql(url: str, rows: pd.DataFrame, upsert: bool) -> Callable[[], None]:
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name in rows:
        layout += [(f"{name} length", ">i4"), (name, ">f8" if name == "value" else ">i4")]
    packed = np.zeros(len(rows), dtype=layout)
    packed["fields"] = rows.shape[1]
    for name in rows:
        packed[f"{name} length"] = packed.dtype[name].itemsize
        packed[name] = rows[name].to_numpy()
    binary = b"PGCOPY\n\xff\r\n\0" + bytes(8) + packed.tobytes() + struct.pack(">h", -1)
    names = ", ".join(rows)
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def load() -> None:
        with psycopg.connect(address) as connection, connection.cursor() as cursor:
            into = "actual"
            if upsert:
                cursor.execute("CREATE TEMPORARY TABLE staged (LIKE actual)")
                into = "staged"
            with cursor.copy(f"COPY {into} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                view = memoryview(binary)
                for start in range(0, len(binary), 1 << 18):
                    copy.write(view[start : start + (1 << 18)])
            if upsert:
                cursor.execute(
                    f"INSERT INTO actual ({names}) SELECT {names} FROM staged "
                    f"ORDER BY kpi_id, period, segment_id {UPSERT}"
                )

    return load


def to_sql(url: str, rows: pd.DataFrame) -> None:
    """pandas' own way into a table without a key."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS bare"))
        rows.to_sql("bare", connection, index=False)
    engine.dispose()


def to_sql_upsert(url: str, rows: pd.DataFrame) -> None:
    """pandas with the usual method for rows whose keys may be there."""
    insert = sqlite.insert if url.startswith("sqlite") else postgresql.insert

    def method(table, connection, keys, data):  # type: ignore[no-untyped-def] # as pandas calls it
        statement = insert(table.table).values([dict(zip(keys, row, strict=True)) for row in data])
        changed = {name: statement.excluded[name] for name in keys}
        statement = statement.on_conflict_do_update(
            index_elements=["kpi_id", "period", "segment_id"], set_=changed
        )
        return connection.execute(statement).rowcount

    engine = create_engine(url)
    with engine.begin() as connection:
        rows.to_sql("actual", connection, if_exists="append", index=False, method=method, chunksize=1_000)
    engine.dispose()

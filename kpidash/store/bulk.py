"""All that differs between SQLite and PostgreSQL in SQL: many keys as a relation, staging, upserts, locks."""

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    FromClause,
    Integer,
    MetaData,
    Table,
    func,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite

from kpidash.store import loading

_SCHEMA_LOCK, _CATALOGUE_LOCK = 0x6B706964, 0x6B706965
"""The numbers of PostgreSQL's advisory locks for upgrades and for saving definitions: "kpid", "kpie"."""


def is_sqlite(connection: Connection) -> bool:
    """Whether the connection is one to SQLite."""
    return connection.dialect.name == "sqlite"


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT in the connection's dialect."""
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


def writes(connection: Connection) -> object:
    """A value that differs before and after the transaction has written a row.

    PostgreSQL gives a transaction its number with the first write; SQLite counts rows.
    """
    if is_sqlite(connection):
        return loading.driver_of(connection).total_changes
    return connection.execute(text("SELECT pg_current_xact_id_if_assigned()::text")).scalar_one()


def lock_schema(connection: Connection) -> None:
    """Wait for others who upgrade the schema; SQLite's writing transaction has done so already."""
    if not is_sqlite(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))


def lock_catalogue(connection: Connection, *, shared: bool = False) -> None:
    """Wait for others who save definitions, and keep them waiting until the transaction ends.

    Those who have it `shared` do not wait for each other.
    """
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    if not is_sqlite(connection):
        connection.execute(select(lock(_CATALOGUE_LOCK)))


def relation(connection: Connection, columns: Mapping[str, NDArray[np.int64]]) -> FromClause:
    """Integer columns, given from here, as something to join with; one row per element.

    Needs no temporary table, so it works in reading transactions too.
    """
    lists = [values.tolist() for values in columns.values()]
    if not is_sqlite(connection):
        arrays = [literal(values, ARRAY(Integer)) for values in lists]
        given = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
        return select(*(type_coerce(given.c[name], Integer).label(name) for name in columns)).subquery(
            "wanted"
        )
    rows = func.json_each(json.dumps(list(zip(*lists, strict=True)))).table_valued("value", name="given")
    parts = [
        type_coerce(func.json_extract(rows.c.value, f"$[{place}]"), Integer).label(name)
        for place, name in enumerate(columns)
    ]
    return select(*parts).subquery("wanted")


def staged(connection: Connection, like: Table, frame: pd.DataFrame) -> Table:
    """A temporary table that holds `frame`, whose columns are columns of `like`.

    NaN and None become NULL. Drop it in the same transaction: `staged(…).drop(connection)`.
    """
    columns = [Column(name, like.c[name].type) for name in frame.columns]
    table = Table(f"staged_{like.name}", MetaData(), *columns, prefixes=["TEMPORARY"])
    table.create(connection, checkfirst=False)
    loading.load(connection, table, frame)
    if not is_sqlite(connection):
        connection.execute(text(f'ANALYZE "{table.name}"'))
        # Joins of a large upload would go through files with the default of 4 MB.
        connection.execute(text("SET LOCAL work_mem = '64MB'"))
    return table

"""Many rows on the database's side for the length of a transaction, to be joined with.

They are in a temporary table, except on a cluster: only one node would know that, and have to send all of
it to the others. There they are in a table that stays, in shards beside those of the table that they are for.
To others it is always empty, as what is put there is taken away before the commit.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from sqlalchemy import Column, Connection, MetaData, Table, delete, text

from kpidash.store import bulk, loading
from kpidash.store.tables import actual, rollup_month, segment, target

SCHEMA = "staged"
FOR = (actual, rollup_month, segment, target)
"""The tables for which rows can be staged."""


@contextmanager
def staged(connection: Connection, like: Table, frame: pd.DataFrame) -> Iterator[Table]:
    """A table that holds `frame`, whose columns are columns of `like`, for as long as the block runs.

    NaN and None become NULL. Afterwards nothing of it is left.
    """
    names = list(frame.columns)
    if bulk.is_cluster(connection):
        table = standing(like, names)
        loading.load(connection, table, frame)
        yield table
        connection.execute(delete(table))
        return
    table = _named(like, names, prefixes=["TEMPORARY"])
    table.create(connection, checkfirst=False)
    loading.load(connection, table, frame)
    if not bulk.is_sqlite(connection):
        connection.execute(text(f'ANALYZE "{table.name}"'))
        # Joins of a large upload would go through files with the default of 4 MB.
        connection.execute(text("SET LOCAL work_mem = '64MB'"))
    yield table
    table.drop(connection)


def standing(like: Table, names: Iterable[str]) -> Table:
    """The table of a cluster that holds what is staged for `like`, with these of its columns."""
    return _named(like, names, schema=SCHEMA, prefixes=["UNLOGGED"])


def _named(like: Table, names: Iterable[str], **options: Any) -> Table:
    columns = [Column(name, like.c[name].type) for name in names]
    return Table(f"staged_{like.name}", MetaData(), *columns, **options)

"""All that differs between SQLite, PostgreSQL and Citus in SQL: many keys as a relation, upserts, locks."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVarTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    func,
    literal,
    select,
    text,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite

from kpidash.store import loading

_SCHEMA_LOCK, _CATALOGUE_LOCK, _KPI_LOCK, _TURN_LOCK = 0x6B706964, 0x6B706965, 0x6B706966, 0x6B706967
_NAMED_LOCK = 0x6B706968
"""The numbers of PostgreSQL's advisory locks: for upgrades ("kpid"), for saving definitions ("kpie"), and on
a cluster, beside the number of a KPI, for its values ("kpif") and, beside a name's, for turns ("kpig")."""

Parts = TypeVarTuple("Parts")

_CLUSTER = "kpidash_cluster"


def is_sqlite(connection: Connection) -> bool:
    """Whether the connection is one to SQLite."""
    return connection.dialect.name == "sqlite"


def is_cluster(connection: Connection) -> bool:
    """Whether the tables are distributed by Citus; asked once in the life of a connection to the server."""
    if is_sqlite(connection):
        return False
    known = connection.info.get(_CLUSTER)
    if known is None:
        known = is_citus(connection) and _is_distributed(connection)
        connection.info[_CLUSTER] = known
    return bool(known)


def ask_again(connection: Connection) -> None:
    """Forget whether this is a cluster, as it may have become one."""
    connection.info.pop(_CLUSTER, None)


def is_citus(connection: Connection) -> bool:
    """Whether the PostgreSQL database has Citus, whatever is distributed."""
    return bool(connection.execute(text("SELECT to_regclass('citus_tables') IS NOT NULL")).scalar_one())


def _is_distributed(connection: Connection) -> bool:
    query = "SELECT count(*) FROM citus_tables WHERE table_name = to_regclass('actual')"
    return bool(connection.execute(text(query)).scalar_one())


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


def hold_kpis(connection: Connection, kpi_ids: Iterable[int]) -> None:
    """On a cluster, wait for others who write values of these KPIs, and keep them waiting until the end.

    Elsewhere writers wait for each other on rows, see `locked`; a cluster locks no rows of several shards.
    """
    if not is_cluster(connection):
        return
    given = literal(sorted(set(kpi_ids)), ARRAY(Integer))
    number = func.unnest(given).column_valued("number")
    connection.execute(select(func.pg_advisory_xact_lock(_KPI_LOCK, number))).all()


def take_turns(connection: Connection, name: str) -> None:
    """On a cluster, wait for others who take turns at `name`, and keep them waiting until the end.

    To be called before a row of a reference table is written that others may be writing: each node has the
    row, and of two who came to the nodes in another order each would wait for the other. Elsewhere the row
    will do.
    """
    if is_cluster(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_TURN_LOCK, func.hashtext(name))))


def one_at_a_time(connection: Connection, *names: str) -> None:
    """Wait for others who named one of these, and keep them waiting until the transaction ends.

    SQLite's writing transaction has done so already.
    """
    if not is_sqlite(connection):
        for name in sorted(set(names)):
            connection.execute(select(func.pg_advisory_xact_lock(_NAMED_LOCK, func.hashtext(name))))


def locked(connection: Connection, query: Select[*Parts], of: Table) -> Select[*Parts]:
    """The query, so that others cannot change the rows of `of` that it finds until the transaction ends.

    On a cluster the query as it is: the KPIs of these rows are to be held before.
    """
    return query if is_cluster(connection) else query.with_for_update(of=of)


def each(
    connection: Connection,
    wanted: FromClause,
    found: ColumnElement[Any],
    *,
    of: Table,
    where: ColumnElement[bool],
) -> Select[Any]:
    """The rows of `wanted`, with the aggregate `found` over the rows of `of`, which has `kpi_id`, `where` …

    One look at an index for each row; grouping a join would sort all of it. Rows without anything found may
    be left out.
    """
    if is_sqlite(connection):
        return select(*wanted.c, select(found).select_from(of).where(where).scalar_subquery())
    # An aggregate by KPI is what each node of a cluster can tell on its own.
    inside = select(found.label("found")).select_from(of).where(where).group_by(of.c.kpi_id).lateral("inside")
    return select(*wanted.c, inside.c.found).select_from(wanted.join(inside, true()))


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

"""The tables on a Citus cluster: the large ones in shards by KPI, all others whole on every node.

Where each belongs stands with it in `kpidash.store.tables`; docs/decisions/0010-distribution.md tells why.
"""

from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema

from kpidash.store import bulk, staging
from kpidash.store.failures import CannotDistribute
from kpidash.store.tables import Placement, metadata, placement_of

_LEADER = "actual"
"""The distributed table whose shards the others keep to, so that all of one KPI is on one node."""

SETTINGS = {
    # Citus keeps tables to which foreign keys lead from being changed after a distributed one was read, for
    # the sake of keys from distributed tables, of which there are none.
    "citus.enforce_foreign_key_restrictions": "off",
    # Rows of reference tables are changed by their key, and KPIs are held before their values are: two
    # writers need not wait for each other on whole tables.
    "citus.all_modifications_commutative": "on",
    # A transaction sees what it wrote only where it has written it: over one connection to each node.
    "citus.max_adaptive_executor_pool_size": "1",
}

_COORDINATOR = 0
"""The group of the coordinator among the nodes."""


def prepare(connection: Connection) -> None:
    """Make the database one of Citus where it is not. Raises CannotDistribute with what is missing.

    Its nodes are for administrators to name. The coordinator has to be one of them: then it has all reference
    tables, and sees in its own transaction what was written to them.
    """
    if not bulk.is_citus(connection):
        _create_extension(connection)
    known = connection.execute(text("SELECT groupid FROM pg_dist_node")).scalars().all()
    if known and _COORDINATOR not in known:
        raise CannotDistribute(
            "the cluster does not know its coordinator; run SELECT citus_set_coordinator_host('its address')"
        )


def slow_down(connection: Connection) -> None:
    """Let a transaction that changes tables use one connection to each node, as foreign keys want it."""
    connection.execute(text("SET LOCAL citus.multi_shard_modify_mode = 'sequential'"))


def place(connection: Connection) -> list[str]:
    """Bring the tables to where they belong; returns the names of those that were not there, in order."""
    slow_down(connection)
    # The triggers of the audit trail only refuse, on whichever node: for those Citus need not be cautious.
    connection.execute(text("SET LOCAL citus.enable_unsafe_triggers = on"))
    found = connection.execute(text("SELECT table_name::text, citus_table_type FROM citus_tables"))
    there = {str(name).strip('"'): kind for name, kind in found}
    missing = [table for table in _in_order() if there.get(table.name) != placement_of(table)]
    for table in missing:
        _place(connection, table)
    _place_staging(connection)
    _settle(connection)
    bulk.ask_again(connection)
    return [table.name for table in missing]


def _in_order() -> list[Table]:
    """Reference tables, each after those that its foreign keys lead to; then the others, the leader first."""
    return sorted(
        metadata.sorted_tables,
        key=lambda table: (placement_of(table) is Placement.DISTRIBUTED, table.name != _LEADER),
    )


def _place(connection: Connection, table: Table, *, name: str | None = None) -> None:
    """Place the table, or the one called `name` as that table."""
    given = {"name": name or f'"{table.name}"'}
    call = "create_reference_table(CAST(:name AS regclass))"
    if placement_of(table) is Placement.DISTRIBUTED:
        given["beside"] = "none" if name is None and table.name == _LEADER else _LEADER
        call = "create_distributed_table(CAST(:name AS regclass), 'kpi_id', colocate_with => :beside)"
    connection.execute(text(f"SELECT {call}"), given)


def _place_staging(connection: Connection) -> None:
    """Make the tables for staged rows, each placed as the table that it is for."""
    connection.execute(CreateSchema(staging.SCHEMA, if_not_exists=True))
    there = inspect(connection).get_table_names(schema=staging.SCHEMA)
    for like in staging.FOR:
        table = staging.standing(like, like.c.keys())
        if table.name not in there:
            table.create(connection)
            _place(connection, like, name=f"{table.schema}.{table.name}")


def _settle(connection: Connection) -> None:
    """Set the database to SETTINGS, for all sessions that begin later."""
    name = connection.dialect.identifier_preparer.quote(connection.engine.url.database or "")
    for setting, value in SETTINGS.items():
        connection.execute(text(f"ALTER DATABASE {name} SET {setting} = {value}"))


def _create_extension(connection: Connection) -> None:
    available = "SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'"
    if not connection.execute(text(available)).scalar_one():
        raise CannotDistribute(
            "the PostgreSQL server has no Citus: install its package for this version on every node, put "
            "citus into shared_preload_libraries and restart; or run `kpidash init` without --distributed"
        )
    try:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS citus"))
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or [""])[0]
        raise CannotDistribute(f"the database cannot be made one of Citus: {reason}") from error

"""The partitions of `actual` on PostgreSQL: one for each calendar year, and one for days of no such year.

No row is ever refused: what is of a year without a partition is in `actual_default` until `extend` moves it.
docs/decisions/0011-postgresql.md tells why.
"""

from datetime import date

from sqlalchemy import Connection, text

from kpidash.domain.calendars import day_number
from kpidash.store import bulk

DEFAULT = "actual_default"

BEHIND, AHEAD = 5, 2
"""Years before and after this one that have a partition whether or not there is anything in it."""

EARLIEST, LATEST = 1990, 2100
"""The years that can have a partition: what is of others is strange, and each partition costs planning."""

_PARAMETERS = (
    "autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02, "
    "autovacuum_analyze_scale_factor = 0.02"
)
"""At 12 million rows a year these are weeks, where PostgreSQL's own are months; they are not inherited."""


def extend(connection: Connection) -> list[int]:
    """Make the partitions that are missing, for the years around this one and all that have actuals.

    Returns their years, ascending. Rows are moved out of the default partition; until the transaction ends
    others wait for the table then. Changes nothing where no year is missing.
    """
    if bulk.is_sqlite(connection):
        return []
    if not _missing(connection, _held(connection)):
        return []
    _say(connection, "LOCK TABLE actual IN ACCESS EXCLUSIVE MODE")
    held = _held(connection)  # nothing can be added any more
    missing = _missing(connection, held)
    moving = not held.isdisjoint(missing)
    if moving:
        _say(connection, f"ALTER TABLE actual DETACH PARTITION {DEFAULT}")
    for year in missing:
        first, end = bounds(year)
        made = f"CREATE TABLE actual_{year} PARTITION OF actual FOR VALUES FROM ({first}) TO ({end})"
        _say(connection, f"{made} WITH ({_PARAMETERS})")
    if moving:
        for year in sorted(held):
            _move(connection, year)
        _say(connection, f"ALTER TABLE actual ATTACH PARTITION {DEFAULT} DEFAULT")
    # Nothing analyses a partitioned table by itself, and joins with it are planned by what this finds.
    _say(connection, "ANALYZE actual")
    return missing


def years(connection: Connection) -> list[int]:
    """The years that have a partition, ascending."""
    query = text(
        "SELECT relname::text FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
        "WHERE inhparent = to_regclass('actual')"
    )
    names = connection.execute(query).scalars().all()
    return sorted(int(name.removeprefix("actual_")) for name in names if name != DEFAULT)


def bounds(year: int) -> tuple[int, int]:
    """The first day of the year and of the next one, as numbers."""
    return day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1))


def _missing(connection: Connection, held: set[int]) -> list[int]:
    """The years that lack a partition: of those around this one by the server's clock, and of `held`."""
    this = int(connection.execute(text("SELECT CAST(extract(year FROM now()) AS int)")).scalar_one())
    return sorted(held.union(range(this - BEHIND, this + AHEAD + 1)).difference(years(connection)))


def _held(connection: Connection) -> set[int]:
    """The years of what is in the default partition."""
    query = text(
        f"SELECT DISTINCT CAST(extract(year FROM DATE '1970-01-01' + period) AS int) FROM {DEFAULT} "  # noqa: S608
        "WHERE period >= :first AND period < :end"
    )
    given = {"first": bounds(EARLIEST)[0], "end": bounds(LATEST)[1]}
    return set(connection.execute(query, given).scalars())


def _move(connection: Connection, year: int) -> None:
    first, end = bounds(year)
    those = f"FROM {DEFAULT} WHERE period >= {first} AND period < {end}"
    _say(connection, f"INSERT INTO actual SELECT * {those}")
    _say(connection, f"DELETE {those}")


def _say(connection: Connection, statement: str) -> None:
    """Statements of our own names and numbers alone."""
    connection.execute(text(statement))

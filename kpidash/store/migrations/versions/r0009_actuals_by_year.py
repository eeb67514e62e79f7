"""Actuals of each calendar year in a partition of their own, on PostgreSQL; when tables are vacuumed there.

Revision ID: 0009
"""

from datetime import date

from alembic import op
from sqlalchemy import Connection, text

from kpidash.store import bulk

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EPOCH = date(1970, 1, 1)
EARLIEST, LATEST = 1990, 2100
"""The years that can have a partition; others are strange, and stay in the default one."""
OFTEN = (
    "autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02, "
    "autovacuum_analyze_scale_factor = 0.02"
)
YEARS = text(
    "SELECT DISTINCT CAST(extract(year FROM DATE '1970-01-01' + period) AS int) FROM actual "
    "WHERE period >= :first AND period < :end ORDER BY 1"
)


def upgrade() -> None:
    """Move all actuals into a partitioned table of the same name; SQLite has no partitions."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.execute("LOCK TABLE actual IN ACCESS EXCLUSIVE MODE")
    given = {"first": first_day(EARLIEST), "end": first_day(LATEST + 1)}
    years = connection.execute(YEARS, given).scalars().all()
    op.execute("CREATE TABLE actual_by_year (LIKE actual) PARTITION BY RANGE (period)")
    partition("actual_default", "DEFAULT")
    for year in years:
        partition(f"actual_{year}", f"FOR VALUES FROM ({first_day(year)}) TO ({first_day(year + 1)})")
    take_over(connection)
    for table in ("actual_history", "rollup_month"):
        op.execute(f"ALTER TABLE {table} SET ({OFTEN})")


def first_day(year: int) -> int:
    """The number of the first day of a year."""
    return (date(year, 1, 1) - EPOCH).days


def partition(name: str, bounds: str) -> None:
    """Make one partition; these parameters are not inherited."""
    op.execute(f"CREATE TABLE {name} PARTITION OF actual_by_year {bounds} WITH ({OFTEN})")


def take_over(connection: Connection) -> None:
    """Put the new table, with all actuals, in the place of the old one."""
    if bulk.is_cluster(connection):
        op.execute(
            "SELECT create_distributed_table('actual_by_year', 'kpi_id', colocate_with => 'rollup_month')"
        )
    op.execute("INSERT INTO actual_by_year SELECT * FROM actual")
    op.execute("DROP TABLE actual")
    op.execute("ALTER TABLE actual_by_year RENAME TO actual")
    # An index is made faster of all rows than row by row.
    op.execute("ALTER TABLE actual ADD CONSTRAINT actual_pkey PRIMARY KEY (kpi_id, period, segment_id)")
    # Nothing analyses a partitioned table by itself, and joins with it are planned by what this finds.
    op.execute("ANALYZE actual")

"""What a Citus cluster asks of the schema and of every statement, tested where there is none."""

import pytest
from hypothesis import Phase
from sqlalchemy import UniqueConstraint, text

from kpidash.store import bulk, staging
from kpidash.store.engine import Database
from kpidash.store.failures import CannotDistribute
from kpidash.store.tables import Placement, metadata, placement_of
from tests import shards
from tests.integrity import test_any_sequence

TABLES = metadata.sorted_tables
SHARDED = [table for table in TABLES if placement_of(table) is Placement.DISTRIBUTED]
PRETENDED = pytest.mark.parametrize("database_url", ["pretended"], indirect=True)


def test_what_grows_with_time_is_distributed_and_the_rest_is_everywhere():
    assert {table.name for table in SHARDED} == {"actual", "actual_history", "rollup_month"}


@pytest.mark.parametrize("table", SHARDED, ids=str)
def test_every_key_of_a_distributed_table_tells_the_kpi(table):
    unique = [set(index.columns) for index in table.indexes if index.unique]
    unique += [set(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    assert all(table.c.kpi_id in columns for columns in [set(table.primary_key), *unique])
    assert not table.c.kpi_id.nullable


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_no_constraint_crosses_shards(table):
    for key in table.foreign_keys:
        assert table not in SHARDED, f"{table.name} looks up {key.target_fullname} at every row"
        assert key.column.table not in SHARDED, "what is everywhere cannot lead into shards"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT a.value FROM actual a JOIN rollup_month r ON a.period = r.month",
        "SELECT w.kpi_id, (SELECT count(*) FROM actual WHERE actual.kpi_id = w.kpi_id) FROM kpi w",
        "SELECT value FROM actual WHERE period = (SELECT max(period) FROM actual)",
        "SELECT value FROM actual WHERE kpi_id IN (SELECT kpi_id FROM rollup_month LIMIT 3)",
        "SELECT period FROM actual UNION SELECT period FROM actual_history",
        "SELECT x FROM (SELECT period AS x FROM actual) s JOIN upload ON upload.id = s.x",
        "UPDATE actual SET kpi_id = 3",
        "UPDATE actual SET value = s.value FROM staged_actual s WHERE actual.period = s.period",
        "INSERT INTO actual (period, kpi_id) SELECT kpi_id, period FROM staged_actual",
        "DELETE FROM actual WHERE period IN (SELECT period FROM staged_actual)",
        "SELECT value FROM actual FOR UPDATE",
    ],
)
def test_the_rules_notice_statements_across_shards(statement):
    assert shards.breaches(statement)


def test_the_rules_let_pass_what_stays_within_a_kpi():
    for statement in (
        """
        SELECT w.kpi, a.n FROM unnest(CAST(:k AS int[])) AS w(kpi) CROSS JOIN LATERAL
        (SELECT count(*) AS n FROM actual WHERE kpi_id = w.kpi GROUP BY kpi_id) AS a
        """,
        "SELECT a.value FROM actual a JOIN rollup_month r ON a.kpi_id = r.kpi_id AND a.period = r.month",
        "SELECT count(*) FROM actual",
    ):
        assert shards.breaches(statement) == ()


def test_a_sqlite_file_cannot_be_distributed(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'kpidash.db'}")
    with pytest.raises(CannotDistribute, match="PostgreSQL with Citus"):
        database.upgrade(distributed=True)
    assert not (tmp_path / "kpidash.db").exists()


def test_a_server_without_citus_says_what_is_missing_and_stays_empty(blank_url):
    if blank_url.startswith("sqlite"):
        pytest.skip("a server is asked")
    database = Database(blank_url)
    with pytest.raises(CannotDistribute, match="install its package for this version on every node"):
        database.upgrade(distributed=True)
    database.upgrade()
    with database.read() as connection:
        assert not bulk.is_cluster(connection)
    database.dispose()


@PRETENDED
def test_every_table_is_placed_and_an_upgrade_places_what_is_new(database):
    with database.read() as connection:
        assert bulk.is_cluster(connection)
        found = dict(
            connection.execute(text("SELECT table_name::text, citus_table_type FROM citus_tables")).all()
        )
    named = {table.name: placement_of(table).value for table in TABLES}
    stages = {f"{staging.SCHEMA}.staged_{like.name}": placement_of(like).value for like in staging.FOR}
    assert {name.strip('"'): kind for name, kind in found.items()} == named | stages
    with database.write(quiet=True) as connection:
        connection.execute(text("DELETE FROM citus_tables WHERE table_name = to_regclass('last_look')"))
    database.upgrade()
    with database.read() as connection:
        again = connection.execute(text("SELECT count(*) FROM citus_tables")).scalar_one()
    assert again == len(found)


@PRETENDED
def test_any_sequence_of_uploads_does_on_a_cluster_what_the_model_says(database):
    test_any_sequence.run(database, examples=8, steps=10, phases=(Phase.generate,))

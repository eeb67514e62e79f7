"""Actuals in partitions by year on PostgreSQL: nothing is lost on the way, and no year is read in vain."""

import json

import pandas as pd
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import make_url

from kpidash.store import actuals, distribution, given, partitions, rollups, scanning, undoing, uploads
from kpidash.store.engine import Database
from kpidash.store.schema import _FOLDER
from kpidash.store.tables import actual, metadata, placement_of
from tests import cluster
from tests.conftest import made
from tests.store import samples

ON_SERVER = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
DAYS = ("1899-12-31", "1969-12-31", "2023-12-31", "2024-01-01", "2024-12-31", "2025-06-01", "2031-01-01")
ROWS = [(kpi_id, day, index + kpi_id / 10) for kpi_id in (1, 2) for index, day in enumerate(DAYS)]


def standing(database):
    with database.read() as connection:
        where = "SELECT tableoid::regclass::text, period, value FROM actual WHERE kpi_id = 1 ORDER BY period"
        return connection.execute(text(where)).all()


def places(database):
    return [place for place, _, _ in standing(database)]


@pytest.fixture
def of_before(postgresql_server):
    """A database of the version before, with actuals."""
    with made(postgresql_server) as url:
        database = Database(url)
        _migrate(database, "0008")
        yield database
        database.dispose()


def _migrate(database, version):
    config = Config(attributes={})
    config.set_main_option("script_location", str(_FOLDER))
    with database._transaction(write=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _fill(database):
    with database._transaction(write=True) as connection:
        rows = samples.changes(*ROWS).assign(upload_id=1, source_id=1, note="as told")
        connection.execute(insert(actual), rows.astype(object).where(rows.notna(), None).to_dict("records"))
        return connection.execute(select(actual).order_by(*actual.primary_key)).all()


def _stored(database):
    with database.read() as connection:
        return connection.execute(select(actual).order_by(*actual.primary_key)).all()


def test_an_upgrade_moves_every_actual_to_the_partition_of_its_year(of_before):
    before = _fill(of_before)
    assert len(before) == len(ROWS)
    of_before.upgrade()
    assert _stored(of_before) == before
    of_years = ("default", "default", "2023", "2024", "2024", "2025", "2031")
    assert places(of_before) == [f"actual_{year}" for year in of_years]


def test_an_upgrade_that_fails_leaves_everything_as_it_was(of_before):
    before = _fill(of_before)
    with of_before._transaction(write=True) as connection:
        connection.execute(text("CREATE TABLE actual_2031 (mine int)"))
    with pytest.raises(Exception, match="actual_2031"):
        of_before.upgrade()
    with of_before._transaction(write=False) as connection:
        assert connection.execute(select(actual).order_by(*actual.primary_key)).all() == before
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0008"


def test_a_cluster_of_before_is_moved_on_its_nodes(of_before):
    cluster.make_believe(make_url(of_before.address).set(drivername="postgresql"))
    with of_before._transaction(write=True) as connection:
        for table in sorted(metadata.sorted_tables, key=lambda one: one.name != "actual"):
            distribution._place(connection, table)
    before = _fill(of_before)
    of_before.upgrade()
    assert _stored(of_before) == before
    with of_before.read() as connection:
        placed = text("SELECT citus_table_type, key FROM citus_tables WHERE table_name = 'actual'::regclass")
        assert connection.execute(placed).one() == (placement_of(actual).value, "kpi_id")


@pytest.fixture(params=["alone", "pretended"])
def own_database(request, postgresql_server):
    """A database whose tables a test may change."""
    with made(postgresql_server) as url:
        if request.param == "pretended":
            cluster.pretend(make_url(url))
        database = Database(url)
        database.upgrade()
        yield database
        database.dispose()


def test_a_row_of_any_day_is_taken_and_init_gives_its_year_a_partition(own_database):
    with own_database.write() as connection:
        connection.execute(text("ALTER TABLE actual DETACH PARTITION actual_2024"))
        connection.execute(text("DROP TABLE actual_2024"))
    samples.define(own_database, samples.kpi("calls"))
    samples.upload(own_database, samples.changes(*[row for row in ROWS if row[0] == 1]))
    before = standing(own_database)
    assert [place for place, _, _ in before].count("actual_default") == 5
    own_database.upgrade()
    after = standing(own_database)
    of_years = ("default", "default", "2023", "2024", "2024", "2025", "2031")
    assert after == [(f"actual_{year}", *row[1:]) for year, row in zip(of_years, before, strict=True)]
    with own_database.read() as connection:
        assert partitions.extend(connection) == []
        assert rollups.differences(connection).empty


@ON_SERVER
def test_partitions_are_vacuumed_more_often_than_tables_are(database):
    query = text(
        "SELECT count(*) FROM pg_inherits JOIN pg_class ON oid = inhrelid "
        "WHERE inhparent = 'actual'::regclass "
        "AND 'autovacuum_vacuum_insert_scale_factor=0.02' = ANY (reloptions)"
    )
    with database.read() as connection:
        assert connection.execute(query).scalar_one() == len(partitions.years(connection)) + 1


@ON_SERVER
@pytest.mark.parametrize(
    "ask",
    [
        actuals.periods,
        actuals.parts,
        actuals.count,
        scanning.scan,
        lambda one, pairs: actuals.known_at(one, pairs, pd.Timestamp("2100-01-01", tz="UTC")),
        lambda one, pairs: actuals.segments(one, 1, *pairs.iloc[0, 1:].tolist()),
        lambda one, pairs: actuals.current(one, pairs.assign(period=pairs["first_day"], segment_id=0)),
    ],
    ids=["periods", "parts", "count", "scan", "known_at", "segments", "current"],
)
def test_a_question_about_some_days_opens_only_the_partitions_of_their_years(database, ask):
    _filled(database)
    first, last = samples.day("2024-03-01"), samples.day("2024-05-31")
    pairs = pd.DataFrame({"kpi_id": [1, 2], "first_day": first, "last_day": last})
    assert _opened(database, lambda connection: ask(connection, pairs)) == {"actual_2024"}


@ON_SERVER
def test_an_upload_of_some_days_opens_only_the_partitions_of_their_years(database):
    _filled(database)
    given = samples.changes((1, "2024-02-29", 7), (2, "2024-03-01", 8))

    def change(connection):
        numbers = [uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="analyst") for _ in range(3)]
        assert len(actuals.current(connection, given)) == 2
        actuals.write(connection, given.iloc[:0], given, numbers[0])
        actuals.apply(connection, given.assign(value=9.0), numbers[1])
        assert actuals.remove(connection, given, numbers[2]) == 2

    assert _opened(database, change, write=True) == {"actual_2024"}


@ON_SERVER
def test_taking_an_upload_back_reads_only_the_years_that_it_touched(database):
    _filled(database)
    number, _ = samples.upload(database, samples.changes((1, "2024-02-29", 7), (2, "2024-03-01", 8)))
    found = _opened(database, lambda connection: undoing.plan(connection, actuals.KEPT, number))
    assert found == {"actual_2024"}
    found = _opened(database, lambda connection: given.given(connection, actuals.KEPT, number))
    assert found == {"actual_2024"}


def _filled(database):
    samples.define(database, samples.kpi("calls"), samples.kpi("sales"))
    days = range(samples.day("2022-01-01"), samples.day("2026-01-01"))
    samples.upload(database, samples.changes(*[(kpi_id, day, 1.0) for kpi_id in (1, 2) for day in days]))
    with database.write(quiet=True) as connection:
        connection.execute(text("ANALYZE actual"))


def _opened(database, ask, *, write=False):
    """The partitions that the statements of `ask` come to read, asked of the server as they are said."""
    found, plans = set(), []

    def note(connection, cursor, statement, parameters, *_):
        if " actual" in statement and statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            with connection.connection.driver_connection.cursor() as own:
                explained = "EXPLAIN (FORMAT JSON)" if write else "EXPLAIN (ANALYZE, FORMAT JSON)"
                own.execute(f"{explained} {statement}", parameters)
                plans.append(own.fetchone()[0])

    event.listen(database._engine, "before_cursor_execute", note)
    with database.write() if write else database.read() as connection:
        ask(connection)
    event.remove(database._engine, "before_cursor_execute", note)
    assert plans
    for plan in plans:
        _collect(json.loads(plan) if isinstance(plan, str) else plan, found)
    return found


def _collect(node, found):
    """Partitions that are read; those that an INSERT might write to are not opened before it does."""
    if isinstance(node, list):
        for one in node:
            _collect(one, found)
    elif isinstance(node, dict):
        name = node.get("Relation Name", "")
        if name.startswith("actual_") and name != "actual_history" and node.get("Actual Loops", 1):
            found.add(name)
        for one in node.values():
            _collect(one, found)

"""Screens read from a replica as soon as it has what they know of, and never anything older."""

import time

import pytest
from sqlalchemy import text

from kpidash import settings
from kpidash.services.database import shared
from kpidash.store import replica
from kpidash.store.engine import Database
from tests import conftest, standby
from tests.store import samples

HIDDEN = "secret-of-the-copy"


@pytest.fixture(scope="module")
def pair():
    with standby.following() as found:
        database = Database(found.primary.render_as_string(hide_password=False))
        database.upgrade()
        samples.define(database, samples.kpi("calls"))
        database.dispose()
        _caught_up(found)
        yield found


def _caught_up(pair):
    end = time.monotonic() + 30
    while pair.behind():
        assert time.monotonic() < end, "the copy stands still"
        time.sleep(0.01)


@pytest.fixture
def database(pair):
    opened = Database(*(url.render_as_string(hide_password=False) for url in (pair.primary, pair.copy)))
    yield opened
    opened.dispose()
    pair.let_go()
    _caught_up(pair)


def reads_from_the_copy(database, **how):
    with database.read(**how) as connection:
        return connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one()


def report(database, value):
    number = samples.define(database, samples.kpi("calls"))["calls"]
    samples.upload(database, samples.changes((number, "2026-10-01", value)))
    return number


def test_what_is_read_comes_from_the_copy_and_the_newest_from_the_primary(database):
    assert reads_from_the_copy(database)
    assert not reads_from_the_copy(database, newest=True)
    assert database.replica.served == 1


def test_one_reads_what_one_wrote_though_the_copy_lags(database, pair):
    pair.hold()
    number = report(database, 5.0)
    assert not reads_from_the_copy(database)
    assert samples.values_of(database, number) == {samples.day("2026-10-01"): 5.0}
    assert database.replica.declined >= 2
    pair.let_go()
    _caught_up(pair)
    assert reads_from_the_copy(database)
    assert samples.values_of(database, number) == {samples.day("2026-10-01"): 5.0}


def test_what_another_process_wrote_is_read_as_soon_as_it_is_known(database, pair):
    other = Database(pair.primary.render_as_string(hide_password=False))
    pair.hold()
    number = report(other, 7.0)
    other.dispose()
    assert reads_from_the_copy(database), "nobody has told this process yet"
    assert samples.values_of(database, number) != {samples.day("2026-10-01"): 7.0}
    database.latest()
    assert not reads_from_the_copy(database)
    assert samples.values_of(database, number) == {samples.day("2026-10-01"): 7.0}


def test_a_copy_that_does_not_answer_is_left_alone_and_the_primary_serves(pair, monkeypatch, caplog):
    monkeypatch.setattr(replica, "REST_S", 0.2)
    nowhere = pair.copy.set(query={"host": "/nowhere"}, password=HIDDEN)
    found = Database(*(url.render_as_string(hide_password=False) for url in (pair.primary, nowhere)))
    for _ in range(3):
        assert not reads_from_the_copy(found)
    assert found.replica.declined == 3
    assert len(caplog.records) == 1
    assert "is left alone for 0.2 s" in caplog.text
    assert HIDDEN not in caplog.text
    time.sleep(0.25)
    reads_from_the_copy(found)
    assert len(caplog.records) == 2, "it is tried again later"
    found.dispose()


def test_a_copy_of_another_database_is_not_read(postgresql_database, pair):
    copy = Database(pair.copy.render_as_string(hide_password=False))
    wanted = copy.revision()
    copy.dispose()
    with conftest.made(postgresql_database) as url:
        mixed = Database(url, pair.copy.render_as_string(hide_password=False))
        mixed.upgrade()
        while mixed.revision() < wanted:
            samples.define(mixed, samples.kpi(f"calls-{mixed.revision()}"))
        assert mixed.revision() == wanted
        assert not reads_from_the_copy(mixed)
        mixed.dispose()


def test_the_settings_name_it_for_the_process_one_database(pair):
    named = {
        "KPIDASH_DATABASE_URL": pair.primary.render_as_string(hide_password=False),
        "KPIDASH_READ_DATABASE_URL": pair.copy.render_as_string(hide_password=False),
    }
    found = shared(settings.load(named))
    assert found is shared(settings.load(named))
    assert reads_from_the_copy(found)
    found.dispose()


@pytest.mark.parametrize("primary", ["sqlite:///data/kpidash.db", None])
def test_sqlite_has_no_replicas(primary):
    named = {"KPIDASH_READ_DATABASE_URL": "postgresql://copy/kpidash"}
    with pytest.raises(settings.WrongSetting, match="which only PostgreSQL has"):
        settings.load(named | ({"KPIDASH_DATABASE_URL": primary} if primary else {}))
    with pytest.raises(settings.WrongSetting, match="which only PostgreSQL has"):
        settings.load(
            {"KPIDASH_DATABASE_URL": "postgresql://a/b", "KPIDASH_READ_DATABASE_URL": "sqlite:///x.db"}
        )

"""The watcher knows what changed, for whom, and hears of it from other processes."""

import time
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from kpidash.services.watching import Watcher, watcher_of
from kpidash.store import catalogue as stored
from kpidash.store import signals
from kpidash.store.engine import Database
from tests.store import samples

CALLS, VISITS = samples.kpi("calls"), samples.kpi("visits")
MARGIN = samples.kpi("margin", formula="{calls} / 2")
TWICE = samples.kpi("twice", formula="{margin} + 1")


@pytest.fixture
def company(database):
    samples.define(database, CALLS, VISITS, MARGIN, TWICE)
    return database


@pytest.fixture
def watcher(company):
    return watching(company)


def watching(database):
    """A watcher that knows the newest change."""
    found = Watcher(database)
    found.look()
    return found


def report(database, code):
    with database.read() as connection:
        ids = stored.load(connection).ids
    samples.upload(database, samples.changes((ids[code], "2026-10-01", 5.0)))


def test_it_knows_the_revision_and_when_it_was_raised(company, watcher):
    before = watcher.known.latest
    report(company, "calls")
    watcher.look()
    assert watcher.known.latest.revision == before.revision + 1
    assert watcher.known.latest.at >= before.at
    assert timedelta(0) <= datetime.now(UTC) - watcher.known.latest.at < timedelta(minutes=1)


def test_a_change_of_actuals_concerns_its_kpi_and_those_calculated_from_it(company, watcher):
    before = watcher.known.settled
    report(company, "calls")
    watcher.look()
    for code in ("calls", "margin", "twice"):
        assert watcher.known.of(frozenset({code})) == watcher.known.latest, code
    assert watcher.known.of(frozenset({"visits"})) == watcher.known.settled == before
    assert watcher.known.of(frozenset({"visits", "twice", "unknown"})) == watcher.known.latest
    assert watcher.known.of(frozenset()) == before


def test_a_change_of_definitions_concerns_every_kpi(company, watcher):
    with company.write() as connection:
        stored.save(connection, samples.catalogue(CALLS, VISITS), actor="anna")
    watcher.look()
    assert watcher.known.of(frozenset({"visits"})) == watcher.known.settled == watcher.known.latest


def test_catching_up_reads_what_the_watcher_has_not_seen(company, watcher):
    report(company, "visits")
    watcher.catch_up(company.revision())
    assert watcher.known.of(frozenset({"visits"})).revision == company.revision()


def test_who_cannot_wait_hears_of_a_change_that_is_still_made_ready(company, watcher):
    told = []

    def ready(known):
        report(company, "visits")
        watcher.catch_up(company.written)
        told.append((known.latest.revision, watcher.known.latest.revision))

    before = watcher.known.latest.revision
    report(company, "calls")
    watcher.look(ready)
    assert told == [(before + 1, before + 2)]
    assert watcher.known.latest.revision == before + 2, "it does not go back"
    assert watcher.known.of(frozenset({"calls"})).revision == before + 1


def test_one_process_has_one_watcher_of_a_database(company):
    found = []
    threads = [Thread(target=lambda: found.append(watcher_of(company))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found[0].stop()
    assert len({id(one) for one in found}) == 1


def test_the_database_tells_of_a_change_by_another_process(company, database_url):
    if company.dialect == "sqlite":
        pytest.skip("SQLite tells nothing; it is looked at")
    signal = company.signal()
    assert signal.wait(), "it begins to listen"
    assert signal.listening
    other = Database(database_url)
    report(other, "calls")
    other.dispose()
    assert signal.wait()
    signal.close()


def test_following_ends_when_it_is_told_to(company):
    watcher = Watcher(company)
    watcher.start()
    report(company, "calls")
    end = time.monotonic() + 20
    while watcher.known.latest.revision < company.revision() and time.monotonic() < end:
        time.sleep(0.01)
    assert watcher.known.latest.revision == company.revision()
    watcher.stop()
    report(company, "calls")
    assert watcher.known.latest.revision == company.revision() - 1
    assert not watcher.listening


def test_where_nothing_is_told_one_looks_again_soon(company, monkeypatch):
    monkeypatch.setattr(signals, "LOOK_EVERY_S", 0.01)
    signal = company.signal()
    signal.distrust()
    assert not signal.wait()
    assert not signal.listening


def test_a_server_that_went_away_is_listened_to_again(company, monkeypatch):
    if company.dialect == "sqlite":
        pytest.skip("SQLite tells nothing; it is looked at")
    monkeypatch.setattr(signals, "LOOK_EVERY_S", 0.01)
    signal = company.signal()
    signal.wait()
    with company.read() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'kpidash listener' AND datname = current_database()"
        )
    assert not signal.wait()
    assert not signal.listening
    assert signal.wait()
    assert signal.listening
    signal.close()


def test_it_goes_on_following_after_something_that_nobody_expected(company, watcher):
    """Screens hear of ended sessions by it alone, also after a table was away for a moment."""

    def until(reachable):
        ends = time.monotonic() + 10
        while watcher.reachable is not reachable and time.monotonic() < ends:
            time.sleep(0.05)
        assert watcher.reachable is reachable

    def rename(before, after):
        with company.write(quiet=True) as connection:
            connection.exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")

    watcher.start()
    try:
        rename("revision", "away")
        until(False)
        rename("away", "revision")
        until(True)
        report(company, "calls")
        watcher.catch_up(company.revision())
    finally:
        watcher.stop()

"""Definitions that nobody changed are made once; changed ones are seen at once."""

from datetime import UTC, datetime

import pytest

from kpidash.store import catalogue as stored
from kpidash.store.engine import Database
from kpidash.store.remembered import KEPT
from tests.store import samples


def save(database, *kpis):
    with database.write() as connection:
        stored.save(connection, samples.catalogue(*kpis), actor="admin")


def load(database, **given):
    with database.read() as connection:
        return stored.load(connection, **given)


def codes(found):
    return [one.code for one in found.catalogue.kpis]


def test_two_readers_of_one_state_share_the_definitions(database):
    save(database, samples.rich_kpi())
    assert load(database) is load(database)


def test_an_upload_of_actuals_leaves_the_definitions_as_they_are(database):
    save(database, samples.kpi("calls"))
    before = load(database)
    samples.upload(database, samples.changes((before.ids["calls"], "2026-10-01", 5.0)))
    assert load(database) is before


def test_a_change_by_another_process_is_seen_by_the_next_reader(database, database_url):
    save(database, samples.kpi("calls"))
    assert codes(load(database)) == ["calls"]
    other = Database(database_url)
    save(other, samples.kpi("calls"), samples.kpi("visits"))
    other.dispose()
    assert codes(load(database)) == ["calls", "visits"]


def test_a_reader_that_began_before_a_change_keeps_its_state(database, database_url):
    save(database, samples.kpi("calls"))
    other = Database(database_url)
    with database.read() as connection:
        assert codes(stored.load(connection)) == ["calls"]
        save(other, samples.kpi("calls"), samples.kpi("visits"))
        assert codes(load(database)) == ["calls", "visits"]
        assert codes(stored.load(connection)) == ["calls"]
    other.dispose()


def test_what_a_transaction_has_changed_itself_is_seen_inside_and_by_nobody_else(database):
    save(database, samples.kpi("calls"))
    with pytest.raises(DroppedError):
        change_and_drop(database)
    assert codes(load(database)) == ["calls"]


class DroppedError(Exception):
    """Ends a transaction without a change."""


def change_and_drop(database):
    with database.write() as connection:
        stored.save(connection, samples.catalogue(samples.kpi("calls"), samples.kpi("visits")), actor="admin")
        assert codes(stored.load(connection)) == ["calls", "visits"]
        raise DroppedError


def test_definitions_as_known_at_other_moments_are_not_those_of_now(database):
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    save(database, samples.rich_kpi())
    assert load(database).catalogue.kpis[0].targets
    assert load(database, known_at=moment).catalogue.kpis[0].targets == ()
    assert load(database).catalogue.kpis[0].targets


def test_only_some_states_are_remembered(database):
    save(database, samples.rich_kpi())
    now = load(database)
    for year in range(2010, 2010 + KEPT):
        load(database, known_at=datetime(year, 1, 1, tzinfo=UTC))
    again = load(database)
    assert again is not now
    assert again.catalogue == now.catalogue

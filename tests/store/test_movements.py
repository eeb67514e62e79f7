"""What the changes after a revision touched."""

from kpidash.store import catalogue as stored
from kpidash.store import movements
from tests.store import samples


def moves(database, seen):
    with database.read() as connection:
        now, at = database.latest()
        return movements.since(connection, seen, now, at)


def test_an_upload_of_actuals_says_where_it_changed_them(database):
    with database.write() as connection:
        stored.save(connection, samples.catalogue(samples.kpi("calls"), samples.kpi("visits")), actor="anna")
    with database.read() as connection:
        ids = stored.load(connection).ids
    before, _ = database.latest()
    samples.upload(
        database, samples.changes((ids["calls"], "2026-10-01", 5.0), (ids["calls"], "2026-10-03", 5.0))
    )
    (found,) = moves(database, before)
    now, at = database.latest()
    assert (found.revision, found.at) == (now, at)
    days = found.touched[ids["calls"]]
    assert list(found.touched) == [ids["calls"]]
    assert days[1] - days[0] == 2


def test_a_change_of_definitions_may_concern_anything(database):
    before, _ = database.latest()
    with database.write() as connection:
        stored.save(connection, samples.catalogue(samples.kpi("calls")), actor="anna")
    assert [one.touched for one in moves(database, before)] == [None]


def test_after_very_many_changes_anything_may_be_another(database):
    now, at = database.latest()
    with database.read() as connection:
        (found,) = movements.since(connection, now - movements.MOST - 1, now, at)
    assert (found.revision, found.at, found.touched) == (now, at, None)


def test_a_state_of_another_database_tells_nothing(database):
    with database.write() as connection:
        stored.save(connection, samples.catalogue(samples.kpi("calls")), actor="anna")
    now, _ = database.latest()
    with database.write() as connection:
        stored.save(connection, samples.catalogue(samples.kpi("visits")), actor="anna")
    with database.read() as connection:
        assert movements.from_state(connection, (now, 12345), now + 1) is None

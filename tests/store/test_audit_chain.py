"""Five ways of tampering with the audit trail, each at a hundred random places: every one is found."""

import json
import random
from hashlib import sha256

import pytest
from sqlalchemy import select, text, update

from kpidash.store import audit, audit_chain
from kpidash.store.audit import Visitor
from kpidash.store.audit_chain import Checked, Flaw, Kind
from kpidash.store.tables import audit as entries
from tests.conftest import DIALECTS, own_database
from tests.store.trails import KINDS, forge, grow, tampering, unguarded

PLACES = 100
LONG = 120
SLIPPED_IN = """
    INSERT INTO audit (sequence, at, revision, actor, action, subject, detail, digest)
    SELECT 200, at, revision, 'x', action, subject, detail, digest FROM audit WHERE sequence = 60
"""


@pytest.fixture(scope="module", params=DIALECTS)
def trail(request, tmp_path_factory):
    """A trail whose triggers are gone, and the head that was kept of it; tests leave it as it is."""
    with own_database(request, tmp_path_factory.mktemp("trail")) as database:
        grow(database, LONG)
        unguarded(database)
        with database.read() as connection:
            kept = audit_chain.head(connection)
        yield database, kept


@pytest.mark.parametrize("kind", KINDS)
def test_tampering_at_a_hundred_random_places_is_found_each_time(trail, kind):
    database, kept = trail
    chance = random.Random(kind)  # noqa: S311 - the same places in every run
    found = 0
    for place in chance.sample(range(1, LONG + 1), PLACES):
        with tampering(database) as connection:
            KINDS[kind](connection, place, chance)
            found += bool(audit_chain.checked(connection, kept).flaws)
    assert found == PLACES
    with database.read() as connection:
        assert audit_chain.checked(connection, kept) == Checked(entries=LONG)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chain_forged_anew_is_found_by_the_kept_head_and_by_nothing_else(trail, kind):
    database, kept = trail
    chance = random.Random(kind)  # noqa: S311 - the same places in every run
    for place in chance.sample(range(1, LONG - 3), 10):
        with tampering(database) as connection:
            if kind == "alteration":  # a forged chain has no wrong digest
                forged = update(entries).where(entries.c.sequence == place)
                connection.execute(forged.values(actor="x"))
            else:
                KINDS[kind](connection, place, chance)
            forge(connection)
            assert not audit_chain.checked(connection).flaws
            (flaw,) = audit_chain.checked(connection, kept).flaws
            assert flaw.kind in {Kind.REPLACED, Kind.CUT, Kind.MISSING}


@pytest.mark.parametrize(
    ("statement", "flaws"),
    [
        ("UPDATE audit SET detail = '{}' WHERE sequence = 60", [Flaw(Kind.CHANGED, 60, 60)]),
        ("DELETE FROM audit WHERE sequence BETWEEN 60 AND 62", [Flaw(Kind.MISSING, 60, 62)]),
        ("DELETE FROM audit WHERE sequence = 1", [Flaw(Kind.MISSING, 1, 1)]),
        ("DELETE FROM audit WHERE sequence > 100", [Flaw(Kind.CUT, 100, 120)]),
        (
            SLIPPED_IN,
            [Flaw(Kind.INSERTED, 200, 200)],
        ),
        (
            "INSERT INTO audit (sequence, actor, action, subject, detail) VALUES (200, 'x', 'x', 'x', '{}')",
            [Flaw(Kind.INSERTED, 200, 200)],
        ),
        (
            "UPDATE audit SET actor = CASE sequence WHEN 60 THEN 'x' ELSE 'y' END WHERE sequence IN (60, 80)",
            [Flaw(Kind.CHANGED, 60, 60), Flaw(Kind.CHANGED, 80, 80)],
        ),
        ("UPDATE audit SET actor = 'x' WHERE sequence > 60", [Flaw(Kind.CHANGED, 61, 120)]),
        ("UPDATE revision SET audit = 'x'", [Flaw(Kind.CUT, 120, 0)]),
    ],
)
def test_each_broken_place_is_named(trail, statement, flaws):
    database, kept = trail
    with tampering(database) as connection:
        connection.execute(text(statement))
        assert audit_chain.checked(connection, kept).flaws == flaws


@pytest.mark.parametrize("places", [(60, 61), (60, 90), (1, 120)])
def test_entries_that_changed_places_are_named(trail, places):
    database, kept = trail
    first, second = places
    with tampering(database) as connection:
        names = ("actor", "action", "subject", "detail", "origin", "digest")
        query = select(*(entries.c[name] for name in names)).order_by(entries.c.sequence)
        taken = connection.execute(query.where(entries.c.sequence.in_(places))).mappings().all()
        for place, values in zip(reversed(places), taken, strict=True):
            connection.execute(update(entries).where(entries.c.sequence == place).values(dict(values)))
        found = [one for one in audit_chain.checked(connection, kept).flaws if one.kind is Kind.MOVED]
    assert found == [Flaw(Kind.MOVED, first, second), Flaw(Kind.MOVED, second, first)]


def test_entries_of_a_quiet_transaction_are_chained_without_a_new_revision(database):
    grow(database, 3)
    before = database.latest()
    for action in ("session.begin", "session.end"):
        with database.write(quiet=True) as connection:
            audit.record(connection, Visitor("asha", "10.0.0.7"), action=action, subject="session 1")
    assert database.latest() == before
    grow(database, 2)
    with database.read() as connection:
        assert audit_chain.checked(connection) == Checked(entries=7)
        later, earlier = [one for one in audit.recent(connection) if one.subject == "session 1"]
        assert later.at > earlier.at
        assert later.revision == earlier.revision == before[0]


def test_an_entry_that_says_no_origin_keeps_the_digest_that_it_always_had(database):
    grow(database, 1)
    with database.read() as connection:
        row = connection.execute(text("SELECT * FROM audit")).one()
    content = ["", 1, row.revision, row.at, row.actor, row.action, row.subject, row.detail]
    told = [row.origin] if row.origin else []
    assert row.digest == sha256(json.dumps(content + told).encode()).hexdigest()

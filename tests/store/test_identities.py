"""Identities of people elsewhere, and roles that came from there."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from kpidash.domain.access import Grant, Role
from kpidash.store import identities, users
from tests.store import samples

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ISSUER = "https://login.example.com"
SALES, EVERYWHERE = Grant(Role.ANALYST, "sales"), Grant(Role.EXECUTIVE)


@pytest.fixture
def asha(database):
    samples.define(database)
    with database.write() as connection:
        return users.add(connection, "asha@example.com", "Asha")


def test_an_identity_is_found_by_issuer_and_subject_letter_by_letter(database, asha):
    with database.write() as connection:
        identities.add(connection, ISSUER, "Asha", user_id=asha, at=NOW)
    with database.read() as connection:
        found = identities.find(connection, ISSUER, "Asha")
        assert (found.email, found.added_at) == ("asha@example.com", NOW)
        for issuer, subject in ((ISSUER, "asha"), (ISSUER + "/", "Asha"), (ISSUER, "Asha ")):
            assert identities.find(connection, issuer, subject) is None
        assert identities.of_person(connection, asha) == [found]


def test_an_identity_belongs_to_one_person(database, asha):
    with database.write() as connection:
        identities.add(connection, ISSUER, "Asha", user_id=asha, at=NOW)
        other = users.add(connection, "dev@example.com", "Dev")
    with pytest.raises(IntegrityError), database.write() as connection:
        identities.add(connection, ISSUER, "Asha", user_id=other, at=NOW)


def test_a_role_given_both_ways_stays_until_both_take_it_back(database, asha):
    with database.write() as connection:
        identities.give(connection, asha, SALES, issuer=ISSUER)
        identities.give(connection, asha, EVERYWHERE, issuer=ISSUER)
        assert not users.revoke(connection, asha, SALES)
        assert users.grant(connection, asha, SALES)
        assert identities.roles(connection, asha) == {SALES, EVERYWHERE}
        found = users.find(connection, "asha@example.com")
        assert (found.grants, found.provided) == ((SALES, EVERYWHERE), frozenset({EVERYWHERE}))
        identities.take(connection, asha, SALES)
        assert users.find(connection, "asha@example.com").grants == (EVERYWHERE, SALES)
        assert users.revoke(connection, asha, SALES)
        assert users.find(connection, "asha@example.com").grants == (EVERYWHERE,)

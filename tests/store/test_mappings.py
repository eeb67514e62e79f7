"""What was said about files is kept by their headers, the newest words only."""

from datetime import UTC, datetime

import pytest

from kpidash.store import mappings

ANSWERS = {"mapping": {"Größe": "value", "remark": "-"}, "kpi_names": {}, "decimal": None}


@pytest.fixture
def kept(database):
    with database.write() as connection:
        mappings.save(connection, "a" * 64, ANSWERS, actor="anna")
    return database


def find(database, signature):
    with database.read() as connection:
        return mappings.find(connection, signature)


def test_answers_come_back_as_they_were_given_with_who_and_when(kept):
    found = find(kept, "a" * 64)
    assert (found.signature, found.answers, found.actor) == ("a" * 64, ANSWERS, "anna")
    assert abs((datetime.now(UTC) - found.saved_at).total_seconds()) < 600


def test_other_headers_have_other_answers(kept):
    assert find(kept, "b" * 64) is None
    with kept.write() as connection:
        mappings.save(connection, "b" * 64, {}, actor="ben")
    assert find(kept, "a" * 64).answers == ANSWERS


def test_the_newest_answers_take_the_place_of_earlier_ones(kept):
    before = find(kept, "a" * 64)
    with kept.write() as connection:
        mappings.save(connection, "a" * 64, {"decimal": ","}, actor="ben")
    after = find(kept, "a" * 64)
    assert (after.answers, after.actor) == ({"decimal": ","}, "ben")
    assert after.saved_at >= before.saved_at


def test_answers_are_forgotten_once(kept):
    with kept.write() as connection:
        assert mappings.forget(connection, "a" * 64)
        assert not mappings.forget(connection, "a" * 64)
    assert find(kept, "a" * 64) is None

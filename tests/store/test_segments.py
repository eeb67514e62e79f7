"""Segments: one id for each combination of dimension values, however many there are."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kpidash.store import segments
from kpidash.store.engine import Database

MANY = 70_000
"""More than PostgreSQL takes values in one statement (65,535), and SQLite (32,766)."""


def keys(first, last):
    return [f'{{"client":"Client {number}"}}' for number in range(first, last)]


@pytest.fixture
def other(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def test_very_many_new_segments_get_an_id_each(database):
    with database.write() as connection:
        some = segments.ids(connection, keys(100, 200))
        found = segments.ids(connection, keys(0, MANY))
    assert list(found) == keys(0, MANY)
    assert len(set(found.values())) == MANY
    assert {key: found[key] for key in some} == some
    with database.read() as connection:
        assert segments.known(connection) == {"{}": segments.NONE, **found}


def test_no_keys_have_no_ids(database):
    with database.write() as connection:
        assert segments.ids(connection, []) == {}


def test_segments_that_are_known_are_not_made_again_and_change_nothing(database):
    with database.write() as connection:
        found = segments.ids(connection, ['{"region":"North"}', "{}", '{"region":"North"}'])
    with database.write() as connection:
        assert segments.ids(connection, reversed(found)) == found
        later = segments.ids(connection, ['{"region":"South"}'])
    assert list(later.values()) == [max(found.values()) + 1]


def test_two_that_make_the_same_segments_at_once_agree_on_their_ids(database, other):
    barrier = threading.Barrier(2)

    def make(given):
        opened, wanted = given
        barrier.wait(timeout=10)
        with opened.write() as connection:
            return segments.ids(connection, wanted)

    forth, back = keys(0, 3_000), [*keys(5_000, 5_500), *reversed(keys(500, 3_000))]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(make, [(database, forth), (other, back)])
    both = first.keys() & second.keys()
    assert len(both) == 2_500
    assert {key: first[key] for key in both} == {key: second[key] for key in both}

"""What a person is told when the database's surroundings fail in the middle of a large load."""

import pytest
from sqlalchemy import text

from kpidash.store import actuals
from kpidash.store.engine import DatabaseUnavailable
from tests.store import samples
from tests.store.samples import changes, values_of


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_told_in_words_and_leaves_nothing_behind(database):
    calls = samples.define(database, samples.kpi("calls"))["calls"]
    frame = changes(*((calls, day, 1.5) for day in range(20_000)))

    def fill():
        with database.write() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
            connection.execute(text(f"PRAGMA max_page_count = {pages + 20}"))
            actuals.write(connection, frame, frame[:0], 1)

    with pytest.raises(DatabaseUnavailable, match="full"):
        fill()
    assert values_of(database, calls) == {}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_while_rows_are_loaded_is_told_in_words(database):
    calls = samples.define(database, samples.kpi("calls"))["calls"]
    frame = changes(*((calls, day, 1.5) for day in range(20)))

    def lose():
        with database.write() as connection:
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with database.read() as another:
                another.execute(text(f"SELECT pg_terminate_backend({own})"))
            actuals.write(connection, frame, frame[:0], 1)

    with pytest.raises(DatabaseUnavailable):
        lose()
    assert values_of(database, calls) == {}

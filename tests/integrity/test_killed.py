"""Uploads that are killed while they commit are there whole or not at all, and a retry applies once.

`python -m bench.kill` does the same many times more, and on PostgreSQL kills the server too.
"""

import psycopg
import pytest
from sqlalchemy import make_url

from bench.killed_uploads import client, killed

ROWS = 2_000


@pytest.fixture
def strikes(database_url):
    """What may be killed: a server of PostgreSQL that others use too only ends what works for one client."""
    if database_url.startswith("sqlite"):
        return {"client": client}
    place = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)

    def server(process, number):
        with psycopg.connect(place) as connection:
            connection.execute("SELECT pg_terminate_backend(%s::int)", [number])
        process.join()

    return {"client": client, "server": server}


@pytest.mark.parametrize("aimed", [False, True])
def test_a_killed_upload_is_there_whole_or_not_at_all_and_a_retry_applies_once(database_url, strikes, aimed):
    times = 2 if aimed else 6
    outcomes = list(killed(database_url, strikes, times, rows=ROWS, seed=7, aimed=aimed))
    assert [outcome for outcome in outcomes if outcome.problems] == []
    assert len(outcomes) == times
    assert all(outcome.whole for outcome in outcomes if outcome.where == "after")
    assert not any(outcome.whole for outcome in outcomes if outcome.where in {"before", "inside"})

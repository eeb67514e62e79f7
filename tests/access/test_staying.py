"""A screen that nobody touches: on a wall it goes on for its day, anywhere else it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from kpidash.services import sessions
from kpidash.services.sessions import ABSOLUTE, IDLE
from tests.access.company import Company, email
from tests.access.screens import Screen

BEFORE_THE_END = timedelta(minutes=2)


def begun(company: Company, ago: timedelta) -> str:
    """The id of a session in which nothing was done since it began so long ago."""
    at = datetime.now(UTC) - ago
    return sessions.begin(
        company.database, email("executive"), method="password", address="192.0.2.7", agent="a wall", at=at
    ).id


@pytest.mark.parametrize(("page", "stays"), [("tv", True), ("", False), ("scorecard", False)])
def test_a_wall_keeps_its_session(local_again: Company, page: str, stays: bool):
    session = begun(local_again, IDLE - BEFORE_THE_END)
    Screen(session).open(page, {})
    later = datetime.now(UTC) + 2 * BEFORE_THE_END
    assert (sessions.of_id(local_again.database, session, at=later) is not None) is stays


def test_a_wall_ends_with_its_day(local_again: Company):
    session = begun(local_again, IDLE - BEFORE_THE_END)
    wall = Screen(session).open("tv", {})
    assert {"brand", "live"} <= wall.shown.keys()
    late = datetime.now(UTC) + ABSOLUTE
    assert sessions.of_id(local_again.database, session, at=late) is None
    ended = Screen(begun(local_again, ABSOLUTE)).open("tv", {})
    assert "You are signed out" in ended.shown["stopped"]
    assert set(ended.shown) == {"stopped"}

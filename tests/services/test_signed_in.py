"""What a process knows of who is signed in, and when it has to ask the database."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from kpidash.domain.access import Grant, NotPermitted, Role, system_scope
from kpidash.services import sessions
from kpidash.services.signed_in import SignedIn
from kpidash.services.watching import Watcher
from kpidash.store import users

ASHA = "asha@example.com"


@pytest.fixture
def people(database):
    with database.write() as connection:
        number = users.add(connection, ASHA, "Asha")
        users.grant(connection, number, Grant(Role.EXECUTIVE))
    return database


@pytest.fixture
def signed_in(people):
    watcher = Watcher(people)
    watcher.look()
    return SignedIn(people, watcher), watcher


def begin(database, at=None):
    return sessions.begin(database, ASHA, method="password", address="192.0.2.7", agent="Firefox", at=at)


def statements(database, work) -> int:
    """How many statements `work` sends."""
    said, here = [], threading.get_ident()

    def note(*_) -> None:
        if threading.get_ident() == here:
            said.append(1)

    event.listen(database._engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(database._engine, "before_cursor_execute", note)
    return len(said)


def test_an_open_screen_costs_the_database_nothing(people, signed_in):
    known, _ = signed_in
    begun = begin(people)
    assert known.by_token(begun.token).id == begun.id
    known.scope(begun.id)

    def polls() -> None:
        for _ in range(100):
            assert known.by_id(begun.id)
            assert known.scope(begun.id).held
            known.act(begun.id)

    assert statements(people, polls) == 0


def test_an_ended_session_is_known_as_soon_as_the_change_is(people, signed_in):
    known, watcher = signed_in
    begun, other = begin(people), begin(people)
    assert known.by_id(begun.id)
    assert known.by_id(other.id)
    sessions.end(people, system_scope("root"), [begun.id])
    assert known.by_token(begun.token) is None
    watcher.look()
    assert known.at_hand(begun.id) is None
    assert known.by_id(begun.id) is None
    assert known.by_id(other.id)
    with pytest.raises(NotPermitted):
        known.scope(begun.id)


def test_a_changed_role_is_known_as_soon_as_the_change_is(people, signed_in):
    known, watcher = signed_in
    begun = begin(people)
    before = known.scope(begun.id)
    with people.write() as connection:
        number = users.find(connection, ASHA).id
        users.revoke(connection, number, Grant(Role.EXECUTIVE))
        users.grant(connection, number, Grant(Role.ADMINISTRATOR))
    watcher.look()
    assert known.scope(begun.id).held != before.held
    assert known.scope(begun.id).origin == "192.0.2.7"
    with people.write() as connection:
        users.revoke(connection, number, Grant(Role.ADMINISTRATOR))
    watcher.look()
    with pytest.raises(NotPermitted):
        known.scope(begun.id)


def test_time_ends_a_session_without_a_change(people, signed_in):
    known, _ = signed_in
    idle = begin(people, at=datetime.now(UTC) - sessions.IDLE - timedelta(seconds=1))
    assert known.by_token(idle.token) is None
    assert known.by_id(idle.id) is None


def test_what_another_process_noted_keeps_a_session(people, signed_in):
    known, _ = signed_in
    begun = begin(people, at=datetime.now(UTC) - timedelta(minutes=20))
    here = known.by_id(begun.id)
    assert datetime.now(UTC) - here.seen_at > timedelta(minutes=19)
    SignedIn(people, Watcher(people)).act(begun.id)
    assert known.by_token(begun.token).seen_at - here.seen_at > timedelta(minutes=19)


def test_doing_something_is_noted_once_a_minute(people, signed_in):
    known, _ = signed_in
    begun = begin(people, at=datetime.now(UTC) - timedelta(minutes=5))
    assert known.by_id(begun.id)
    assert statements(people, lambda: known.act(begun.id)) > 0
    assert statements(people, lambda: known.act(begun.id)) == 0
    assert datetime.now(UTC) - known.by_id(begun.id).seen_at < timedelta(minutes=1)

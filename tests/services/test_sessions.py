"""Sessions: who is found by a token, for how long, and who may end them."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest

from kpidash.domain.access import Grant, Role, scope_of
from kpidash.domain.catalogue import Catalogue
from kpidash.services import sessions
from kpidash.services.errors import NotThere
from kpidash.store import audit, users

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ASHA, DEV = "asha@example.com", "dev@example.com"


@pytest.fixture
def people(database):
    with database.write() as connection:
        for email in (ASHA, DEV):
            users.add(connection, email, email.partition("@")[0].title())
    return database


def begin(database, email=ASHA, at=NOW):
    return sessions.begin(database, email, method="password", address="192.0.2.7", agent="Firefox", at=at)


def scope(email, *grants):
    return scope_of(email, grants, Catalogue.empty())


def test_a_token_finds_its_session_and_no_other_does(people):
    begun = begin(people)
    found = sessions.of_token(people, begun.token, at=NOW)
    assert (found.id, found.email, found.method) == (begun.id, ASHA, "password")
    assert (found.address, found.agent) == ("192.0.2.7", "Firefox")
    assert sessions.of_id(people, begun.id, at=NOW) == found
    for wrong in ("", begun.id, begun.token[:-1], begun.token + "A", begin(people).id):
        assert sessions.of_token(people, wrong, at=NOW) is None


def test_the_token_itself_is_not_kept(people):
    begun = begin(people)
    with people.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sign_in_session").fetchall()
    assert begun.token not in str(rows)


@pytest.mark.parametrize(
    ("idle", "open_still"), [(timedelta(minutes=29), True), (timedelta(minutes=30), False)]
)
def test_a_session_ends_when_nobody_has_done_anything_for_half_an_hour(people, idle, open_still):
    begun = begin(people)
    assert (sessions.of_token(people, begun.token, at=NOW + idle) is not None) is open_still


def test_a_session_ends_after_twelve_hours_whatever_its_person_does(people):
    begun, at = begin(people), NOW
    while (found := sessions.of_token(people, begun.token, at=at)) is not None:
        sessions.seen(people, found, at=at)
        at += timedelta(minutes=20)
    assert at - NOW == timedelta(hours=12)


def test_nobody_unknown_or_gone_begins_a_session_and_who_goes_loses_theirs(people):
    with pytest.raises(NotThere):
        begin(people, "nobody@example.com")
    begun = begin(people)
    with people.write() as connection:
        users.disable(connection, users.find(connection, ASHA).id, NOW)
    assert sessions.of_token(people, begun.token, at=NOW) is None
    with pytest.raises(NotThere):
        begin(people)


def test_no_session_begins_while_its_person_is_disabled(people):
    """It would be ended by nobody, and there again when the person may sign in again."""
    with ThreadPoolExecutor(1) as other:
        with people.write() as connection:
            users.lock(connection)
            beginning = other.submit(begin, people)
            wait([beginning], timeout=0.5)
            users.disable(connection, users.find(connection, ASHA).id, NOW)
        assert isinstance(beginning.exception(), NotThere)


def test_people_see_and_end_their_own_sessions_and_an_administrator_all(people):
    mine, other = begin(people), begin(people, DEV)
    listed = sessions.open_sessions(people, scope(ASHA), at=NOW)
    assert [one.id for one in listed] == [mine.id]
    with pytest.raises(NotThere):
        sessions.end(people, scope(ASHA), [mine.id, other.id], at=NOW)
    assert sessions.of_token(people, mine.token, at=NOW)
    assert sessions.end(people, scope(ASHA), [mine.id], at=NOW) == 1
    assert sessions.end(people, scope(ASHA), [mine.id], at=NOW) == 0
    assert sessions.of_token(people, mine.token, at=NOW) is None
    administrator = scope("root@example.com", Grant(Role.ADMINISTRATOR))
    assert [one.id for one in sessions.open_sessions(people, administrator, at=NOW)] == [other.id]
    assert sessions.end(people, administrator, [other.id], at=NOW) == 1
    assert sessions.of_id(people, other.id, at=NOW) is None
    with people.read() as connection:
        assert [(entry.action, entry.subject) for entry in audit.recent(connection)] == [
            ("session.end", f"session {other.id}"),
            ("session.end", f"session {mine.id}"),
            ("session.begin", f"session {other.id}"),
            ("session.begin", f"session {mine.id}"),
        ]


def test_ending_a_session_raises_the_revision_so_that_open_screens_hear_of_it(people):
    begun, before = begin(people), people.revision()
    sessions.end(people, scope(ASHA), [begun.id], at=NOW)
    assert people.revision() == before + 1


def test_addresses_that_are_alike_in_no_case_are_those_of_two_people(people):
    """In other letters ß is ss (str.casefold), and yet these are two people."""
    sharp, double = "straße@example.com", "strasse@example.com"
    with people.write() as connection:
        for email in (sharp, double):
            users.add(connection, email, "Somebody")
    mine, other = begin(people, sharp), begin(people, double)
    assert [one.id for one in sessions.open_sessions(people, scope(sharp), at=NOW)] == [mine.id]
    with pytest.raises(NotThere):
        sessions.end(people, scope(sharp), [other.id])
    assert sessions.end(people, scope(sharp.upper().replace("SS", "ß")), [mine.id]) == 1

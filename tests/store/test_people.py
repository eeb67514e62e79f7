"""Users, the audit trail, and the list of uploads."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from kpidash.domain.access import Grant, Role
from kpidash.domain.catalogue import Catalogue
from kpidash.store import audit, audit_chain, catalogue, uploads, users
from kpidash.store.tables import audit as audit_table
from kpidash.store.versions import Applied
from tests.store import samples

SALES_HEAD = Grant(Role.DEPARTMENT_HEAD, "sales")
ANALYST = Grant(Role.ANALYST)
ASHA = audit.Visitor("asha", "token reports, 10.0.0.7")


@pytest.fixture
def departments(database):
    samples.define(database)


def test_people_are_found_by_address_whatever_its_case(database, departments):
    with database.write() as connection:
        number = users.add(connection, " Asha@Example.com ", "Asha")
        users.grant(connection, number, SALES_HEAD)
        users.grant(connection, number, ANALYST)
    with database.read() as connection:
        found = users.find(connection, "asha@example.COM")
        assert found == users.User(number, "asha@example.com", "Asha", (SALES_HEAD, ANALYST))
        assert users.find(connection, "nobody@example.com") is None
        assert users.everyone(connection) == [found]


def test_a_person_added_again_is_renamed(database):
    with database.write() as connection:
        first = users.add(connection, "asha@example.com", "Asha")
        assert users.add(connection, "ASHA@example.com", "Asha Rao") == first
        assert users.everyone(connection)[0].name == "Asha Rao"


@pytest.mark.parametrize("given", [SALES_HEAD, ANALYST])
def test_a_role_is_given_once_and_taken_back_once(database, departments, given):
    with database.write() as connection:
        number = users.add(connection, "asha@example.com", "Asha")
        assert users.grant(connection, number, given)
        assert not users.grant(connection, number, given)
        assert users.revoke(connection, number, given)
        assert not users.revoke(connection, number, given)


def test_a_grant_goes_with_its_department(database, departments):
    with database.write() as connection:
        number = users.add(connection, "asha@example.com", "Asha")
        users.grant(connection, number, SALES_HEAD)
        users.grant(connection, number, ANALYST)
        catalogue.save(connection, Catalogue.empty(), actor="admin", prune=True)
    with database.read() as connection:
        assert users.find(connection, "asha@example.com").grants == (ANALYST,)


def note(database, action, **detail):
    with database.write() as connection:
        audit.record(connection, ASHA, action=action, subject="upload 7", detail=detail)


def test_the_audit_trail_tells_who_did_what_newest_first(database):
    note(database, "upload", rows=3, file="ä.csv")
    note(database, "undo")
    with database.read() as connection:
        newest, oldest = audit.recent(connection)
        assert audit.recent(connection, 1) == [newest]
        assert audit.recent(connection, before=newest.sequence) == [oldest]
        assert audit_chain.checked(connection) == audit_chain.Checked(entries=2)
    assert (oldest.actor, oldest.action, oldest.subject) == ("asha", "upload", "upload 7")
    assert oldest.detail == {"rows": 3, "file": "ä.csv"}
    assert oldest.origin == "token reports, 10.0.0.7"
    assert oldest.at.tzinfo is UTC


@pytest.mark.parametrize(
    "statement", [update(audit_table).values(actor="somebody else"), delete(audit_table)]
)
def test_audit_entries_cannot_be_changed_or_deleted(database, statement):
    note(database, "upload")
    with pytest.raises(DBAPIError, match="stay as they are"), database.write() as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET actor = 'x' WHERE action = 'second'", [("changed", 2)]),
        ("UPDATE audit SET origin = 'x' WHERE action = 'second'", [("changed", 2)]),
        ("UPDATE audit SET origin = NULL WHERE action = 'first'", [("changed", 1)]),
        ("DELETE FROM audit WHERE action = 'second'", [("missing", 2)]),
        ("DELETE FROM audit WHERE action = 'third'", [("cut", 2)]),
        ("DELETE FROM audit", [("cut", 0)]),
        ("UPDATE audit SET revision = 1 WHERE action = 'third'", [("inserted", 3), ("cut", 2)]),
        ("UPDATE audit SET revision = NULL WHERE action = 'third'", [("changed", 3)]),  # and sealed anew
    ],
)
def test_tampering_behind_the_triggers_shows(blank_database, statement, found):
    for action in ("first", "second", "third"):
        note(blank_database, action)
    with blank_database.write() as connection:
        on = "" if blank_database.dialect == "sqlite" else " ON audit"
        for trigger in ("audit_stays", "audit_remains"):
            connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
        connection.execute(text(statement))
    with blank_database.read() as connection:
        assert [(one.kind, one.first) for one in audit_chain.checked(connection).flaws] == found


def test_an_upload_tells_all_that_is_known_of_it(database):
    with database.write() as connection:
        number = uploads.insert(
            connection,
            kind=uploads.Kind.ACTUALS,
            actor="asha",
            file_name="oct.csv",
            digest="abc",
            rows=10,
            rejected=1,
            idempotency_key="k1",
        )
        uploads.count(connection, number, Applied(added=5, changed=3, unchanged=1))
    with database.read() as connection:
        found = uploads.find(connection, number)
        assert uploads.by_key(connection, "k1") == found
        assert uploads.find(connection, 999) is None
        assert uploads.recent(connection) == [found]
        assert uploads.recent(connection, before=number) == []
    assert (found.kind, found.state, found.file_name, found.actor) == (
        "actuals",
        "committed",
        "oct.csv",
        "asha",
    )
    assert (found.rows, found.added, found.changed, found.unchanged, found.rejected) == (10, 5, 3, 1, 1)


def test_an_idempotency_key_is_used_once(database):
    given = {"kind": uploads.Kind.ACTUALS, "actor": "asha", "idempotency_key": "k1"}
    with database.write() as connection:
        first = uploads.insert(connection, **given)
        with pytest.raises(uploads.AlreadyCommitted) as refused:
            uploads.insert(connection, **given)
        assert refused.value.upload_id == first
        assert uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="asha") != first


def test_moments_keep_their_microseconds():
    at = datetime(2026, 10, 14, 12, 30, 15, 123456, tzinfo=UTC)
    assert uploads.moment(uploads.microseconds(at)) == at

"""People: who may change them, what is refused, and what the audit trail keeps of it."""

import threading
from datetime import UTC, datetime

import pytest

from kpidash.domain.access import Capability, Grant, NotPermitted, Role, narrowed, scope_of, system_scope
from kpidash.domain.catalogue import Catalogue
from kpidash.services import links, people, sessions
from kpidash.services.errors import NotThere, Standing, WrongQuestion
from kpidash.store import audit, catalogue
from tests.store import samples

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROOT = system_scope("root")
ASHA, RITU, DEV = "asha@example.com", "ritu@example.com", "dev@example.com"
ANALYST = Grant(Role.ANALYST, "sales")


@pytest.fixture
def company(database):
    samples.define(database)
    return database


def entries(database):
    with database.read() as connection:
        return [(one.action, one.subject, dict(one.detail)) for one in reversed(audit.recent(connection))]


def named(database, email):
    return next(one for one in people.everyone(database, ROOT) if one.email == email)


def test_a_person_is_added_once_without_a_password_and_gets_a_link(company):
    link = people.add(company, ROOT, " Asha@Example.com ", name=" Asha  Rao ")
    found = named(company, ASHA)
    assert (found.name, found.grants, found.has_password, found.has_codes) == ("Asha Rao", (), False, False)
    assert link.email == ASHA
    assert link.address("https://kpi.example.com/") == f"https://kpi.example.com/link/{link.token}"
    with pytest.raises(Standing, match="known already"):
        people.add(company, ROOT, "ASHA@example.com", name="Somebody else")
    assert named(company, ASHA).name == "Asha Rao"


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("asha", "Asha"), ("a b@example.com", "Asha"), ("asha@", "Asha"), ("@example.com", "Asha"),
        ("asha@example..com", "Asha"), ("asha@example.com\x00", "Asha"), ("a\u200bsha@example.com", "Asha"),
        ("a" * 250 + "@example.com", "Asha"), (ASHA, " "), (ASHA, "A\u202esha"), (ASHA, "A" * 101),
    ],
)  # fmt: skip
def test_what_is_no_address_or_name_is_refused(company, email, name):
    with pytest.raises(WrongQuestion):
        people.add(company, ROOT, email, name=name)
    assert people.everyone(company, ROOT) == ()


def test_roles_are_given_and_taken_back_with_what_was_before_and_after(company):
    people.add(company, ROOT, ASHA, name="Asha")
    assert people.grant(company, ROOT, ASHA, ANALYST)
    assert not people.grant(company, ROOT, ASHA, ANALYST)
    assert named(company, ASHA).grants == (ANALYST,)
    assert people.revoke(company, ROOT, ASHA, ANALYST)
    assert not people.revoke(company, ROOT, ASHA, ANALYST)
    plain = {"name": "Asha", "roles": [], "disabled": False}
    assert [one for one in entries(company) if one[0] != "link.make"] == [
        ("user.add", f"user {ASHA}", {"before": None, "after": plain}),
        ("user.grant", f"user {ASHA}", {"before": plain, "after": plain | {"roles": ["analyst in sales"]}}),
        ("user.revoke", f"user {ASHA}", {"before": plain | {"roles": ["analyst in sales"]}, "after": plain}),
    ]


def test_unknown_people_and_departments_are_refused(company):
    with pytest.raises(NotThere, match="nobody"):
        people.grant(company, ROOT, ASHA, ANALYST)
    people.add(company, ROOT, ASHA, name="Asha")
    with pytest.raises(NotThere, match="no department"):
        people.grant(company, ROOT, ASHA, Grant(Role.ANALYST, "nowhere"))
    for change in (people.disable, people.enable):
        with pytest.raises(NotThere):
            change(company, ROOT, DEV)
    with pytest.raises(NotThere):
        links.make(company, ROOT, DEV)


def test_the_last_administrator_stays(company):
    people.add(company, ROOT, RITU, name="Ritu", admin=True)
    before = entries(company)
    with pytest.raises(Standing, match="last administrator"):
        people.revoke(company, ROOT, RITU, people.ADMINISTRATOR)
    with pytest.raises(Standing, match="last administrator"):
        people.disable(company, ROOT, RITU)
    assert (named(company, RITU).grants, named(company, RITU).disabled_at) == ((people.ADMINISTRATOR,), None)
    assert entries(company) == before
    people.add(company, ROOT, DEV, name="Dev", admin=True)
    assert people.disable(company, ROOT, RITU)
    with pytest.raises(Standing, match="last administrator"):
        people.revoke(company, ROOT, DEV, people.ADMINISTRATOR)
    assert people.revoke(company, ROOT, RITU, people.ADMINISTRATOR)


def test_two_administrators_who_dismiss_each_other_at_once_do_not_both_go(company):
    for email in (RITU, DEV):
        people.add(company, ROOT, email, name=email, admin=True)
    ready, outcomes = threading.Barrier(2), []

    def dismiss(email):
        ready.wait()
        try:
            outcomes.append(people.disable(company, ROOT, email))
        except Standing:
            outcomes.append(None)

    both = [threading.Thread(target=dismiss, args=(email,)) for email in (RITU, DEV)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes, key=str) == [None, True]


def test_who_is_disabled_loses_sessions_and_links_and_comes_back_without_them(company):
    link = people.add(company, ROOT, ASHA, name="Asha")
    begun = sessions.begin(company, ASHA, method="password", address="", agent="", at=NOW)
    assert people.disable(company, ROOT, ASHA, at=NOW)
    assert not people.disable(company, ROOT, ASHA, at=NOW)
    assert named(company, ASHA).disabled_at == NOW
    with pytest.raises(Standing, match="may not sign in"):
        links.make(company, ROOT, ASHA)
    assert people.enable(company, ROOT, ASHA)
    assert not people.enable(company, ROOT, ASHA)
    assert sessions.of_token(company, begun.token, at=NOW) is None
    assert links.of_token(company, link.token, at=NOW) is None
    (_, _, told), _ = entries(company)[-2:]
    assert told["ended"] == {"sessions": [begun.id], "tokens": []}
    assert (told["before"]["disabled"], told["after"]["disabled"]) == (False, True)


def in_company(database, email, *grants):
    with database.read() as connection:
        return scope_of(email, grants, catalogue.load(connection).catalogue)


CHANGES = {
    "list": people.everyone,
    "add": lambda database, scope: people.add(database, scope, "new@example.com", name="New"),
    "grant": lambda database, scope: people.grant(database, scope, ASHA, Grant(Role.EXECUTIVE)),
    "revoke": lambda database, scope: people.revoke(database, scope, ASHA, Grant(Role.VIEWER)),
    "disable": lambda database, scope: people.disable(database, scope, ASHA),
    "enable": lambda database, scope: people.enable(database, scope, ASHA),
    "link": lambda database, scope: links.make(database, scope, ASHA),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_manages_people(company, role, change):
    people.add(company, ROOT, ASHA, name="Asha")
    before = entries(company)
    with pytest.raises(NotPermitted):
        change(company, in_company(company, DEV, Grant(role)))
    assert entries(company) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_administrator_of_one_department_touches_nobody_of_the_company(company, change):
    people.add(company, ROOT, ASHA, name="Asha")
    local = in_company(company, DEV, Grant(Role.ADMINISTRATOR, "sales"))
    with pytest.raises(NotPermitted):
        change(company, local)
    whole = in_company(company, DEV, people.ADMINISTRATOR)
    narrow = narrowed(whole, Capability, ["sales"], _catalogue(company))
    with pytest.raises(NotPermitted):
        change(company, narrow)
    assert people.grant(company, local, ASHA, ANALYST)
    with pytest.raises(NotPermitted):
        people.grant(company, local, ASHA, Grant(Role.ANALYST, "service"))


def test_an_administrator_of_one_department_ends_no_sessions_of_others(company):
    people.add(company, ROOT, ASHA, name="Asha")
    begun = sessions.begin(company, ASHA, method="password", address="", agent="", at=NOW)
    local = in_company(company, DEV, Grant(Role.ADMINISTRATOR, "sales"))
    assert sessions.open_sessions(company, local, at=NOW) == []
    with pytest.raises(NotThere):
        sessions.end(company, local, [begun.id], at=NOW)
    assert sessions.of_token(company, begun.token, at=NOW) is not None


def test_no_change_tells_the_audit_trail_a_secret(company):
    link = people.add(company, ROOT, ASHA, name="Asha", admin=True)
    assert link.token not in str(entries(company))
    with company.read() as connection:
        assert link.token not in str(connection.exec_driver_sql("SELECT * FROM one_time_link").fetchall())


def test_a_grant_is_written_in_words():
    assert people.label_of(ANALYST) == "analyst in sales"
    assert people.label_of(Grant(Role.DEPARTMENT_HEAD)) == "department_head"


def _catalogue(database) -> Catalogue:
    with database.read() as connection:
        return catalogue.load(connection).catalogue

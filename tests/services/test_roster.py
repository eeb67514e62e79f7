"""Everybody at a glance, and one's own account: what stands there, and who may see it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kpidash.domain.access import Capability, Grant, NotPermitted, Role, narrowed, scope_of, system_scope
from kpidash.domain.catalogue import Catalogue, Department
from kpidash.services import access, accounts, catalogues, people, roster, sessions, tokens
from kpidash.services.accounts import Ability
from kpidash.store import catalogue, identities, users
from tests.cli.company import CATALOGUE
from tests.services.people_who_sign_in import hire

ROOT = system_scope("root")
ASHA, DEV, RITU = "asha@example.com", "dev@example.com", "ritu@example.com"
NOW = datetime.now(UTC)


@pytest.fixture
def company(database):
    catalogues.apply_catalogue(database, ROOT, CATALOGUE.encode(), dry_run=False, prune=False)
    for email in (ASHA, DEV, RITU):
        hire(database, email, None)
    return database


def departments(database):
    with database.read() as connection:
        return catalogue.load(connection).catalogue.departments


def named(database, email):
    found = roster.everybody(database, ROOT).find(email)
    assert found is not None
    return found


def headed(database):
    """A department with a head, who becomes known."""
    found = next(one for one in departments(database) if one.head)
    with database.write() as connection:
        users.add(connection, found.head, "Some Head")
    return found


def test_roles_are_said_in_words_those_of_the_definitions_too(company):
    place = headed(company)
    people.grant(company, ROOT, place.head, Grant(Role.ANALYST, place.code))
    people.grant(company, ROOT, place.head, Grant(Role.DEPARTMENT_HEAD, place.code))
    found = named(company, place.head.upper())
    assert found.roles == (f"Analyst in {place.name}", f"Head of {place.name}")
    assert found.headed == (place.name,)
    assert named(company, ASHA).roles == ()


def test_a_head_is_called_so_whatever_letters_the_address_has():
    """Those who have its rights, and nobody whose address is alike in no case: ß is ss in other letters."""
    sales = Department(code="sales", name="Sales", head="Straße@example.com")
    street = replace(Catalogue.empty(), departments=(sales,))
    assert access.titles_of("straße@example.com", [], street) == ("Head of Sales",)
    assert access.titles_of("strasse@example.com", [], street) == ()


def test_a_role_in_a_department_that_is_gone_is_said_to_be_so():
    given = Grant(Role.VIEWER, "closed-down")
    assert access.titles_of(ASHA, [given], Catalogue.empty()) == ("Viewer in a department that is gone",)


def test_who_has_nothing_to_sign_in_with_is_invited(company):
    hire(company, "kim@example.com")
    with company.write() as connection:
        number = users.find(connection, DEV).id
        identities.add(connection, "https://login.example.com", "7", user_id=number, at=NOW)
    people.disable(company, ROOT, RITU)
    states = {one.person.email: one.state for one in roster.everybody(company, ROOT).members}
    assert states == {ASHA: "invited", DEV: "active", RITU: "disabled", "kim@example.com": "active"}


def test_sessions_and_tokens_are_those_that_are_good(company):
    people.grant(company, ROOT, ASHA, Grant(Role.VIEWER))
    assert named(company, ASHA).signed_in_at is None
    for at in (NOW - timedelta(days=2), NOW - timedelta(minutes=3)):
        sessions.begin(company, ASHA, method="password", address="192.0.2.7", agent="Firefox", at=at)
    own = access.sign_in(company, ASHA)
    good = tokens.make(company, own, "good")
    tokens.make(company, own, "old", days=1, at=NOW - timedelta(days=3))
    tokens.end(company, own, tokens.make(company, own, "ended").token.id)
    found = named(company, ASHA)
    assert found.signed_in_at == (NOW - timedelta(minutes=3)).replace(microsecond=NOW.microsecond)
    assert len(found.sessions) == 1
    assert [one.id for one in found.tokens] == [good.token.id]
    assert named(company, DEV).sessions == named(company, DEV).tokens == ()


def test_what_a_provider_gave_is_told_apart(company):
    given = Grant(Role.VIEWER)
    with company.write() as connection:
        identities.give(
            connection, users.find(connection, ASHA).id, given, issuer="https://login.example.com"
        )
    assert named(company, ASHA).provided == {given}


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMINISTRATOR])
def test_nobody_but_whoever_manages_all_users_sees_it(company, role):
    for scope in (
        scope_of(ASHA, [Grant(role)], Catalogue.empty()),
        scope_of(ASHA, [Grant(Role.ADMINISTRATOR, departments(company)[0].code)], Catalogue.empty()),
        narrowed(ROOT, [Capability.READ], None, Catalogue.empty()),
    ):
        with pytest.raises(NotPermitted):
            roster.everybody(company, scope)


def test_ones_account_says_what_one_may_do_and_where(company):
    above = next(
        one for one in departments(company) if any(each.parent == one.code for each in departments(company))
    )
    people.grant(company, ROOT, ASHA, Grant(Role.ANALYST, above.code))
    people.grant(company, ROOT, ASHA, Grant(Role.AUDITOR))
    found = accounts.own(company, access.sign_in(company, ASHA))
    assert (found.email, found.name, found.has_password, found.has_codes) == (ASHA, "Some Body", False, False)
    assert found.roles == (f"Analyst in {above.name}", "Auditor")
    by = {one.capability: one for one in found.abilities}
    assert set(by) == {Capability.READ, Capability.UPLOAD, Capability.AUDIT}
    assert by[Capability.UPLOAD] == Ability(Capability.UPLOAD, False, (above.name,))
    assert by[Capability.READ].whole


def test_ones_account_names_no_department_of_others(company):
    first, *others = departments(company)
    people.grant(company, ROOT, ASHA, Grant(Role.VIEWER, first.code))
    found = accounts.own(company, access.sign_in(company, ASHA))
    with company.read() as connection:
        below = catalogue.load(connection).catalogue.subtree(first.code)
    assert {one.code for one in found.departments} == below
    assert others


def test_a_token_has_no_account(company):
    with pytest.raises(NotPermitted):
        accounts.own(company, narrowed(ROOT, [Capability.READ], None, Catalogue.empty()))


def test_somebody_who_is_not_known_by_address_has_a_bare_account(company):
    found = accounts.own(company, ROOT)
    assert (found.name, found.roles, found.has_password) == ("root", (), False)
    assert all(one.whole for one in found.abilities)

"""Whose account it is: that of the provider's subject, of an invitation, or one of its own; never by mail."""

from dataclasses import replace

import pytest

from kpidash.domain.access import Capability, Grant, Role, system_scope
from kpidash.services import people
from kpidash.services.access import sign_in
from kpidash.services.oidc.accounts import address_for
from kpidash.store import audit, catalogue, users
from tests.oidc.conftest import BY_CLAIM
from tests.oidc.provider import PEOPLE
from tests.oidc.visiting import onward
from tests.store import samples

ROOT = system_scope("root")
ASHA = PEOPLE["asha"]["email"]
NOT_KNOWN = "You are not known here yet"


@pytest.fixture
def head(app, database):
    """Somebody with the mail address of Asha, who is an executive and heads Sales."""
    known = samples.catalogue()
    headed = tuple(replace(one, head=ASHA) if one.code == "sales" else one for one in known.departments)
    with database.write() as connection:
        catalogue.save(connection, replace(known, departments=headed), actor="root")
    people.add(database, ROOT, ASHA, name="Asha Rao")
    people.grant(database, ROOT, ASHA, Grant(Role.EXECUTIVE))


def invited(database, email="guest@example.com"):
    return people.add(database, ROOT, email, name="A guest").token


def accept(browser, token, name):
    """What somebody is told who opens an invitation and signs in at the provider."""
    page = browser.post(f"/link/{token}")
    return browser.get(browser.until_back(browser.get(onward(page.text)), name))


def test_a_mail_address_opens_no_account(visit, head):
    browser = visit()
    response = browser.sign_in("asha")
    assert (response.status_code, NOT_KNOWN in response.text) == (403, True)
    assert browser.who() == "nobody"


def test_a_mail_address_gives_no_right_to_an_account_of_its_own(visit, head, provider, database):
    provider.forge(
        lambda claims: claims | {"email": ASHA, "email_verified": True, "sub": ASHA, "groups": ["kpi-sales"]}
    )
    browser = visit(**BY_CLAIM)
    assert browser.sign_in("asha").status_code == 303
    account = browser.who()
    assert account == address_for(provider.issuer, ASHA) != ASHA
    with database.read() as connection:
        assert users.find(connection, account).grants == (Grant(Role.ANALYST, "sales"),)
    scope, theirs = sign_in(database, account), sign_in(database, ASHA)
    assert theirs.everywhere(Capability.READ)
    assert theirs.may(Capability.CHECK_IN, "sales")
    assert not scope.everywhere(Capability.READ)
    assert not scope.may(Capability.CHECK_IN)


def test_an_invitation_binds_who_signs_in_to_who_is_invited(visit, database):
    browser, token = visit(), invited(database)
    assert "You are invited as guest@example.com" in browser.get(f"/link/{token}").text
    assert accept(browser, token, "dev").headers["location"] == "/"
    assert browser.who() == "guest@example.com"
    with browser.another() as later:
        assert later.sign_in("dev").status_code == 303
        assert later.who() == "guest@example.com"
    with browser.another() as other:
        assert other.get(f"/link/{token}").status_code == 410
        assert "not valid any more" in accept(other, token, "asha").text
        assert other.who() == "nobody"


def test_an_invitation_is_for_the_browser_that_opened_it(visit, database):
    browser, token = visit(), invited(database)
    browser.post(f"/link/{token}")
    with browser.another() as other:
        assert other.sign_in("dev").status_code == 403
    assert browser.get(f"/link/{token}").status_code == 200


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00"])
def test_a_made_up_invitation_is_none(visit, token):
    assert visit().get(f"/link/{token}").status_code in {400, 404, 410}


def test_a_newer_invitation_ends_the_older_one(visit, database):
    from kpidash.services import links

    browser, old = visit(), invited(database)
    new = links.make(database, ROOT, "guest@example.com").token
    assert accept(browser, old, "dev").status_code == 403
    assert accept(browser, new, "dev").status_code == 303


def test_whoever_is_known_stays_who_they_are_whatever_invitation_they_open(visit, database):
    browser = visit()
    accept(browser, invited(database), "dev")
    token = invited(database, "boss@example.com")
    with browser.another() as later:
        accept(later, token, "dev")
        assert later.who() == "guest@example.com"
        assert later.get(f"/link/{token}").status_code == 200


@pytest.mark.parametrize("email", ["guest@example.com", None])
def test_whoever_was_disabled_is_refused_and_their_open_session_too(visit, database, provider, email):
    browser = visit(**BY_CLAIM)
    if email:
        accept(browser, invited(database), "dev")
    name = "dev" if email else "asha"
    browser.sign_in(name)
    account = browser.who()
    assert account == email or account == address_for(provider.issuer, "asha")
    people.disable(database, ROOT, account)
    assert browser.who() == "nobody"
    response = browser.sign_in(name)
    assert (response.status_code, "may not sign in here any more" in response.text) == (403, True)
    assert browser.who() == "nobody"


def test_the_invitation_of_somebody_who_was_disabled_does_not_work(visit, database):
    browser, token = visit(), invited(database)
    people.disable(database, ROOT, "guest@example.com")
    assert browser.get(f"/link/{token}").status_code == 410
    assert accept(browser, token, "dev").status_code == 403


def test_whoever_loses_the_claim_and_was_not_known_gets_no_account(visit, database):
    browser = visit(**BY_CLAIM)
    assert NOT_KNOWN in browser.sign_in("dev").text
    with database.read() as connection:
        assert users.everyone(connection) == []


def test_a_subject_is_taken_letter_by_letter(visit, provider):
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    first = browser.who()
    for subject in ("ASHA", "asha ", "аsha"):
        provider.forge(lambda claims, subject=subject: claims | {"sub": subject})
        browser.sign_in("asha")
        assert browser.who() == address_for(provider.issuer, subject) != first


def test_a_role_in_a_department_that_there_is_not_is_left_out(visit, database, provider):
    table = '{"kpi-all": ["viewer:nowhere", "viewer:sales"]}'
    visit(KPIDASH_OIDC_ROLES_CLAIM="groups", KPIDASH_OIDC_ROLES=table).sign_in("asha")
    with database.read() as connection:
        found = users.find(connection, address_for(provider.issuer, "asha"))
    assert found.grants == (Grant(Role.VIEWER, "sales"),)
    assert found.provided == frozenset(found.grants)


def test_the_audit_trail_tells_who_was_let_in_and_what_they_were_given(visit, provider, database):
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    provider.forge(lambda claims: claims | {"groups": []})
    browser.sign_in("asha")
    account = address_for(provider.issuer, "asha")
    with database.read() as connection:
        entries = [one for one in audit.recent(connection) if one.subject == f"user {account}"]
    told = [(one.action, one.detail.get("before"), one.detail.get("after")) for one in reversed(entries)]
    given = ["analyst in sales", "executive"]
    assert told == [
        ("user.add", None, {"name": "Asha Rao", "roles": []}),
        ("identity.add", None, None),
        ("user.grant", [], given),
        ("user.revoke", given, []),
    ]
    assert {(one.actor, one.origin) for one in entries} == {(account, "127.0.0.1")}

"""People sign in and out at a real provider, over real HTTP."""

import re

import pytest
from sqlalchemy import text

from kpidash.domain.access import Grant, Role
from kpidash.services.oidc.accounts import address_for
from kpidash.store import users
from tests.oidc.conftest import BY_CLAIM
from tests.oidc.provider import TOKEN
from tests.oidc.visiting import onward, parameters

TABLES = ("user", "user_grant", "identity", "sign_in_session", "credential", "audit", "one_time_link")


def roles_of(database, account):
    with database.read() as connection:
        return set(users.find(connection, account).grants)


def test_somebody_with_a_role_signs_in_and_goes_where_they_wanted(visit, provider, database):
    browser = visit(**BY_CLAIM)
    response = browser.sign_in("asha", "/sign-in/oidc?next=/kpi?code=sales")
    assert (response.status_code, response.headers["location"]) == (303, "/kpi?code=sales")
    account = address_for(provider.issuer, "asha")
    assert browser.who() == account
    with database.read() as connection:
        assert users.find(connection, account).name == "Asha Rao"
    assert roles_of(database, account) == {Grant(Role.EXECUTIVE), Grant(Role.ANALYST, "sales")}


def test_the_browser_leaves_with_a_state_a_nonce_and_the_challenge_to_a_secret_that_it_does_not_show(visit):
    browser = visit()
    first, second = (browser.get("/sign-in/oidc") for _ in range(2))
    asked, again = (parameters(one.headers["location"]) for one in (first, second))
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"] == f"{browser.app}/sign-in/oidc/callback"
    for secret in ("state", "nonce", "code_challenge"):
        assert len(asked[secret]) >= 43
        assert asked[secret] != again[secret]
    assert "verifier" not in first.headers["location"]


def test_what_the_browser_keeps_cannot_be_read_by_scripts_and_is_gone_afterwards(visit):
    browser = visit(**BY_CLAIM)
    kept = browser.get("/sign-in/oidc").headers["set-cookie"]
    assert re.match(r"kpidash-attempt=.*; HttpOnly; Max-Age=600; Path=/; SameSite=lax$", kept)
    browser.sign_in("asha")
    assert set(browser.cookies) & {"kpidash", "kpidash-attempt"} == {"kpidash"}


def test_each_sign_in_begins_a_session_of_its_own(visit):
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    first = browser.cookies["kpidash"]
    browser.sign_in("asha")
    assert browser.cookies["kpidash"] != first


def test_no_token_of_the_provider_is_kept(visit, provider, database):
    seen = []

    def noted(answer):
        seen.extend(answer[name] for name in ("id_token", "access_token"))
        return answer

    provider.changes[TOKEN] = noted
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    with database.read() as connection:
        kept = str([connection.execute(text(f'SELECT * FROM "{one}"')).fetchall() for one in TABLES])  # noqa: S608
    assert "asha" in kept
    assert len(seen) == 2
    assert not any(one in kept or one in str(browser.cookies) for one in seen)


def test_signing_out_ends_the_session_here_and_at_the_provider(visit, provider):
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    token = browser.cookies["kpidash"]
    assert "Sign out of kpidash?" in browser.get("/sign-out").text
    address = onward(browser.post("/sign-out").text)
    assert "kpidash" not in browser.cookies
    browser.keep("kpidash", token)
    assert browser.who() == "nobody"
    assert address.startswith(f"{provider.issuer}/oauth/end_session?")
    asked = parameters(address)
    assert asked == {"client_id": "kpidash", "post_logout_redirect_uri": f"{browser.app}/sign-in/left"}
    back = browser.post(address, answer="logout", **asked)
    assert back.headers["location"] == f"{browser.app}/sign-in/left"
    left = browser.get(back.headers["location"])
    assert "You are signed out" in browser.get(left.headers["location"]).text
    provider.asked.clear()
    browser.sign_in("asha")
    assert "/auth/password" in provider.asked


def test_signing_out_without_a_session_does_no_harm(visit):
    browser = visit()
    assert browser.get("/sign-out").headers["location"] == "/sign-in"
    assert browser.post("/sign-out").headers["location"] == "/sign-in?left"


def test_another_site_signs_nobody_out(visit):
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    form = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert browser.post("/sign-out", headers=form).status_code == 403
    assert browser.who() != "nobody"


def test_the_page_names_the_provider_and_keeps_where_one_wanted_to_go(visit):
    page = visit().get("/sign-in?next=/kpi%3Fcode%3Dsales").text
    assert "Continue with Meridian" in page
    assert 'href="/sign-in/oidc?next=/kpi%3Fcode%3Dsales"' in page


@pytest.mark.parametrize(
    "goal",
    ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/%0d%0aX: y", "/sign-out",
     "/link/x", "/%09/evil.example", "///evil.example", "\\\\evil.example", "javascript:alert(1)"],
)  # fmt: skip
def test_nobody_is_led_out_of_the_application(visit, goal):
    browser = visit(**BY_CLAIM)
    assert browser.sign_in("asha", f"/sign-in/oidc?next={goal}").headers["location"] == "/"


def test_roles_follow_what_the_provider_says_and_those_given_by_hand_stay(visit, provider, database):
    browser, account = visit(**BY_CLAIM), address_for(provider.issuer, "asha")
    browser.sign_in("asha")
    by_hand = Grant(Role.VIEWER, "sales"), Grant(Role.EXECUTIVE)
    with database.write() as connection:
        for given in by_hand:
            assert users.grant(connection, users.find(connection, account).id, given)
    for groups, more in (
        (["kpi-sales"], {Grant(Role.ANALYST, "sales")}),
        ([], set()),
        (["kpi-admins"], {Grant(Role.ADMINISTRATOR)}),
    ):
        provider.forge(lambda claims, groups=groups: claims | {"groups": groups})
        assert browser.sign_in("asha").status_code == 303
        assert roles_of(database, account) == {*by_hand, *more}


def test_roles_come_from_userinfo_where_the_token_does_not_tell(visit, provider, database):
    provider.forge(lambda claims: {name: value for name, value in claims.items() if name != "groups"})
    visit(**BY_CLAIM).sign_in("asha")
    assert "/oauth/userinfo" in provider.asked
    account = address_for(provider.issuer, "asha")
    assert roles_of(database, account) == {Grant(Role.EXECUTIVE), Grant(Role.ANALYST, "sales")}


def test_userinfo_is_not_asked_where_nothing_is_wanted_from_it(visit, provider):
    visit(**BY_CLAIM).sign_in("asha")
    assert "/oauth/userinfo" not in provider.asked


def test_a_provider_that_wants_the_secret_in_the_body_gets_it_there(visit, provider):
    def discovered(found):
        return found | {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    provider.changes["/.well-known/openid-configuration"] = discovered
    browser = visit(**BY_CLAIM, KPIDASH_OIDC_CLIENT_ID="posting")
    assert browser.sign_in("asha").status_code == 303


def test_a_name_is_kept_as_it_can_be_shown(visit, provider, database):
    provider.forge(lambda claims: claims | {"name": " Asha\0\n\u202eRao " + "x" * 500})
    visit(**BY_CLAIM).sign_in("asha")
    with database.read() as connection:
        found = users.find(connection, address_for(provider.issuer, "asha"))
    assert found.name.startswith("Asha Rao x")
    assert len(found.name) == 100

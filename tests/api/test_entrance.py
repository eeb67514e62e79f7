"""The entrance as browsers meet it, through the gate: forms, answers, cookies, and what is never said."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from kpidash.api.entrance import local
from kpidash.api.measures import route_of
from kpidash.services import links, sessions, signing_in
from kpidash.services.database import open_database
from kpidash.services.links import GOOD_FOR
from kpidash.services.watching import watcher_of
from kpidash.settings import Settings
from tests.api.browsing import Browser, app_of
from tests.services.people_who_sign_in import (
    ASHA,
    OTHER_WORDS,
    ROOT,
    WORDS,
    give_device,
    hire,
    renew,
)

COOKIE = "__Host-kpidash"
SHORT = "short"


def now():
    return datetime.now(UTC)


@pytest.fixture
def company(database):
    hire(database, at=now())
    yield database
    watcher_of(database).stop()


@pytest.fixture
def browser(company):
    return Browser(app_of(company))


def test_the_form_needs_no_script_and_tells_browsers_what_belongs_where(browser):
    page = browser.get("/sign-in?next=%2Fkpi%3Fcode%3Dsales")
    assert page.status == 200
    assert 'autocomplete="username"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert page.hidden("next") == "/kpi?code=sales"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "strict-origin")


def test_the_right_password_leads_to_what_was_asked_for(browser):
    asked = browser.get("/kpi?code=sales")
    assert asked.headers["location"] == "/sign-in?next=%2Fkpi%3Fcode%3Dsales"
    goal = browser.get(asked.headers["location"]).hidden("next")
    answer = browser.sign_in(ASHA, WORDS, next=goal)
    assert (answer.status, answer.headers["location"]) == (303, "/kpi?code=sales")
    (cookie,) = answer.headers.getlist("set-cookie")
    attributes = {one.strip().lower() for one in cookie.split(";")[1:]}
    assert cookie.startswith(COOKIE + "=")
    assert attributes == {"path=/", "secure", "httponly", "samesite=lax"}
    assert browser.get("/kpi?code=sales").text == ASHA
    assert browser.get("/sign-in?next=/kpi").headers["location"] == "/kpi"


@pytest.mark.parametrize(
    "goal",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "",
     "kpi", "/sign-out", "/link/abc", "/\t/evil.example", "/ /evil", "/static/x.js", "/kpi\r\nX: y"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(browser, goal):
    assert browser.sign_in(ASHA, WORDS, next=goal).headers["location"] == "/"


def test_what_was_wrong_is_not_said_and_the_password_never_comes_back(browser):
    said = set()
    for email in (ASHA, "nobody@example.com", "no address", 'x"><script>alert(1)</script>@example.com\x00'):
        answer = browser.sign_in(email, "my secret guess")
        browser.client += "1"
        assert (answer.status, answer.headers.getlist("set-cookie")) == (401, [])
        assert "my secret guess" not in answer.text
        assert "<script" not in answer.text
        said.update(answer.told)
    assert said == {signing_in.WRONG}
    answer = browser.sign_in(ASHA, "x")
    assert f'value="{ASHA}"' in answer.text
    assert 'aria-invalid="true" aria-describedby="problem" autofocus' in answer.text


def test_a_block_says_how_long_to_wait(browser):
    for _ in range(5):
        browser.sign_in(ASHA, "wrong")
    answer = browser.sign_in(ASHA, WORDS)
    assert answer.status == 429
    assert answer.told == ["There were too many failed attempts. Try again in 15 minutes."]
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert browser.get("/").status == 303


def test_a_code_is_asked_for_and_only_the_right_one_leads_in(company, browser):
    device = give_device(company, at=now() - timedelta(minutes=5))
    page = browser.sign_in(ASHA, WORDS, next="/kpi")
    assert (page.status, page.headers.getlist("set-cookie")) == (200, [])
    assert 'autocomplete="one-time-code"' in page.text
    fields = {"code_for": page.hidden("code_for"), "next": page.hidden("next")}
    wrong = f"{(int(device.now()) + 1) % 10**6:06}"
    again = browser.post("/sign-in", code=wrong, **fields)
    assert (again.status, again.hidden("code_for")) == (401, fields["code_for"])
    assert again.told
    assert wrong not in again.text
    answer = browser.post("/sign-in", code=device.now(), **fields)
    assert (answer.status, answer.headers["location"]) == (303, "/kpi")
    assert browser.get("/kpi").text == ASHA
    late = Browser(browser.app).post("/sign-in", code=device.now(), **fields)
    assert (late.status, late.told) == (401, [signing_in.LATE])


def test_signing_out_takes_a_form_and_ends_the_session_on_the_server(company, browser):
    browser.sign_in(ASHA, WORDS)
    kept = dict(browser.cookies)
    page = browser.get("/sign-out")
    assert 'method="post"' in page.text
    assert browser.get("/").text == ASHA
    answer = browser.post("/sign-out")
    assert (answer.status, answer.headers["location"], browser.cookies) == (303, "/sign-in?left", {})
    assert "You are signed out." in browser.get("/sign-in?left").text
    assert sessions.open_sessions(company, ROOT) == []
    assert Browser(browser.app, cookies=kept).get("/").status == 303
    assert browser.get("/sign-out").headers["location"] == "/sign-in"


def test_whoever_signs_in_again_leaves_the_session_before(company, browser):
    browser.sign_in(ASHA, WORDS)
    first = browser.cookies[COOKIE]
    browser.sign_in(ASHA, WORDS)
    assert browser.cookies[COOKIE] != first
    assert sessions.of_token(company, first) is None
    assert len(sessions.open_sessions(company, ROOT)) == 1


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/link/"])
def test_forms_of_other_sites_are_refused(company, browser, address):
    browser.sign_in(ASHA, WORDS)
    address += renew(company, at=now()) if address == "/link/" else ""
    fields = {"email": ASHA, "password": OTHER_WORDS, "again": OTHER_WORDS}
    assert browser.post(address, origin="https://evil.example", **fields).status == 403
    assert browser.post(address, origin="null", **fields).status == 403
    assert browser.get("/").text == ASHA


def test_a_link_sets_the_password_and_is_used_up_by_that_alone(company, browser):
    browser.sign_in(ASHA, WORDS)
    address = f"/link/{renew(company, at=now())}"
    for _ in range(2):
        page = browser.get(address)
        assert page.status == 200
        assert f'value="{ASHA}"' in page.text
        assert page.text.count('autocomplete="new-password"') == 2
    refused = browser.post(address, password=OTHER_WORDS, again=OTHER_WORDS + "x")
    assert (refused.status, refused.told) == (422, [local.DIFFERENT])
    refused = browser.post(address, password=SHORT, again=SHORT)
    assert (refused.status, refused.told) == (422, ["Use at least 12 characters; this has 5."])
    assert SHORT not in refused.text
    answer = browser.post(address, password=OTHER_WORDS, again=OTHER_WORDS)
    assert (answer.status, answer.headers["location"], browser.cookies) == (303, "/sign-in?set", {})
    assert "Your password is set." in browser.get("/sign-in?set").text
    assert sessions.open_sessions(company, ROOT) == []
    for again in (browser.get(address), browser.post(address, password=WORDS, again=WORDS)):
        assert again.status == 410
        assert ASHA not in again.text
    assert browser.sign_in(ASHA, OTHER_WORDS).status == 303


def test_links_that_are_old_or_were_none_answer_alike(company, browser):
    old = links.make(company, ROOT, ASHA, at=now() - GOOD_FOR).token
    pages = {browser.get(f"/link/{one}").text for one in (old, "x" * 43, "x", "%C3%BC")}
    assert len(pages) == 1
    assert browser.get(f"/link/{old}").status == 410


def test_no_token_password_or_address_gets_into_the_log(company, browser, caplog):
    caplog.set_level(logging.DEBUG)
    token = renew(company, at=now())
    browser.get(f"/link/{token}")
    browser.post(f"/link/{token}", password=OTHER_WORDS, again=OTHER_WORDS)
    browser.sign_in(ASHA, OTHER_WORDS)
    written = "\n".join(str(record.__dict__) for record in caplog.records)
    assert "'/link/'" in written
    for secret in (token, OTHER_WORDS, browser.cookies[COOKIE], ASHA):
        assert secret not in written
    assert route_of(f"/link/{token}", frozenset()) == "/link/"


def test_a_database_that_does_not_answer_is_said_in_words():
    gone = open_database("postgresql://user:secret@localhost:1/company")
    browser = Browser(app_of(gone), cookies={COOKIE: "x" * 43})
    answers = [
        browser.sign_in(ASHA, WORDS), browser.get("/link/abc"), browser.post("/link/abc"),
        browser.post("/sign-out"),
    ]  # fmt: skip
    gone.dispose()
    for answer in answers:
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
        assert "does not answer" in answer.text
        assert "secret" not in answer.text


def test_a_provider_is_one_more_way_in_where_there_is_one(company):
    assert "Continue with" not in Browser(app_of(company)).get("/sign-in").text
    page = Browser(app_of(company, provider="Acme & Co")).get("/sign-in?next=/kpi%3Fcode=a%26b=c")
    assert 'href="/sign-in/oidc?next=/kpi%3Fcode%3Da%26b%3Dc">Continue with Acme &amp; Co</a>' in page.text


def test_there_is_no_entrance_where_nobody_signs_in_with_a_password(company):
    assert local.routes(lambda: company, Settings(auth="demo"), style="") == []


def test_files_and_floods_of_fields_are_no_forms(browser):
    many = {f"field{number}": "x" for number in range(50)}
    assert browser.post("/sign-in", email=ASHA, password=WORDS, **many).status == 400

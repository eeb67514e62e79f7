"""A provider that changes its keys, is not there, or is another one than was told."""

from contextlib import closing

import pytest

from kpidash.services.oidc.provider import FRESH_S
from tests.oidc.conftest import BY_CLAIM
from tests.oidc.provider import DISCOVERY, KEYS, TOKEN, new_key
from tests.oidc.serving import listening, port_of

DOWN = "The sign-in of Meridian does not answer at the moment"


def test_keys_are_asked_for_once_and_again_when_the_provider_has_new_ones(visit, provider):
    browser = visit(**BY_CLAIM)
    for _ in range(2):
        assert browser.sign_in("asha").status_code == 303
    assert provider.asked.count(KEYS) == 1
    provider.restart(new_key())
    with browser.another() as other:
        for _ in range(2):
            assert other.sign_in("asha").status_code == 303
    assert provider.asked.count(KEYS) == 2


def test_whoever_is_signed_in_goes_on_while_the_provider_is_down_and_others_are_told(visit, provider):
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    provider.stop()
    try:
        assert browser.who() != "nobody"
        with browser.another() as other:
            assert other.get("/sign-in").status_code == 200
        assert browser.post("/sign-out").status_code == 200
        assert browser.who() == "nobody"
    finally:
        provider.restart()
    assert browser.sign_in("asha").status_code == 303


def test_a_provider_that_is_down_from_the_start_is_told_and_works_once_it_is_back(visit, provider):
    provider.stop()
    try:
        browser = visit(**BY_CLAIM)
        response = browser.get("/sign-in/oidc")
        assert (response.status_code, response.headers["retry-after"]) == (503, "60")
        assert DOWN in response.text
        assert "localhost" not in response.text
        assert "kpidash-attempt" not in browser.cookies
    finally:
        provider.restart()
    while (response := browser.get("/sign-in/oidc")).status_code == 503:
        pass  # it is asked once a second at most
    assert browser.get(browser.until_back(response, "asha")).status_code == 303


def test_a_provider_that_goes_down_while_somebody_signs_in_is_told(visit, provider):
    browser = visit(**BY_CLAIM)
    address = browser.back("asha")
    provider.stop()
    try:
        response = browser.get(address)
    finally:
        provider.restart()
    assert response.status_code == 503
    assert DOWN in response.text
    assert browser.who() == "nobody"


def test_where_nobody_listens_people_are_told_too(visit):
    with closing(listening()) as gone:
        issuer = f"http://localhost:{port_of(gone)}"
    response = visit(KPIDASH_OIDC_ISSUER=issuer).get("/sign-in/oidc")
    assert (response.status_code, DOWN in response.text) == (503, True)


def test_a_provider_that_takes_a_connection_and_says_nothing_is_given_up(visit):
    with closing(listening()) as silent:
        response = visit(KPIDASH_OIDC_ISSUER=f"http://127.0.0.1:{port_of(silent)}").get("/sign-in/oidc")
    assert (response.status_code, DOWN in response.text) == (503, True)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://login.example.com"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"end_session_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_description_that_is_not_that_of_this_provider_is_not_followed(visit, provider, change):
    provider.changes[DISCOVERY] = lambda found: found | change
    response = visit(**BY_CLAIM).get("/sign-in/oidc")
    assert (response.status_code, DOWN in response.text) == (503, True)


def test_a_provider_that_cannot_be_signed_out_of_is_left_alone(visit, provider):
    provider.changes[DISCOVERY] = lambda found: found | {"end_session_endpoint": None}
    browser = visit(**BY_CLAIM)
    browser.sign_in("asha")
    assert browser.post("/sign-out").headers["location"] == "/sign-in?left"


@pytest.mark.parametrize("keys", [[], [{"kty": "RSA"}], "none", [{"kty": "RSA", "n": "!", "e": "AQAB"}]])
def test_keys_that_cannot_be_read_are_none(visit, provider, keys):
    provider.changes[KEYS] = lambda found: found | {"keys": keys}
    browser = visit(**BY_CLAIM)
    assert browser.sign_in("asha").status_code == 403
    assert browser.who() == "nobody"


def test_a_token_endpoint_that_answers_nonsense_is_told_as_down(visit, provider):
    provider.changes[TOKEN] = lambda answer: [answer]
    browser = visit(**BY_CLAIM)
    assert browser.sign_in("asha").status_code == 503


def test_how_long_a_provider_may_be_down_before_people_are_told():
    assert FRESH_S <= 60

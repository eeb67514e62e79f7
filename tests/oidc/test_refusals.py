"""What must not be believed: answers and tokens that are not what was asked for, whoever made them."""

import base64
import time
from urllib.parse import urlencode, urlsplit

import pytest
from joserfc.jwk import OctKey

from kpidash.services.oidc.exchange import LEEWAY_S
from tests.oidc.conftest import BY_CLAIM
from tests.oidc.provider import DISCOVERY, KEYS, SECRET, TOKEN, new_key
from tests.oidc.visiting import parameters

BROKEN_OFF = "was broken off"
NOT_BEGUN = "was not begun in this browser"


def refused(response, browser, words, caplog, reason):
    """Whether the person got words and no session, and the log a reason without secrets."""
    assert response.status_code == 403
    assert words in response.text
    assert browser.who() == "nobody"
    (line,) = [one.getMessage() for one in caplog.records if one.name == "kpidash.oidc"]
    assert reason in line
    given = parameters(str(response.request.url))
    secrets = [SECRET, given.get("code", ""), given.get("state", ""), "eyJ"]
    assert not any(len(one) > 2 and (one in line or one in response.text) for one in secrets)
    return True


def altered(address, **changes):
    """The address of a callback with other parameters; None takes one away."""
    given = {name: value for name, value in (parameters(address) | changes).items() if value is not None}
    return urlsplit(address)._replace(query=urlencode(given)).geturl()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "made-up"}, "the state is another one"),
        ({"state": None}, "the state is another one"),
        ({"iss": "https://login.example.com"}, "the answer names another issuer"),
        ({"iss": None}, "the answer names another issuer"),
        ({"code": None}, "the answer has no code"),
        ({"code": "made-up"}, "the provider gave no token: invalid_grant"),
        ({"code": None, "error": "access_denied\nx"}, "the provider answered access_denied?x"),
    ],
)
def test_an_answer_that_was_changed_is_refused(visit, caplog, changes, reason):
    browser = visit(**BY_CLAIM)
    response = browser.get(altered(browser.back("asha"), **changes))
    assert refused(response, browser, BROKEN_OFF, caplog, reason)


@pytest.mark.parametrize("name", ["state", "code", "iss"])
def test_an_answer_that_says_something_twice_is_refused(visit, caplog, name):
    browser = visit(**BY_CLAIM)
    address = browser.back("asha")
    response = browser.get(f"{address}&{urlencode({name: parameters(address)[name]})}")
    assert response.status_code == 403
    assert browser.who() == "nobody"


def test_another_browser_cannot_finish_what_this_one_began(visit, caplog):
    browser = visit(**BY_CLAIM)
    address = browser.back("asha")
    with browser.another() as other:
        assert refused(other.get(address), other, NOT_BEGUN, caplog, "keeps no attempt")


def test_the_code_of_somebody_else_is_refused_in_an_attempt_of_ones_own(visit, caplog):
    """Neither the verifier nor the nonce of the one attempt belongs to the code of the other."""
    browser = visit(**BY_CLAIM)
    with browser.another() as attacker:
        code = parameters(attacker.back("dev"))["code"]
    response = browser.get(altered(browser.back("asha"), code=code))
    assert refused(response, browser, BROKEN_OFF, caplog, "the provider gave no token: invalid_grant")


@pytest.mark.parametrize(
    "made_up", ["", "e30.x.y", "{payload}.{when}.aaaaaaaaaaaaaaaaaaaaaaaaaaa", "{payload}"]
)
def test_what_the_browser_keeps_cannot_be_made_up(visit, caplog, made_up):
    browser = visit(**BY_CLAIM)
    address = browser.back("asha")
    payload, when, _ = browser.cookies["kpidash-attempt"].rsplit(".", 2)
    browser.keep("kpidash-attempt", made_up.format(payload=payload, when=when))
    assert refused(browser.get(address), browser, NOT_BEGUN, caplog, "keeps no attempt")


def test_an_answer_is_good_once(visit, caplog):
    browser = visit(**BY_CLAIM)
    address = browser.back("asha")
    kept = browser.cookies["kpidash-attempt"]
    assert browser.get(address).status_code == 303
    with browser.another() as thief:  # who has seen all that this browser sent
        thief.keep("kpidash-attempt", kept)
        assert refused(thief.get(address), thief, NOT_BEGUN, caplog, "keeps no attempt")


def test_a_code_is_good_once(visit, caplog):
    browser = visit(**BY_CLAIM)
    first = browser.back("asha")
    assert browser.get(first).status_code == 303
    with browser.another() as thief:
        response = thief.get(altered(thief.back("asha"), code=parameters(first)["code"]))
        assert refused(response, thief, BROKEN_OFF, caplog, "the provider gave no token: invalid_grant")


def without(*names):
    return lambda claims: {name: value for name, value in claims.items() if name not in names}


def having(**more):
    return lambda claims: claims | more


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (having(nonce="another"), "nonce"),
        (without("nonce"), "nonce"),
        (having(iss="https://login.example.com"), "iss"),
        (without("iss"), "iss"),
        (having(aud="other"), "aud"),
        (having(aud=[]), "aud"),
        (without("aud"), "aud"),
        (having(aud=["kpidash", "other"], azp="other"), "azp"),
        (lambda claims: without("azp")(claims) | {"aud": ["kpidash", "other"]}, "azp"),
        (lambda claims: claims | {"exp": int(time.time()) - LEEWAY_S - 5}, "exp"),
        (without("exp"), "exp"),
        (lambda claims: claims | {"iat": int(time.time()) + LEEWAY_S + 60}, "issued in the future"),
        (without("iat"), "iat"),
        (lambda claims: claims | {"nbf": int(time.time()) + LEEWAY_S + 60}, "not yet valid"),
        (having(at_hash="another"), "at_hash"),
        (without("sub"), "sub"),
        (having(sub=""), "subject"),
        (having(sub=7), "sub"),
        (having(sub="x" * 256), "subject"),
        (having(sub="a\0b"), "subject"),
    ],
)
def test_a_token_that_says_something_else_is_refused_though_the_provider_signed_it(
    visit, provider, caplog, change, reason
):
    provider.forge(change)
    browser = visit(**BY_CLAIM)
    assert refused(browser.sign_in("asha"), browser, BROKEN_OFF, caplog, reason)


def test_the_provider_itself_is_not_believed_when_its_token_is_for_another_application(visit, caplog):
    browser = visit(**BY_CLAIM, KPIDASH_OIDC_CLIENT_ID="elsewhere")
    assert refused(browser.sign_in("asha"), browser, BROKEN_OFF, caplog, "aud")


@pytest.mark.parametrize(
    ("header", "key", "reason"),
    [
        ({"alg": "none"}, None, "'none' is not allowed"),
        ({"alg": "HS256"}, "public", "'HS256' is not allowed"),
        ({"alg": "HS256"}, "secret", "'HS256' is not allowed"),
        ({}, "another", "bad_signature"),
        ({"kid": "unknown"}, "another", "No key for kid"),
    ],
)
def test_a_token_that_others_than_the_provider_can_sign_is_refused(
    visit, provider, caplog, header, key, reason
):
    keys = {
        "public": OctKey.import_key(base64.b64encode(provider.key.as_der(private=False))),
        "secret": OctKey.import_key(SECRET.encode().ljust(32, b"-")),
        "another": new_key(),
    }
    offered = ["none", "HS256", "RS256", "RS512"]
    provider.changes[DISCOVERY] = lambda found: found | {"id_token_signing_alg_values_supported": offered}
    provider.forge(lambda claims: claims, header=header, key=keys.get(key))
    browser = visit(**BY_CLAIM)
    assert refused(browser.sign_in("asha"), browser, BROKEN_OFF, caplog, reason)


def test_a_shared_secret_among_the_published_keys_is_no_key(visit, provider, caplog):
    secret = OctKey.generate_key(256, {"kid": "shared"})
    provider.changes[KEYS] = lambda found: {"keys": [*found["keys"], secret.as_dict(private=True)]}
    provider.forge(lambda claims: claims, header={"alg": "HS256", "kid": "shared"}, key=secret)
    browser = visit(**BY_CLAIM)
    assert refused(browser.sign_in("asha"), browser, BROKEN_OFF, caplog, "'HS256' is not allowed")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda answer: {name: value for name, value in answer.items() if name != "id_token"}, "no ID token"),
        (lambda answer: answer | {"id_token": 7}, "no ID token"),
        (lambda answer: answer | {"id_token": "a.b.c"}, "does not hold"),
        (lambda answer: answer | {"id_token": ""}, "does not hold"),
    ],
)
def test_what_is_no_token_is_refused(visit, provider, caplog, change, reason):
    provider.changes[TOKEN] = change
    browser = visit(**BY_CLAIM)
    assert refused(browser.sign_in("asha"), browser, BROKEN_OFF, caplog, reason)


def test_userinfo_of_somebody_else_is_refused(visit, provider, caplog):
    provider.forge(without("groups"))
    provider.changes["/oauth/userinfo"] = having(sub="dev")
    browser = visit(**BY_CLAIM)
    assert refused(browser.sign_in("asha"), browser, BROKEN_OFF, caplog, "userinfo is that of somebody else")

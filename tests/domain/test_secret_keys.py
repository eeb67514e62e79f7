"""A secret key is long, of chance, and in no book; what is wrong with another is said without saying it."""

import secrets

import pytest

from kpidash.domain.secret_keys import fault_of
from kpidash.settings import WrongSetting, load

GOOD = "mYq7Zr3vK9wB2nH5tXcJ8dLfG4sPaE6u"
WRONG = [
    "short", "x" * 64, "ab" * 32, "0123456789abcdef" * 4, "abcdefghijklmnopqrstuvwxyz0123456789",
    "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", "thisISaSECRET_1234-and-some-more-of-it",
    "django-insecure-8f3k2j5h6g7d8s9a0q1w2e3r4t", "your-256-bit-secret-your-256-bit-secret",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", GOOD[:31], "kpidash-" + GOOD,
    "\2\1thisismyscretkey\1\2\\e\\y\\y\\h, and more",
]  # fmt: skip


@pytest.mark.parametrize("key", WRONG)
@pytest.mark.parametrize("auth", ["local", "oidc"])
def test_a_key_that_can_be_guessed_is_refused_without_being_said(key, auth):
    with pytest.raises(WrongSetting) as found:
        load({"KPIDASH_AUTH": auth, "KPIDASH_URL": "https://kpi.example.com", "KPIDASH_SECRET_KEY": key})
    assert key not in str(found.value)
    assert "secrets.token_urlsafe(48)" in str(found.value)


@pytest.mark.parametrize("auth", ["local", "oidc"])
def test_sign_in_needs_a_key_and_an_address(auth):
    for missing in ("KPIDASH_SECRET_KEY", "KPIDASH_URL"):
        given = {"KPIDASH_AUTH": auth, "KPIDASH_SECRET_KEY": GOOD, "KPIDASH_URL": "https://kpi.example.com"}
        del given[missing]
        with pytest.raises(WrongSetting, match=missing):
            load(given)


def test_keys_of_chance_are_taken():
    for make in (secrets.token_urlsafe, secrets.token_hex):
        assert not [fault for fault in (fault_of(make(48)) for _ in range(1000)) if fault]


@pytest.mark.parametrize(
    "url", ["kpi.example.com", "ftp://kpi.example.com", "https://", "https://kpi.example.com/app",
            "https://me@kpi.example.com", "https://kpi.example.com?x=1", "https://kpi.example.com:x",
            "http://kpi.example.com", "http://10.0.0.5:8501"]
)  # fmt: skip
def test_an_address_that_is_none_or_a_plain_line_is_refused(url):
    with pytest.raises(WrongSetting, match="KPIDASH_URL"):
        load({"KPIDASH_AUTH": "local", "KPIDASH_SECRET_KEY": GOOD, "KPIDASH_URL": url})


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://KPI.example.com:443/", "kpi.example.com"),
     ("https://kpi.example.com:8080", "kpi.example.com:8080"),
     ("https://kpi.exämple.com", "kpi.xn--exmple-cua.com"), ("http://[::1]:8501", "[::1]:8501")],
)  # fmt: skip
def test_an_address_is_taken_as_browsers_write_it(url, host):
    assert load({"KPIDASH_AUTH": "local", "KPIDASH_SECRET_KEY": GOOD, "KPIDASH_URL": url}).host == host


def test_the_demo_has_no_address_in_a_network():
    with pytest.raises(WrongSetting, match="this machine alone"):
        load({"KPIDASH_URL": "https://kpi.example.com"})
    assert load({"KPIDASH_URL": "http://localhost:8501"}).host == "localhost:8501"


def test_proxies_are_addresses_or_networks():
    assert len(load({"KPIDASH_PROXIES": "127.0.0.1, ::1,10.0.0.0/28"}).proxies) == 3
    for wrong in ("nginx", "10.0.0.1/8", "127.0.0.1;::1", "*"):
        with pytest.raises(WrongSetting, match="KPIDASH_PROXIES"):
            load({"KPIDASH_PROXIES": wrong})

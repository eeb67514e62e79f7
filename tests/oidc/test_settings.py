"""Settings of a provider that cannot be used are told at the start, in words."""

import re

import pytest
import yaml

from kpidash.domain.access import Grant, Role
from kpidash.settings import ROOT, WrongSetting, load

GOOD = {
    "KPIDASH_AUTH": "oidc",
    "KPIDASH_URL": "https://kpi.example.com",
    "KPIDASH_SECRET_KEY": "q7Xc2mVb9LtR4wZp8NdK3sHj6GfY1uEa",
    "KPIDASH_OIDC_ISSUER": "https://login.example.com/company/",
    "KPIDASH_OIDC_CLIENT_ID": "kpidash",
}


def test_a_provider_needs_an_issuer_and_a_name_for_the_application():
    found = load(GOOD).oidc
    assert (found.issuer, found.client_id, found.client_secret) == (
        GOOD["KPIDASH_OIDC_ISSUER"],
        "kpidash",
        None,
    )
    assert (found.scopes, found.roles_claim, found.roles) == ("openid profile", None, {})


def test_the_secret_is_not_shown():
    found = load(GOOD | {"KPIDASH_OIDC_CLIENT_SECRET": "hidden"})
    assert found.oidc.client_secret == "hidden"  # noqa: S105
    assert "hidden" not in repr(found)


def test_roles_and_scopes_are_read():
    more = {"KPIDASH_OIDC_ROLES_CLAIM": "groups", "KPIDASH_OIDC_ROLES": '{"a": "viewer:sales"}'}
    found = load(GOOD | more | {"KPIDASH_OIDC_SCOPES": "groups  openid"}).oidc
    assert found.roles == {"a": (Grant(Role.VIEWER, "sales"),)}
    assert found.scopes == "openid groups"


def test_other_ways_to_sign_in_have_no_provider():
    assert load({**GOOD, "KPIDASH_AUTH": "local"}).oidc is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"KPIDASH_OIDC_CLIENT_ID": ""}, "needs KPIDASH_OIDC_CLIENT_ID"),
        ({"KPIDASH_OIDC_ISSUER": ""}, "KPIDASH_OIDC_ISSUER is ''"),
        ({"KPIDASH_OIDC_ISSUER": "http://login.example.com"}, "KPIDASH_OIDC_ISSUER is"),
        ({"KPIDASH_OIDC_ISSUER": "https://login.example.com/?a=b"}, "KPIDASH_OIDC_ISSUER is"),
        ({"KPIDASH_OIDC_ISSUER": "login.example.com"}, "KPIDASH_OIDC_ISSUER is"),
        ({"KPIDASH_OIDC_ROLES_CLAIM": "groups"}, "set both"),
        ({"KPIDASH_OIDC_ROLES": '{"a": "viewer"}'}, "set both"),
        ({"KPIDASH_OIDC_ROLES_CLAIM": "g", "KPIDASH_OIDC_ROLES": "x"}, "KPIDASH_OIDC_ROLES is not JSON"),
    ],
)
def test_what_cannot_be_used_is_told(change, told):
    with pytest.raises(WrongSetting, match=told):
        load(GOOD | change)


def test_a_provider_on_this_machine_may_be_plain():
    assert (
        load(GOOD | {"KPIDASH_OIDC_ISSUER": "http://localhost:8080"}).oidc.issuer == "http://localhost:8080"
    )


def test_containers_are_handed_every_setting_of_the_provider():
    known = set(re.findall(r"KPIDASH_OIDC_[A-Z_]+", (ROOT / "kpidash" / "settings.py").read_text("utf-8")))
    handed_on = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["x-settings"]
    assert len(known) == 7
    assert known <= handed_on.keys()

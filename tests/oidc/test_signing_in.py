"""People sign in and out at a real provider, over real HTTP."""

from kpidash.domain.access import Grant, Role
from kpidash.services.oidc.accounts import address_for
from kpidash.store import users
from tests.oidc.conftest import BY_CLAIM
from tests.oidc.visiting import parameters


def test_somebody_with_a_role_signs_in_and_goes_where_they_wanted(visit, provider, database):
    browser = visit(**BY_CLAIM)
    response = browser.sign_in("asha", "/sign-in/oidc?next=/kpi?code=sales")
    assert (response.status_code, response.headers["location"]) == (303, "/kpi?code=sales")
    account = address_for(provider.issuer, "asha")
    assert browser.who() == account
    with database.read() as connection:
        found = users.find(connection, account)
    assert found.name == "Asha Rao"
    assert set(found.grants) == {Grant(Role.EXECUTIVE), Grant(Role.ANALYST, "sales")}

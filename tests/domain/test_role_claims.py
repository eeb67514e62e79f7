"""Which roles a claim gives, and what is no table of them."""

import pytest

from kpidash.domain.access import Grant, Role
from kpidash.domain.role_claims import EXAMPLE, granted, parsed, values_of


def test_each_value_gives_its_roles_once():
    table = parsed('{"a": "executive", "b": ["viewer:sales", "executive"], "c": "auditor"}')
    assert granted(table, ["b", "a", "unknown"]) == (Grant(Role.EXECUTIVE), Grant(Role.VIEWER, "sales"))
    assert granted(table, []) == ()
    assert granted(table, ["A", " a", "a,b"]) == ()
    assert parsed(EXAMPLE)["kpi-admins"] == (Grant(Role.ADMINISTRATOR),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not JSON"),
        ("{'a': 'viewer'}", "is not JSON"),
        ("[]", "must be a JSON object"),
        ("{}", "must be a JSON object"),
        ('{"a": "boss"}', "the role 'boss'; there are executive, "),
        ('{"a": "viewer:"}', "without the code of a department"),
        ('{"a": []}', "must give 'a' a role"),
        ('{"a": {"viewer": "sales"}}', "must give 'a' a role"),
        ('{"a": [1]}', "must give 'a' a role"),
        ('{"a": "viewer", "a": "administrator"}', "names a value twice"),
    ],
)
def test_what_is_no_table_is_told(text, told):
    with pytest.raises(ValueError, match=told.replace("(", r"\(")):
        parsed(text)


@pytest.mark.parametrize(
    ("claims", "name", "values"),
    [
        ({"groups": ["a", "b"]}, "groups", ("a", "b")),
        ({"groups": "a b"}, "groups", ("a b",)),
        ({"groups": ["a", 1, None, ["b"]]}, "groups", ("a",)),
        ({"groups": {"a": True}}, "groups", ()),
        ({"groups": None}, "groups", ()),
        ({}, "groups", None),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ("a",)),
        ({"https://example.com/roles": ["a"]}, "https://example.com/roles", ("a",)),
        ({"a.b": "x", "a": {"b": "y"}}, "a.b", ("x",)),
        ({"realm_access": "roles"}, "realm_access.roles", None),
    ],
)
def test_the_values_of_a_claim(claims, name, values):
    assert values_of(claims, name) == values

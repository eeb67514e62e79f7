"""Who may do what, where (DESIGN.md §3: every role × capability; a Scope is made in one place)."""

from dataclasses import replace

import pytest

from kpidash.domain.access import (
    Capability,
    Grant,
    NotPermitted,
    Role,
    Scope,
    asking_from,
    narrowed,
    scope_of,
    system_scope,
)
from kpidash.domain.catalogue import Catalogue, Department
from tests.domain.companies import company

READ, UPLOAD, DEFINE, USERS, AUDIT, CHECK_IN, PROPOSE = Capability
HEAD = "Asha@Example.com"
ALLOWED = {
    (Role.EXECUTIVE, READ),
    (Role.DEPARTMENT_HEAD, READ),
    (Role.DEPARTMENT_HEAD, CHECK_IN),
    (Role.DEPARTMENT_HEAD, PROPOSE),
    (Role.ANALYST, READ),
    (Role.ANALYST, UPLOAD),
    (Role.ADMINISTRATOR, DEFINE),
    (Role.ADMINISTRATOR, USERS),
    (Role.AUDITOR, READ),
    (Role.AUDITOR, AUDIT),
    (Role.VIEWER, READ),
}


@pytest.fixture(scope="module")
def tree() -> Catalogue:
    """sales (with north, with delhi below it) and finance."""
    return company(
        [],
        [
            Department(code="delhi", name="Delhi", parent="north"),
            Department(code="sales", name="Sales", head=HEAD),
            Department(code="north", name="North", parent="sales"),
            Department(code="finance", name="Finance"),
        ],
        [],
    )


@pytest.mark.parametrize("capability", Capability)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_policy_says_and_nothing_else(role, capability, tree) -> None:
    allowed = (role, capability) in ALLOWED
    company_wide, one = scope_of("p", [Grant(role)], tree), scope_of("p", [Grant(role, "north")], tree)
    assert company_wide.may(capability) is company_wide.may(capability, "finance") is allowed
    assert company_wide.everywhere(capability) is allowed
    assert one.may(capability) is one.may(capability, "north") is allowed
    assert not one.everywhere(capability)


@pytest.mark.parametrize("capability", Capability)
def test_a_person_without_a_grant_may_do_nothing(capability, tree) -> None:
    nobody = scope_of("p", [], tree)
    assert not nobody.may(capability)
    assert nobody.departments(capability) == frozenset()


def test_a_grant_holds_for_the_department_and_all_below_it(tree) -> None:
    scope = scope_of("p", [Grant(Role.VIEWER, "north")], tree)
    assert scope.departments(READ) == {"north", "delhi"}
    assert not scope.may(READ, "sales")
    assert not scope.may(READ, "finance")
    assert not scope.may(READ, "no-such-department")


@pytest.mark.parametrize("actor", [HEAD, HEAD.lower(), HEAD.upper()])
def test_a_head_in_the_catalogue_reads_his_own_tree(actor, tree) -> None:
    assert scope_of(actor, [], tree).departments(READ) == {"sales", "north", "delhi"}
    assert not scope_of(actor, [], tree).everywhere(READ)


def test_an_empty_head_is_nobody(tree) -> None:
    assert not scope_of("", [], tree).may(READ)


def test_grants_add_up_each_within_its_own_departments(tree) -> None:
    scope = scope_of("p", [Grant(Role.ANALYST, "finance"), Grant(Role.VIEWER, "sales")], tree)
    assert scope.departments(READ) == {"finance", "sales", "north", "delhi"}
    assert scope.departments(UPLOAD) == {"finance"}


def test_a_grant_on_a_department_that_is_gone_gives_nothing(tree) -> None:
    scope = scope_of("p", [Grant(Role.ANALYST, "closed"), Grant(Role.VIEWER, "finance")], tree)
    assert scope.departments(READ) == {"finance"}
    assert not scope.may(UPLOAD)


def test_a_grant_on_every_department_is_not_one_on_the_company(tree) -> None:
    each = [Grant(Role.VIEWER, one.code) for one in tree.departments]
    assert not scope_of("p", each, tree).everywhere(READ)


def test_what_is_not_permitted_is_refused_by_name(tree) -> None:
    scope = scope_of("p", [Grant(Role.VIEWER, "north")], tree)
    scope.require(READ, "delhi")
    with pytest.raises(NotPermitted, match="p may not read in finance"):
        scope.require(READ, "finance")
    with pytest.raises(NotPermitted, match="p may not manage users"):
        scope.require(USERS)


@pytest.mark.parametrize("capability", Capability)
def test_the_system_user_may_do_everything_everywhere(capability) -> None:
    assert system_scope("root").may(capability, "any")


def test_scopes_that_see_the_same_have_one_key(tree) -> None:
    one = scope_of("p", [Grant(Role.VIEWER, "north"), Grant(Role.VIEWER, "finance")], tree)
    other = scope_of("q", [Grant(Role.EXECUTIVE, "finance"), Grant(Role.VIEWER, "north")], tree)
    assert one.key == other.key
    assert one.key != scope_of("p", [Grant(Role.VIEWER)], tree).key
    assert one.key != scope_of("p", [Grant(Role.ANALYST, "north"), Grant(Role.VIEWER, "finance")], tree).key


class TestNobodyElseMakesAScope:
    EVERYTHING = ((READ, frozenset({"finance"}), True),)

    def test_by_its_name(self) -> None:
        with pytest.raises(TypeError, match="made by"):
            Scope("p", self.EVERYTHING)

    def test_with_a_maker_of_ones_own(self) -> None:
        with pytest.raises(TypeError, match="made by"):
            Scope("p", self.EVERYTHING, object())

    def test_by_changing_a_copy(self, tree) -> None:
        mine = scope_of("p", [Grant(Role.VIEWER, "north")], tree)
        with pytest.raises((TypeError, ValueError)):
            replace(mine, held=self.EVERYTHING)

    def test_with_the_mark_of_a_true_one(self, tree) -> None:
        mine = scope_of("p", [Grant(Role.VIEWER, "north")], tree)
        assert not hasattr(mine, "maker") or mine.maker is None

    def test_by_changing_it(self, tree) -> None:
        mine = scope_of("p", [Grant(Role.VIEWER, "north")], tree)
        with pytest.raises(AttributeError):
            mine.held = self.EVERYTHING


def test_narrowing_a_scope_leaves_what_both_allow(tree) -> None:
    analyst = scope_of("p", [Grant(Role.ANALYST, "sales"), Grant(Role.EXECUTIVE)], tree)
    narrow = narrowed(analyst, [READ, UPLOAD, DEFINE], ["north", "finance", "gone"], tree)
    assert narrow.departments(READ) == {"north", "delhi", "finance"}
    assert narrow.departments(UPLOAD) == {"north", "delhi"}
    assert not narrow.everywhere(READ)
    assert not narrow.may(DEFINE)
    assert narrowed(analyst, [UPLOAD], None, tree).departments(UPLOAD) == {"sales", "north", "delhi"}
    assert not narrowed(analyst, [READ], None, tree).may(UPLOAD)
    assert not narrowed(analyst, [READ], [], tree).may(READ)


def test_narrowing_the_system_user_to_a_department_leaves_that_one(tree) -> None:
    narrow = narrowed(system_scope("root"), [UPLOAD], ["sales"], tree)
    assert narrow.departments(UPLOAD) == {"sales", "north", "delhi"}
    assert not narrow.everywhere(UPLOAD)


def test_where_somebody_asks_from_gives_no_right(tree) -> None:
    scope = scope_of("p", [Grant(Role.VIEWER, "north")], tree)
    elsewhere = asking_from(scope, "192.0.2.1")
    assert (elsewhere.origin, elsewhere.key, elsewhere.held) == ("192.0.2.1", scope.key, scope.held)


def test_a_head_is_who_has_just_that_address() -> None:
    street = company([], [Department(code="sales", name="Sales", head="Straße@example.com")], [])
    assert scope_of("straße@example.com", [], street).may(READ, "sales")
    assert not scope_of("strasse@example.com", [], street).held

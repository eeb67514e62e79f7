"""The roles of one person: from where each comes, giving one and taking one back."""

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from kpidash.domain.access import Grant, Role
from kpidash.domain.definitions import Department
from kpidash.services import people
from kpidash.services.errors import WrongQuestion
from kpidash.services.people import ADMINISTRATOR
from kpidash.services.roster import Member, Roster
from kpidash.ui import deeds
from kpidash.ui.blocks import section
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.people import words
from kpidash.ui.viewer import Viewer

_ROLE, _PLACE = "people-role", "people-place"
_TAKE = "take-role"
_HELP = "\n".join(f"- {name}: may {words.may(role)}" for role, name in words.ROLES.items())


def roles(viewer: Viewer, roster: Roster, one: Member) -> None:
    """The list, the question before a role is taken back, and the form that gives one."""
    names = words.names_of(roster.departments)
    rows = list(_rows(one, names))
    drawn = element("ul", *rows, klass="grants")
    if not rows:
        nothing = "Nothing yet. Without a role nobody sees anything, not even after signing in."
        drawn = element("p", nothing, klass="calm")
    show(
        section("What may they do?", drawn, klass="narrow"),
        key="person-roles",
        sent=lambda said: deeds.ask(_TAKE, said),
    )
    _question(viewer, one, names)
    if one.person.disabled_at is None:
        _give_form(viewer, roster.departments, one)


def _rows(one: Member, names: dict[str, str]) -> Iterator[Tree]:
    for given in one.person.grants:
        label = words.role_of(given, names)
        back = element(
            "button", "Take back …", type="button", data_send=people.label_of(given), klass="action",
            aria_label=f"Take back: {label}",
        )  # fmt: skip
        if given in one.provided:
            yield _row(label, given.role, "your provider says so", None)
        else:
            yield _row(label, given.role, "given here", back)
    for name in one.headed:
        yield _row(f"Head of {name}", Role.DEPARTMENT_HEAD, "the definitions say so", None)


def _row(label: str, role: Role, source: str, change: Tree | None) -> Tree:
    told = element("small", f"May {words.may(role)} · {source}")
    return element("li", element("div", element("b", label), told), change)


def _question(viewer: Viewer, one: Member, names: dict[str, str]) -> None:
    said = deeds.asked(_TAKE)
    given = next((each for each in one.person.grants if people.label_of(each) == said), None)
    if given is None:
        return
    label, name = words.role_of(given, names), one.person.name
    own = one.person.email == viewer.scope.actor.lower() and given == ADMINISTRATOR
    deeds.question(
        f"Take back: {label}?",
        f"Unless another role lets them, {name} may no longer {words.may(given.role)} there. "
        "Their open screens follow within seconds, and their tokens shrink with it.",
        "This is your own: you lose this page." if own else None,
        label="Take it back",
        key=_TAKE,
        do=partial(_take, viewer, one, given, label),
    )


def _take(viewer: Viewer, one: Member, given: Grant, label: str) -> str:
    changed = people.revoke(viewer.database, viewer.scope, one.person.email, given)
    return f"Taken back: {label}." if changed else "Somebody took it back before."


def _give_form(viewer: Viewer, departments: Sequence[Department], one: Member) -> None:
    """Choose a role and a place, and give it."""
    above = {each.parent for each in departments}
    places = {"": words.EVERYWHERE} | {
        each.code: f"{each.name} and all below" if each.code in above else each.name for each in departments
    }
    with st.form("give-role", border=False):
        left, right = st.columns(2)
        left.selectbox(
            "Role", [str(role) for role in Role], key=_ROLE, index=list(Role).index(Role.VIEWER),
            format_func=lambda role: words.ROLES[Role(role)], help=_HELP,
        )  # fmt: skip
        right.selectbox("Where", list(places), key=_PLACE, format_func=places.__getitem__)
        st.form_submit_button("Give this role", on_click=_give, args=(viewer, one))


def _give(viewer: Viewer, one: Member) -> None:
    role, place = st.session_state.get(_ROLE), st.session_state.get(_PLACE)

    def do() -> str:
        if role not in set(Role) or not isinstance(place, str):
            raise WrongQuestion("choose a role and where it holds")
        given = Grant(Role(role), place or None)
        changed = people.grant(viewer.database, viewer.scope, one.person.email, given)
        where = "for the whole company" if not place else "there and in all departments below"
        said = f"{one.person.name} is {words.ROLES[given.role].lower()} now, {where}."
        return said if changed else f"{one.person.name} had this role already."

    deeds.act(do)

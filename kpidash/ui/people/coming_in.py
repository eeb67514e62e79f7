"""How one person comes in, and deeds on that: a link, codes off, letting them in no more."""

from functools import partial

import streamlit as st

from kpidash.services import links, people, second_factor
from kpidash.services.roster import Member
from kpidash.ui import deeds
from kpidash.ui.blocks import facts, section
from kpidash.ui.elements import Child, show
from kpidash.ui.people import words
from kpidash.ui.people.adding import show_link
from kpidash.ui.viewer import Viewer

_DISABLE, _CODES = "disable", "codes-off"


def coming_in(viewer: Viewer, one: Member) -> None:
    """The facts, and below them what can be done."""
    person = one.person
    pairs: list[tuple[str, Child]] = [
        ("Mail address", person.email),
        ("Last sign-in", words.when(viewer, one.signed_in_at)),
        ("Signs in", _how(one) if viewer.signed else "in the demo: chosen in the side bar"),
        ("Open sessions", str(len(one.sessions))),
        ("Tokens", str(len(one.tokens))),
    ]
    if person.disabled_at is not None:
        pairs.insert(1, ("Disabled since", words.when(viewer, person.disabled_at)))
    show(section("How do they sign in?", facts(*pairs), klass="narrow"), key="person-facts")
    _questions(viewer, one)
    with st.container(horizontal=True, key="person-deeds"):
        if person.disabled_at is not None:
            st.button("Let them sign in again", type="primary", on_click=deeds.press,
                      args=(partial(_enable, viewer, one),))  # fmt: skip
            return
        st.button(_link_label(one), on_click=deeds.press, args=(partial(_link, viewer, one),), help=_LINK)
        if person.has_codes:
            st.button("Turn codes off …", on_click=deeds.ask, args=(_CODES, person.email))
        st.button("Disable …", on_click=deeds.ask, args=(_DISABLE, person.email))


_LINK = "Good once and for a day. Links that were made before end; a password stays until another is chosen."


def _link_label(one: Member) -> str:
    return "Make a link for a new password" if one.person.has_password else "Make a sign-in link"


def _how(one: Member) -> str:
    found = [
        "with a password" if one.person.has_password else None,
        "and a code from a device" if one.person.has_codes else None,
        "through your provider" if one.tied else None,
    ]
    return " ".join(filter(None, found)) or "not yet: the sign-in link was not used"


def _questions(viewer: Viewer, one: Member) -> None:
    person = one.person
    if deeds.asked(_DISABLE) == person.email and person.disabled_at is None:
        own = person.email == viewer.scope.actor.lower()
        deeds.question(
            f"Disable {person.name}?",
            words.ending(len(one.sessions), len(one.tokens)),
            "Links that were sent to them end too. Their roles stay, and what they did stays in their name.",
            "This is you: you are signed out at once." if own else None,
            label=f"Disable {person.name}",
            key=_DISABLE,
            do=partial(_disable, viewer, one),
        )
    if deeds.asked(_CODES) == person.email and person.has_codes:
        deeds.question(
            f"Turn {person.name}'s codes off?",
            "They then sign in with their password alone, until they turn codes on with another device. "
            "Be sure that it is them who asks.",
            label="Turn codes off",
            key=_CODES,
            do=partial(_codes_off, viewer, one),
        )


def _disable(viewer: Viewer, one: Member) -> str:
    changed = people.disable(viewer.database, viewer.scope, one.person.email)
    return f"{one.person.name} may not sign in any more." if changed else "Somebody disabled them before."


def _codes_off(viewer: Viewer, one: Member) -> str:
    changed = second_factor.off_for(viewer.database, viewer.scope, one.person.email)
    return f"{one.person.name} signs in without codes now." if changed else "They had no codes."


def _enable(viewer: Viewer, one: Member) -> str:
    people.enable(viewer.database, viewer.scope, one.person.email)
    return f"{one.person.name} may sign in again. Sessions and tokens that ended stay so."


def _link(viewer: Viewer, one: Member) -> str:
    show_link(viewer, links.make(viewer.database, viewer.scope, one.person.email))
    return "The link is made. Copy it now."

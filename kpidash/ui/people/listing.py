"""Everybody in a list: what they are to the company, whether they come in, and when they last did."""

from collections.abc import Sequence

from kpidash.services.roster import Member
from kpidash.ui.blocks import table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.filtering import Filtering, but
from kpidash.ui.people import words
from kpidash.ui.people.asked import SHOWN, Asked, address, matching, parameters_of
from kpidash.ui.viewer import Viewer

_HEADS = ("Person", "Roles", "State", "Last sign-in", "Sessions", "Tokens")


def choices(viewer: Viewer, asked: Asked, members: Sequence[Member]) -> Tree:
    """The lists there are and, of people, their states with how many are in each."""
    shown = [_choice(text, address(viewer, Asked(one)), one == asked.shown) for one, text in SHOWN.items()]
    found = matching(members, asked)
    states = [_choice("All", address(viewer, but(asked, "state", None)), asked.state is None)]
    for state, text in words.STATES.items():
        count = sum(state_of(viewer, one) == state for one in found)
        states.append(
            _choice(f"{text} {count}", address(viewer, but(asked, "state", state)), asked.state == state)
        )
    return element(
        "div",
        element("div", *shown, klass="choices", role="group", aria_label="List"),
        element("div", *states, klass="choices", role="group", aria_label="State")
        if asked.shown == "people"
        else None,
        klass="barline uploadsbar",
    )


def _choice(text: str, href: str, chosen: bool) -> Tree:
    return element("a", text, href=href, aria_current="true" if chosen else None)


def search(viewer: Viewer, asked: Asked) -> None:
    """The search, whose words go to the address."""
    shown = Filtering("people", viewer, asked, parameters_of, address)
    shown.find("Find people", "Name, address, role or department", width=420)


def people(viewer: Viewer, asked: Asked, members: Sequence[Member]) -> Tree:
    """The people who are asked for; a sentence where there are none."""
    found = [one for one in matching(members, asked) if asked.state in (None, state_of(viewer, one))]
    if not found:
        every = element("a", "Show everybody", href=address(viewer, Asked()), klass="action")
        return element("p", "Nobody is like this. ", every, klass="calm")
    return table(_HEADS, (_row(viewer, one) for one in found), "words people")


def _row(viewer: Viewer, one: Member) -> tuple[Child, ...]:
    person = one.person
    named = element(
        "div",
        element("a", person.name, href=viewer.view.link("people", person.email), klass="name"),
        element("small", person.email, klass="under"),
        klass="upload gone" if state_of(viewer, one) == "disabled" else "upload",
    )
    last = element("span", words.when(viewer, one.signed_in_at), klass=None if one.signed_in_at else "quiet")
    return (
        named, roles(one), state(viewer, one), last,
        *(_count(len(each)) for each in (one.sessions, one.tokens)),
    )  # fmt: skip


def roles(one: Member) -> Child:
    """What somebody is to the company."""
    return ", ".join(one.roles) or element("span", "nothing yet", klass="quiet")


def state_of(viewer: Viewer, one: Member) -> str:
    """Whether they come in, of words.STATES; the demo has nothing to sign in with, and all are in."""
    return "active" if viewer.signed is None and one.state == "invited" else one.state


def state(viewer: Viewer, one: Member) -> Tree:
    """The same in words."""
    found = state_of(viewer, one)
    return element("span", words.STATES[found], klass=f"standing {found}")


def _count(number: int) -> Tree:
    return element("span", str(number), klass=None if number else "quiet")

"""Which part of the people's screen is shown, kept in the address: a link shows others the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpidash.services.roster import Member
from kpidash.ui.people.words import STATES
from kpidash.ui.viewer import Viewer

SHOWN = {"people": "People", "sessions": "Open sessions", "tokens": "Tokens"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The list that is shown (of SHOWN), the `text` searched for, and the state of people (of STATES)."""

    shown: str = "people"
    text: str = ""
    state: str | None = None


def asked_of(parameters: Mapping[str, str]) -> Asked:
    """What the address asks for; what makes no sense in it is left out."""
    shown, state = parameters.get("show") or "", parameters.get("state")
    return Asked(
        shown if shown in SHOWN else "people",
        (parameters.get("find") or "")[:100],
        state if state in STATES else None,
    )


def parameters_of(asked: Asked) -> dict[str, str]:
    """The parameters of the address that asks for this."""
    said = {
        "show": None if asked.shown == "people" else asked.shown,
        "find": asked.text,
        "state": asked.state,
    }
    return {name: value for name, value in said.items() if value}


def address(viewer: Viewer, asked: Asked) -> str:
    """The address of the list that is asked for."""
    return viewer.view.link("people", asked=parameters_of(asked))


def matching(members: Sequence[Member], asked: Asked) -> list[Member]:
    """The people whose name, address or roles hold what is searched for, in any order of its words."""
    words = asked.text.casefold().split()
    return [one for one in members if all(word in _text(one) for word in words)]


def _text(one: Member) -> str:
    return " ".join((one.person.name, one.person.email, *one.roles)).casefold()

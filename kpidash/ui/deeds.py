"""Deeds on a screen: what hurts is asked first with what it would do, and what became of each is said.

What is done is one call of a service, which judges whether it may be; here nothing is decided.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import streamlit as st

from kpidash.domain.access import NotPermitted
from kpidash.services.attempts import NotProven
from kpidash.services.database import DatabaseUnavailable
from kpidash.services.errors import NotThere, WrongQuestion, sentence
from kpidash.ui import passing
from kpidash.ui.elements import Child, element, show

_ASKED, _SAID = "asked", "said"


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to be done: `deed` to `subject`."""

    deed: str
    subject: str = ""


def ask(deed: str, subject: str = "") -> None:
    """Ask whether to do it."""
    passing.keep(_ASKED, Question(deed, subject))
    passing.drop(_SAID)


def asked(deed: str) -> str | None:
    """To what it is about to be done; None where nobody asked for it."""
    found: Question | None = passing.kept(_ASKED)
    return found.subject if found is not None and found.deed == deed else None


def leave() -> None:
    """Do nothing of it."""
    passing.drop(_ASKED)


def question(title: str, *effects: Child, label: str, key: str, do: Callable[[], str]) -> None:
    """What would happen, and the two ways on; `do` does it and returns a sentence."""
    with st.container(border=True, key=f"{key}-ask"):
        told = (element("p", one) for one in effects if one)
        show(element("div", element("h3", title), *told, klass="ahead", data_arrive=title, tabindex="-1"),
                 key=f"{key}-ahead")  # fmt: skip
        with st.container(horizontal=True):
            st.button(label, type="primary", key=f"{key}-do", on_click=press, args=(do,))
            st.button("Leave it as it is", key=f"{key}-leave", on_click=leave)


def press(do: Callable[[], str]) -> None:
    """What a button does on a click."""
    act(do)


def act(do: Callable[[], str]) -> bool:
    """Do it, and keep what to say; whether it was done."""
    leave()
    try:
        said = do()
    except (WrongQuestion, NotPermitted, NotThere, NotProven, DatabaseUnavailable) as problem:
        _say(False, sentence(problem))
        return False
    _say(True, said)
    return True


def _say(done: bool, words: str) -> None:
    """Keep it; each time it comes into view anew."""
    passing.keep(_SAID, (done, words, uuid4().hex))


def said() -> None:
    """What became of the last deed, until the next or until somebody goes elsewhere."""
    told: tuple[bool, str, str] | None = passing.kept(_SAID)
    if told is None or not told[1]:
        return
    done, words, arrival = told
    klass = "note" if done else "note wrong"
    note = element("div", element("p", words), klass=klass, role="status", data_arrive=arrival, tabindex="-1")
    show(note, key="said")

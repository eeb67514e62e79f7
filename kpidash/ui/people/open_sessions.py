"""Open sessions in a list, each to end: of everybody, of one person, or one's own."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from kpidash.services import sessions
from kpidash.services.sessions import Session
from kpidash.ui import deeds
from kpidash.ui.blocks import section, table
from kpidash.ui.elements import Child, Tree, element, show
from kpidash.ui.people import words
from kpidash.ui.sentences import counted
from kpidash.ui.viewer import Viewer

_ALL = "end-sessions"
_NOTE = "A session ends by itself after 30 minutes without activity, and at the latest after 12 hours."


def open_sessions(
    viewer: Viewer, found: Sequence[Session], *, title: str, whose: str = "",
    people: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """The sessions with a way to end each; those of one person, `whose`, also all at once.

    `people` are the names of all by their addresses, where the sessions are of several.
    The session in which somebody looks is marked, and ended by signing out.
    """
    others = [one for one in found if one.id != viewer.signed]
    heads = ("With", "From", "Signed in", "Last seen", "Change")
    nobody = "Nobody is signed in." if people else "Not signed in anywhere."
    drawn: Tree = element("p", nobody, klass="calm")
    if found:
        rows = [_row(viewer, one, people=people) for one in found]
        drawn = table(("Person", *heads) if people else heads, rows, "words")
    show(
        section(title, drawn, note=_NOTE, klass="apart narrow"),
        key="open-sessions",
        sent=lambda said: _end(viewer, [said]),
    )  # fmt: skip
    if not whose or len(others) < 2:
        return
    if deeds.asked(_ALL) is None:
        label = "End all others …" if len(others) < len(found) else "End all …"
        st.button(label, key="end-all", on_click=deeds.ask, args=(_ALL,))
        return
    deeds.question(
        f"End {counted(len(others), 'session')} of {whose}?",
        "Their screens close within seconds; what is not saved on them is lost. They may sign in again.",
        label="End them",
        key=_ALL,
        do=partial(_ended, viewer, [one.id for one in others]),
    )


def _row(viewer: Viewer, one: Session, *, people: Mapping[str, str] | None) -> tuple[Child, ...]:
    name = (people or {}).get(one.email) or viewer.name(one.email)
    end: Child = element(
        "button", "End", type="button", data_send=one.id, klass="action",
        aria_label=f"End the session of {name}, {words.browser(one.agent)}",
    )  # fmt: skip
    if one.id == viewer.signed:
        end = element("span", "you are here", klass="quiet")
    who = element("a", name, href=viewer.view.link("people", one.email), klass="name")
    begun = f"{words.when(viewer, one.begun_at)}, {words.method(one)}"
    seen = words.when(viewer, one.seen_at)
    cells: tuple[Child, ...] = (words.browser_of(one), words.where(one), begun, seen, end)
    return (who, *cells) if people else cells


def _end(viewer: Viewer, ids: Sequence[str]) -> None:
    deeds.act(partial(_ended, viewer, ids))


def _ended(viewer: Viewer, ids: Sequence[str]) -> str:
    ended = sessions.end(viewer.database, viewer.scope, ids)
    if not ended:
        return "It had ended already."
    return "The session is ended; its screens close." if ended == 1 else f"{ended} sessions are ended."

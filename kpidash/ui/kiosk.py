"""The company and its departments in turn, for a screen on a wall that nobody touches."""

from pathlib import Path

import streamlit as st

from kpidash.domain.catalogue import Department
from kpidash.services import overview
from kpidash.services.overview import by_code
from kpidash.ui import wording
from kpidash.ui.blocks import verdict
from kpidash.ui.cards import cards
from kpidash.ui.elements import Tree, element, mark, show
from kpidash.ui.viewer import Viewer

SECONDS = 20
"""How long each one stays."""
CARDS = 9
_STYLE = Path(__file__).parent / "static" / "kiosk.css"
_TURN = "kiosk-turn"


def rotation(viewer: Viewer) -> list[Department | None]:
    """What is shown in turn: the company (None), then its highest departments; or the one asked for."""
    known = {one.code: one for one in viewer.catalogue.departments}
    if viewer.view.code in known:
        return [known[viewer.view.code]]
    return [None, *(one for one in viewer.catalogue.departments if one.parent not in known)]


def rotate(viewer: Viewer) -> None:
    """Show one after the other; the data stays fresh, as on every screen."""
    st.html(_STYLE)
    turns = rotation(viewer)

    @st.fragment(run_every=SECONDS if len(turns) > 1 else None)
    def turn() -> None:
        at = st.session_state.get(_TURN, -1) + 1
        st.session_state[_TURN] = at
        show(_slide(viewer, turns[at % len(turns)], f"{at % len(turns) + 1} of {len(turns)}"), key="kiosk")

    turn()


def _slide(viewer: Viewer, department: Department | None, place: str) -> Tree:
    card, earlier = viewer.card(), viewer.earlier()
    now, then, kpis, name = card.company, earlier.company, card.kpis, viewer.catalogue.company.name
    if department is not None:
        now, then = (by_code(one.departments)[department.code] for one in (card, earlier))
        kpis, name = overview.below(kpis, viewer.catalogue, department.code), department.name
    counts = overview.counts(kpis)
    moved = wording.change(overview.difference(now, then), viewer.comparison, viewer.formats)
    marks = [
        element("span", mark(status), element("b", viewer.formats.number(number)))
        for status, number in counts.items()
        if number
    ]
    return element(
        "section",
        element("header", element("h1", name), element("p", *marks, klass="states")),
        verdict(viewer, now, moved, wording.summary(now, counts, viewer.formats)),
        cards(viewer, overview.by_need(kpis).head(CARDS)),
        element("footer",
                element("span", f"{viewer.formats.window(card.window)} · {place}"),
                element("a", "Leave", href=viewer.view.link(""), klass="action")),
        klass="kiosk",
    )  # fmt: skip

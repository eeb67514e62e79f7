"""The change set as people go through it: what would flip, and every part of it in one table."""

from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from kpidash.charts.theme import STATUS
from kpidash.domain.access import Capability
from kpidash.services.change_pages import ORDERS, Asked
from kpidash.services.impact import Flip, Impact
from kpidash.ui.elements import Tree, element, mark, show
from kpidash.ui.session import require
from kpidash.ui.upload.cells import period_of
from kpidash.ui.upload.courses import course
from kpidash.ui.upload.desk import FIRST, Desk, desk_of
from kpidash.ui.upload.grid import draw
from kpidash.ui.upload.looking import Look
from kpidash.ui.upload.tables import PARTS, counts, table, tabs
from kpidash.ui.viewer import Viewer

MOST = 400
"""Rows that one answer has at most, whatever is asked."""
_FLIPS = 8
_PART = "part:"


@st.fragment
def change_set() -> None:
    """All about the change set on the desk; what people ask for in it runs this part of the page alone."""
    viewer = require(Capability.UPLOAD)
    desk = desk_of(viewer)
    look = desk.look
    if look is None or look.pages is None:
        st.rerun()
    asked = desk.asked or _first(look)
    impact = look.impact or Impact()
    show(_flips(viewer, impact, desk.code), _warning(viewer, impact), key=f"flips-{desk.round}",
         sent=lambda said: _sent(desk, asked, said))  # fmt: skip
    drawn = table(viewer, look, asked, desk.code, desk.rows)
    told = {**asdict(asked), "only": asked.code is not None, "code": desk.code}
    key = f"changes-{desk.round}"
    draw(drawn, list(tabs(viewer.formats, look)), told, key=key, on_ask=lambda said: ask(desk, said))
    course(viewer, desk)


@st.fragment(run_every=0.4)
def understanding() -> None:
    """A line for as long as it is being worked out what the change set would mean."""
    desk = desk_of(require(Capability.UPLOAD))
    if desk.understood:
        st.rerun()
    show(
        element("p", "Working out which statuses would change, and what looks unusual …", klass="quiet"),
        key="meaning",
    )


def _first(look: Look) -> Asked:
    found = counts(look)
    return Asked(part=next((part for part in PARTS if found[part]), PARTS[0]))


def _flips(viewer: Viewer, impact: Impact, chosen: str | None) -> Tree | None:
    """Every status that would change, and what becomes of the company's score."""
    if not impact.flips:
        return None
    shown = [_flip(viewer, flip, chosen) for flip in impact.flips[:_FLIPS]]
    more = len(impact.flips) - len(shown)
    what = (
        "One status would change:"
        if len(impact.flips) == 1
        else f"{len(impact.flips)} statuses would change:"
    )
    company = next((one for one in impact.scores if one.kind == "company"), None)
    score = viewer.formats.score
    line = (
        f" The company’s score would go from {score(company.before.score)} to {score(company.after.score)}."
        if company
        else ""
    )
    return element(
        "div",
        element("p", element("b", what), line, klass="flipline"),
        element(
            "div",
            *shown,
            element("span", f"and {more} more", klass="quiet") if more > 0 else None,
            klass="flips",
        ),
    )


def _flip(viewer: Viewer, flip: Flip, chosen: str | None) -> Tree:
    via = None if flip.direct else element("small", "calculated from it")
    return element(
        "button",
        element("b", flip.name), element("small", period_of(viewer, flip.window)),
        _state(flip.before), element("span", "→", klass="to"), _state(flip.after), via,
        type="button", data_send=flip.code, aria_pressed="true" if flip.code == chosen else "false",
    )  # fmt: skip


def _state(status: str) -> Tree:
    look = STATUS[status]
    return element("span", mark(status), look.word, klass=f"pill {look.tone}")


def _warning(viewer: Viewer, impact: Impact) -> Tree | None:
    if not impact.outliers_total:
        return None
    count = viewer.formats.number(impact.outliers_total)
    what = (
        "One value is far from what is usual."
        if impact.outliers_total == 1
        else f"{count} values are far from what is usual."
    )
    button = element("button", "Show", type="button", data_send=f"{_PART}unusual", klass="inline")
    return element(
        "p", element("b", what), " That is a warning: they can be committed. ", button, klass="warn"
    )


def _sent(desk: Desk, asked: Asked, said: str) -> None:
    if said.startswith(_PART):
        desk.asked, desk.rows = Asked(part="unusual"), (0, FIRST)
    else:
        desk.code = None if desk.code == said else said
        desk.asked = replace(asked, code=None)


def ask(desk: Desk, said: Any) -> None:
    """Take what the browser asks for; what makes no sense in it is left out."""
    said = said if isinstance(said, dict) else {}
    code = said.get("code")
    desk.code = code if isinstance(code, str) else None
    desk.asked = Asked(
        part=said["part"] if said.get("part") in PARTS else PARTS[0],
        search=str(said.get("search") or "")[:100],
        code=desk.code if said.get("only") else None,
        order=said["order"] if said.get("order") in ORDERS else None,
        descending=bool(said.get("descending")),
    )
    desk.rows = (whole(said.get("start"), 0), min(whole(said.get("count"), FIRST), MOST))


def whole(said: Any, otherwise: int) -> int:
    """A number that the browser said, where it makes sense."""
    return max(0, int(said)) if isinstance(said, int | float) and abs(said) < 1e12 else otherwise

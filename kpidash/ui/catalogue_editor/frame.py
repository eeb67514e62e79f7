"""What surrounds the editor: its question, the way back, and the choice between forms, text and review."""

from typing import NoReturn

import streamlit as st

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Difference, Kind, differences, entities
from kpidash.ui.catalogue_editor.asked import WORDS, Asked, address
from kpidash.ui.catalogue_editor.desk import Desk
from kpidash.ui.elements import Tree, element
from kpidash.ui.filtering import to_address
from kpidash.ui.header import Trail, heading
from kpidash.ui.viewer import Viewer

_QUESTION = (
    "Departments, their KRAs and the KPIs in them. Nothing is written before you have seen what it changes."
)


def drafted(desk: Desk) -> tuple[Difference, ...]:
    """What is to change."""
    return () if desk.draft is None else differences(desk.base, desk.draft)


def frame(viewer: Viewer, desk: Desk, asked: Asked) -> Tree:
    """The title, and where one can go."""
    count = len(drafted(desk))
    choices = (
        ("Definitions", Asked(), asked.show == ""),
        ("As text (YAML)", Asked(show="yaml"), asked.show == "yaml"),
        (f"Review ({count})" if count else "Review", Asked(show="review"), asked.show == "review"),
    )
    links = [
        element("a", text, href=address(viewer, to), aria_current="true" if chosen else None)
        for text, to, chosen in choices
    ]
    bar = element("div", element("div", *links, klass="choices", role="group", aria_label="Ways to change"),
                  klass="barline catalogue")  # fmt: skip
    top = heading("What does the company measure?", _QUESTION, trail=_trail(viewer, desk.definitions, asked))
    return element("div", top, bar)


def _trail(viewer: Viewer, catalogue: Catalogue, asked: Asked) -> Trail:
    """The way from all definitions down to what is looked at."""
    if asked.kind is None:
        return ()
    steps: list[tuple[str, str]] = []
    kind: Kind | None
    if asked.new:
        kind, code = (Kind.KRA if asked.kind is Kind.KPI else Kind.DEPARTMENT), asked.inside
    else:
        kind, code = _above(catalogue, asked.kind, asked.code)
    while code is not None and kind is not None and code in entities(catalogue, kind):
        name = entities(catalogue, kind)[code].name
        steps.insert(0, (name, address(viewer, Asked(kind=kind, code=code))))
        kind, code = _above(catalogue, kind, code)
    return (("All definitions", address(viewer, Asked())), *steps)


def _above(catalogue: Catalogue, kind: Kind, code: str | None) -> tuple[Kind | None, str | None]:
    if code is None or kind is Kind.COMPANY:
        return None, None
    if kind is Kind.KPI:
        return Kind.KRA, catalogue.kpi(code).kra
    if kind is Kind.KRA:
        return Kind.DEPARTMENT, catalogue.kra(code).department
    return Kind.DEPARTMENT, catalogue.department(code).parent


def title(catalogue: Catalogue, asked: Asked) -> str:
    """What the form is of."""
    if asked.kind is None or asked.kind is Kind.COMPANY:
        return "The company itself"
    if asked.code is None:
        return f"A new {WORDS[asked.kind]}"
    return str(entities(catalogue, asked.kind)[asked.code].name)


def go(show: str) -> NoReturn:
    """On to another part of the editor."""
    to_address({"show": show})
    st.rerun()
    raise AssertionError("the page runs again")

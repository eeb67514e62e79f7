"""One definition: its form, what can be added to it, and the way to remove it."""

import streamlit as st

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Kind
from kpidash.ingest.definitions import with_definition, without_definition
from kpidash.ui.blocks import tiles
from kpidash.ui.catalogue_editor.asked import WORDS, Asked, address
from kpidash.ui.catalogue_editor.changes import words_for
from kpidash.ui.catalogue_editor.desk import Desk
from kpidash.ui.catalogue_editor.forms import form
from kpidash.ui.catalogue_editor.frame import title
from kpidash.ui.catalogue_editor.problems import form_problems
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.sentences import joined
from kpidash.ui.viewer import Viewer


def editor(viewer: Viewer, desk: Desk, asked: Asked) -> bool:
    """The form of what is looked at; True once a change can be looked at."""
    if asked.kind is None:
        show(_overview(viewer, desk.definitions), key="catalogue-overview")
        return False
    show(_head(viewer, desk.definitions, asked), key="catalogue-head")
    if desk.refused and desk.refused.asked == asked:
        show(form_problems(desk.refused), key="catalogue-problems")
    fields = form(viewer, desk, asked)
    if fields is not None:
        content, path = with_definition(desk.definitions, asked.kind, asked.code, fields)
        return _looked(viewer, desk, asked, content, path)
    return not asked.new and asked.kind is not Kind.COMPANY and _removal(viewer, desk, asked)


def _looked(viewer: Viewer, desk: Desk, asked: Asked, content: str, path: str = "") -> bool:
    """Look at what it would do; where it can do nothing the page says why, with the form as it is."""
    if not desk.look(viewer, content, asked, path=path):
        st.rerun()
    return True


def _head(viewer: Viewer, catalogue: Catalogue, asked: Asked) -> Tree:
    """The name, and links to add what can be inside."""
    adds = {
        Kind.DEPARTMENT: ((Kind.KRA, "Add a KRA"), (Kind.DEPARTMENT, "Add a department below")),
        Kind.KRA: ((Kind.KPI, "Add a KPI"),),
    }.get(asked.kind or Kind.COMPANY, ())
    links = [
        element("a", text, href=address(viewer, Asked(kind=kind, inside=asked.code)), klass="action")
        for kind, text in adds
        if asked.code
    ]
    kind = WORDS[asked.kind] if asked.kind and not asked.new and asked.kind is not Kind.COMPANY else None
    code = f"{kind} · {asked.code}" if kind else None
    return element(
        "div",
        element("h2", title(catalogue, asked)),
        element("small", code) if code else None,
        element("span", *links, klass="adds") if links else None,
        _within(viewer, catalogue, asked),
        klass="defined",
    )


def _within(viewer: Viewer, catalogue: Catalogue, asked: Asked) -> Tree | None:
    """What is in the definition, for phones: there the tree makes way for what is chosen."""
    found: list[tuple[Kind, str, str]] = []
    if asked.kind is Kind.DEPARTMENT and asked.code:
        found += [(Kind.KRA, kra.code, kra.name) for kra in catalogue.kras_of(asked.code)]
        found += [(Kind.DEPARTMENT, one.code, one.name) for one in catalogue.children(asked.code)]
    elif asked.kind is Kind.KRA and asked.code:
        found += [(Kind.KPI, kpi.code, kpi.name) for kpi in catalogue.kpis_of(asked.code)]
    links = [
        element("a", name, href=address(viewer, Asked(kind=kind, code=code))) for kind, code, name in found
    ]
    return element("nav", *links, klass="inside", aria_label="Inside") if links else None


def _overview(viewer: Viewer, catalogue: Catalogue) -> Tree:
    """How much there is, and what to do here."""
    counts = ((Kind.DEPARTMENT, "Departments"), (Kind.KRA, "KRAs"), (Kind.KPI, "KPIs"))
    number = viewer.formats.number
    numbers = [(text, number(len(getattr(catalogue, kind.value)))) for kind, text in counts]
    targets = sum(len(kpi.targets) for kpi in catalogue.kpis)
    say = (
        "Choose a definition to see and change it. Changes gather until you review them: there you see each "
        "field as it is and as it would be, and whom it concerns, before you apply them together."
    )
    return element("div", element("p", say, klass="says"), tiles([*numbers, ("Targets", number(targets))]))


def _removal(viewer: Viewer, desk: Desk, asked: Asked) -> bool:
    """The button that takes the definition out, which the review shows first; True once it was pressed."""
    kind, code = asked.kind, asked.code
    if kind is None or code is None:
        return False
    inside = _inside(desk.definitions, kind, code)
    with st.container(horizontal=True, vertical_alignment="center", key="catalogue-removal"):
        pressed = st.button(f"Remove this {WORDS[kind]} …", key=f"catalogue-remove-{desk.round}")
        say = f"With it {inside} would go. " if inside else ""
        show(
            element("p", f"{say}You see first what becomes of what is saved.", klass="quiet"),
            key="remove-says",
        )
    return pressed and _looked(viewer, desk, asked, without_definition(desk.definitions, kind, code))


def _inside(catalogue: Catalogue, kind: Kind, code: str) -> str:
    """How many definitions are inside, in words."""
    if kind is Kind.KPI:
        return ""
    below = catalogue.subtree(code) if kind is Kind.DEPARTMENT else frozenset()
    kras = [
        kra for kra in catalogue.kras if kra.department in below or (kind is Kind.KRA and kra.code == code)
    ]
    counts = (
        (Kind.DEPARTMENT, len(below) - 1),
        (Kind.KRA, len(kras) if below else 0),
        (Kind.KPI, sum(len(catalogue.kpis_of(kra.code)) for kra in kras)),
    )
    return joined([words_for(each, count) for each, count in counts if count > 0])

"""Departments with their KRAs and KPIs as a tree: what is chosen opens, and a search narrows it."""

from collections.abc import Iterator

import streamlit as st

from kpidash.domain.catalogue import Catalogue, Department, Kpi, Kra
from kpidash.domain.differences import Difference, Kind, What
from kpidash.ui.catalogue_editor.asked import Asked, address
from kpidash.ui.catalogue_editor.changes import WHAT
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.viewer import Viewer

_FIND = "catalogue-find"
Changed = dict[tuple[Kind, str], What]


def tree(viewer: Viewer, catalogue: Catalogue, asked: Asked, drafted: tuple[Difference, ...]) -> None:
    """The search and the tree; what is to change is marked in it."""
    st.session_state[_FIND] = asked.find
    st.text_input(
        "Find a definition", key=_FIND, placeholder="Department, KRA, KPI or owner", max_chars=100,
        label_visibility="collapsed", on_change=_take,
    )  # fmt: skip
    branches = list(
        _Tree(viewer, catalogue, asked, {(one.kind, one.code): one.what for one in drafted}).top()
    )
    nothing = element("p", f"Nothing here is like “{asked.find}”.", klass="calm")
    listed = element("ul", *branches) if branches else nothing
    company = _link(viewer, "The company itself", Asked(kind=Kind.COMPANY, code="company"), asked, None)
    add = element("a", "Add a department", href=address(viewer, Asked(kind=Kind.DEPARTMENT)), klass="action")
    drawn = element(
        "nav",
        company if not asked.find else None,
        listed,
        element("p", add, klass="add"),
        klass="definitions",
        aria_label="Definitions",
    )
    show(drawn, key="catalogue-tree")


def _take() -> None:
    """Write the search to the address."""
    said = str(st.session_state.get(_FIND) or "").strip()
    if said:
        st.query_params["find"] = said
    else:
        st.query_params.pop("find", None)


class _Tree:
    """Draws the branches that hold what is searched for; the branch of what is looked at is open."""

    def __init__(self, viewer: Viewer, catalogue: Catalogue, asked: Asked, changed: Changed) -> None:
        self._viewer, self._catalogue, self._asked, self._changed = viewer, catalogue, asked, changed
        self._sought = asked.find.casefold()
        self._way = _way(catalogue, asked)

    def top(self) -> Iterator[Tree]:
        """The departments that are below no other."""
        for department in self._catalogue.children(None):
            yield from self._department(department, found=False)

    def _department(self, one: Department, *, found: bool) -> Iterator[Tree]:
        found = found or self._like(one.name, one.code, one.head)
        inside: list[Tree] = []
        if self._opened(Kind.DEPARTMENT, one.code):
            for kra in self._catalogue.kras_of(one.code):
                inside += self._kra(kra, found=found)
            for below in self._catalogue.children(one.code):
                inside += self._department(below, found=found)
        if inside or found:
            yield self._branch(Kind.DEPARTMENT, one, inside)

    def _kra(self, kra: Kra, *, found: bool) -> Iterator[Tree]:
        found = found or self._like(kra.name, kra.code, kra.owner)
        inside: list[Tree] = []
        if self._opened(Kind.KRA, kra.code):
            kpis = self._catalogue.kpis_of(kra.code)
            shown = [kpi for kpi in kpis if found or self._like(kpi.name, kpi.code, kpi.owner)]
            inside += [element("li", self._line(Kind.KPI, kpi), klass="kpi") for kpi in shown]
        if inside or found:
            yield self._branch(Kind.KRA, kra, inside)

    def _opened(self, kind: Kind, code: str) -> bool:
        return bool(self._sought) or (kind, code) in self._way

    def _branch(self, kind: Kind, one: Department | Kra, inside: list[Tree]) -> Tree:
        below = element("ul", *inside) if inside else None
        opened = "opened" if self._opened(kind, one.code) else "folded"
        return element("li", self._line(kind, one), below, klass=f"{_CLASS[kind]} {opened}")

    def _line(self, kind: Kind, one: Department | Kra | Kpi) -> Tree:
        what = self._changed.get((kind, one.code))
        return _link(self._viewer, one.name, Asked(kind=kind, code=one.code), self._asked, what)

    def _like(self, *texts: str | None) -> bool:
        if not self._sought:
            return True
        names = [self._viewer.name(text) if text and "@" in text else "" for text in texts]
        return any(self._sought in text.casefold() for text in (*texts, *names) if text)


def _way(catalogue: Catalogue, asked: Asked) -> set[tuple[Kind, str]]:
    """What is looked at or in what something is added, and all that it is in."""
    kind, code = asked.kind, asked.code
    if asked.new and asked.inside:
        kind, code = (Kind.KRA if kind is Kind.KPI else Kind.DEPARTMENT), asked.inside
    way: set[tuple[Kind, str]] = set()
    kras = {one.code: one for one in catalogue.kras}
    departments = {one.code: one for one in catalogue.departments}
    if kind is Kind.KPI and code is not None and catalogue.has_kpi(code):
        kind, code = Kind.KRA, catalogue.kpi(code).kra
    if kind is Kind.KRA and code in kras:
        way.add((kind, code))
        kind, code = Kind.DEPARTMENT, kras[code].department
    while kind is Kind.DEPARTMENT and code in departments:
        way.add((kind, code))
        code = departments[code].parent
    return way


_CLASS = {Kind.DEPARTMENT: "department", Kind.KRA: "area"}


def _link(viewer: Viewer, name: str, to: Asked, asked: Asked, what: What | None) -> Tree:
    here = (to.kind, to.code) == (asked.kind, asked.code)
    target = address(viewer, Asked(kind=to.kind, code=to.code, find=asked.find))
    word = element("small", WHAT[what], klass="changed") if what else None
    return element("a", element("span", name), word, href=target, aria_current="page" if here else None)

"""Departments side by side: score, movement, statuses, KRAs, and what is furthest from target."""

from collections.abc import Sequence

import streamlit as st

from kpidash.charts.theme import STATUS
from kpidash.domain.catalogue import Department
from kpidash.domain.scorecard import Scorecard
from kpidash.services import overview
from kpidash.services.overview import by_code, records
from kpidash.ui import wording
from kpidash.ui.elements import Tree, element, mark, pill
from kpidash.ui.viewer import Viewer

MOST, WORST = 4, 5
"""Departments beside each other, and KPIs that each names."""
_CHOSEN = "compared"


def compared(viewer: Viewer) -> list[Department]:
    """The departments in the address; where it has none, the first of the highest ones."""
    known = {one.code: one for one in viewer.catalogue.departments}
    asked = [known[code] for code in viewer.view.others if code in known]
    highest = [one for one in viewer.catalogue.departments if one.parent not in known]
    return (asked or highest)[:MOST]


def choose(viewer: Viewer, now: Sequence[Department]) -> None:
    """Which departments; the choice goes into the address."""
    names = {one.code: one.name for one in viewer.catalogue.departments}
    st.multiselect(
        f"Departments, up to {MOST}", list(names), [one.code for one in now], format_func=names.__getitem__,
        max_selections=MOST, key=_CHOSEN, on_change=_go,
    )  # fmt: skip


def _go() -> None:
    st.query_params["others"] = ",".join(st.session_state[_CHOSEN])


def side_by_side(viewer: Viewer, card: Scorecard, earlier: Scorecard, chosen: Sequence[Department]) -> Tree:
    """A column for each department."""
    columns = [element("li", *_column(viewer, card, earlier, one)) for one in chosen]
    return element("ul", *columns, klass="beside-each-other")


def _column(viewer: Viewer, card: Scorecard, earlier: Scorecard, one: Department) -> list[Tree]:
    formats, catalogue = viewer.formats, viewer.catalogue
    now, before = (by_code(each.departments)[one.code] for each in (card, earlier))
    mine = overview.below(card.kpis, catalogue, one.code)
    moved = wording.change(overview.difference(now, before), viewer.comparison, formats)
    counts = [
        element("span", mark(status), element("b", formats.number(number)), title=STATUS[status].word)
        for status, number in overview.counts(mine).items()
        if number
    ]
    kras = card.kras[card.kras["department"].isin(catalogue.subtree(one.code))]
    return [
        element("h2", element("a", one.name, href=viewer.view.link("department", one.code))),
        element("p", element("span", formats.score(now.score), klass="figure"), pill(now.status)),
        element("p", moved, klass="moved"),
        element("p", *counts, klass="states"),
        element("h3", "KRAs"),
        element("ul", *(_line(row["status"], catalogue.kra(row["code"]).name,
                              formats.score(row["score"], missing=STATUS[row["status"]].word))
                        for row in records(kras))),
        element("h3", "Furthest from target"),
        element("ul", *(_line(row["status"], catalogue.kpi(row["code"]).name,
                              formats.attained(row["attainment"], missing=STATUS[row["status"]].word),
                              viewer.view.link("kpi", row["code"]))
                        for row in records(overview.by_need(mine).head(WORST)))),
    ]  # fmt: skip


def _line(status: str, name: str, number: str, address: str | None = None) -> Tree:
    words = element("a", name, href=address) if address else element("span", name)
    return element("li", mark(status), words, element("b", number), title=STATUS[status].word)

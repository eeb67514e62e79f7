"""The top of every screen: the way back, the question, and the bar that says what is being looked at."""

from datetime import date

from kpidash.domain.catalogue import Department
from kpidash.services.overview import data_through
from kpidash.ui.address import INDICATORS, WINDOWS
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.viewer import Viewer

Trail = tuple[tuple[str, str], ...]
"""Name and address of each step on the way back."""


def header(viewer: Viewer, title: str, question: str, *beside: Child, trail: Trail = ()) -> Tree:
    """The question this screen answers, under the way back to the company."""
    return heading(title, f"{question} {_fresh(viewer)}", *beside, trail=trail)


def _fresh(viewer: Viewer) -> str:
    """Up to when there are numbers of what is shown, to the period of the KPI that has the latest."""
    through = data_through(viewer.card().kpis, viewer.shows)
    if through is None:
        return "Nothing is reported in this window yet."
    code, day = through
    latest = viewer.formats.latest(day, viewer.catalogue.kpi(code).frequency)
    return f"Data through {latest.rstrip('.')}."


def heading(title: str, question: str, *beside: Child, trail: Trail = ()) -> Tree:
    """The same of screens that show no numbers."""
    steps = [element("li", element("a", name, href=address)) for name, address in trail]
    way = element("nav", element("ol", *steps), klass="trail", aria_label="Breadcrumb") if trail else None
    line = element("div", element("h1", title), *beside, klass="title")
    return element("header", way, line, element("p", question, klass="question"), klass="top")


def department_trail(viewer: Viewer, department: Department, *, itself: bool = False) -> Trail:
    """The way from the company down to a department; with `itself` the department too."""
    known = {one.code: one for one in viewer.catalogue.departments}
    steps: list[tuple[str, str]] = []
    one = department if itself else known.get(department.parent or "")
    while one is not None:
        steps.insert(0, (one.name, viewer.view.link("department", one.code)))
        one = known.get(one.parent or "")
    return (("Company", viewer.view.link("")), *steps)


def bar(viewer: Viewer, page: str, *, levels: str | None = None) -> Tree:
    """Window, day and level as links: what they choose stands in the address; `levels` is the level now."""
    view, formats = viewer.view, viewer.formats
    card = viewer.card()
    windows = [
        _choice(text, view.here(page, window=window), chosen=view.window == window)
        for window, text in WINDOWS.items()
    ]
    day = element(
        "label",
        element("span", "As of"),
        element("input", type="date", value=viewer.as_of.isoformat(), max=viewer.today.isoformat(),
                data_go=view.here(page, as_of=date.max).replace(date.max.isoformat(), "VALUE")),
        klass="day",
    )  # fmt: skip
    today = element("a", "Back to today", href=view.here(page, as_of=None), klass="action")
    return element(
        "div",
        element("div", *windows, klass="choices", role="group", aria_label="Window"),
        element("b", formats.window(card.window), klass="window"),
        day,
        None if viewer.as_of == viewer.today else today,
        _levels(viewer, page, levels) if levels else None,
        _indicators(viewer, page) if levels else None,
        klass="barline",
    )  # fmt: skip


_LEVELS = {"strategic": "Strategic", "operational": "Operational", "all": "All KPIs"}


def _levels(viewer: Viewer, page: str, chosen: str) -> Tree:
    links = [
        _choice(text, viewer.view.here(page, level=level), chosen=chosen == level)
        for level, text in _LEVELS.items()
    ]
    return element("div", *links, klass="choices", role="group", aria_label="Level")


def _indicators(viewer: Viewer, page: str) -> Tree:
    """Leading, lagging, or both: another click on what is chosen takes it back."""
    view = viewer.view
    links = [
        _choice(one.capitalize(), view.here(page, indicator=None if view.indicator == one else one),
                chosen=view.indicator == one)
        for one in INDICATORS
    ]  # fmt: skip
    return element("div", *links, klass="choices", role="group", aria_label="Leading or lagging")


def _choice(text: str, address: str, *, chosen: bool) -> Tree:
    return element("a", text, href=address, aria_current="true" if chosen else None)

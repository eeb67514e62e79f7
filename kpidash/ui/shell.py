"""The frame around every screen: the pages there are, the side bar, the styles and the live signal."""

import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from kpidash import settings
from kpidash.domain.access import Capability, NotPermitted
from kpidash.services import tallies, tracing
from kpidash.ui import live, passing, session
from kpidash.ui.address import NARROW, PAGES
from kpidash.ui.components import component
from kpidash.ui.elements import Tree, element, mark, show
from kpidash.ui.formats import Formats
from kpidash.ui.kept import noting, part
from kpidash.ui.search import search
from kpidash.ui.viewer import Ended, Stopped, Viewer

_FRAME = "frame"
"""The session-state key of what the frame keeps of a session."""
_WALL = "tv"
"""The page for a screen that nobody touches."""
_STATIC = Path(__file__).parent / "static"
# Read once: from files Streamlit would read both in every run.
_STYLE = f"<style>{(_STATIC / 'chrome.css').read_text(encoding='utf-8')}</style>"
_ICON = f"data:image/svg+xml;base64,{b64encode((_STATIC / 'favicon.svg').read_bytes()).decode()}"
_person = component("person", js=("person.js",), css=("person.css",))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stays the same in a session: the id of its websocket, which log lines carry, and the pages there
    are, each of which looks for its script when it is made.
    """

    trace: str
    pages: list[st.Page]


def run() -> None:
    """Set up the frame and run the page that the address names."""
    frame: _Frame | None = st.session_state.get(_FRAME)
    if frame is None:
        frame = _Frame(st.context.headers.get(tracing.HEADER) or "", _made_pages())
        st.session_state[_FRAME] = frame
    with tracing.traced(frame.trace), live.running() as run:
        _run(run, list(frame.pages))


def _run(run: live.Run, pages: list[st.Page]) -> None:
    st.set_page_config(page_title="kpidash", page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    page = st.navigation(pages, position="hidden")
    try:
        with suppress(Ended):  # nobody is known for whom there is anything to show
            _show(page, run)
    finally:  # also where another run takes its place
        tallies.RERUNS.labels(page.url_path or "company").observe(time.perf_counter() - run.began)


def _show(page: st.Page, run: live.Run) -> None:
    viewer = session.current(narrow=page.url_path in NARROW)
    passing.stay(viewer, page.url_path)
    with noting() as parts:
        with st.sidebar:
            _sidebar(viewer, page.url_path)
        shown = viewer
        try:
            with session.looking(viewer):
                page.run()
        except Stopped:
            shown = viewer.defined
        except Ended:
            pass  # what it has drawn is all of it
        except NotPermitted:
            if viewer.outdated:
                st.rerun()  # the role changed in the middle of the run
            raise
    with st.sidebar:
        live.follow(shown, parts, run, stays=page.url_path == _WALL)


def _made_pages() -> list[st.Page]:
    return [
        st.Page(settings.ROOT / "pages" / script, title=title, url_path=address or None, default=not address)
        for address, (script, title) in PAGES.items()
    ]


def _sidebar(viewer: Viewer, page: str) -> None:
    company = viewer.catalogue.company.name or "kpidash"
    brand = element("p", element("b", "kpidash"), element("span", company), klass="brand")
    show(brand, key="brand")
    if viewer.scope.may(Capability.READ):
        search(viewer)
    show(_navigation(viewer.scoped, page, bool(viewer.own_kpis())), key="navigation")
    if viewer.signed:
        name = viewer.name(viewer.scope.actor)
        title = next((one.title for one in viewer.people if one.email == viewer.scope.actor.lower()), "")
        _person(key="person", data={"name": name, "title": title, "account": viewer.view.link("account")})
    else:
        _look_as(viewer)
    _numbers_as_in(viewer)


def _numbers_as_in(viewer: Viewer) -> None:
    """The company's formats or those of the browser, where these are others."""
    company = viewer.catalogue.company
    places = {"": Formats.of(company).place}
    if st.context.locale:
        places[st.context.locale] = Formats.of(company, st.context.locale).place
    if len(set(places.values())) > 1:
        st.selectbox(
            "Numbers and days as in", list(places), format_func=places.__getitem__, key=session.LOCALE,
            persist_state="session", help="The company's way of writing them, or that of your browser.",
        )  # fmt: skip


def _look_as(viewer: Viewer) -> None:
    """In demo mode, whose eyes to look through."""
    if not viewer.people:
        return
    by_email = {person.email: person for person in viewer.people}
    st.selectbox(
        "Look as",
        list(by_email),
        format_func=lambda email: f"{by_email[email].title} · {by_email[email].name}",
        key=session.PERSON,
        help="The demo lets you look through anybody's eyes. What you see is what that person may see.",
    )


@part
def _navigation(viewer: Viewer, page: str, owner: bool) -> Iterator[Tree]:
    view, may = viewer.view, viewer.scope.may
    groups = []
    if may(Capability.READ):
        departments = viewer.reading().card().departments
        states = dict(zip(departments["code"].tolist(), departments["status"].tolist(), strict=True))
        shown = {one.code for one in viewer.catalogue.departments}
        links = [
            _link("Company", view.link(""), page == ""),
            _link("Scorecard", view.link("scorecard"), page == "scorecard"),
        ]
        if owner:
            links.append(_link("My KPIs", view.link("mine"), page == "mine"))
        links += [
            _link(one.name, view.link("department", one.code), page == "department" and view.code == one.code,
                  status=states.get(one.code), below=one.parent in shown)
            for one in viewer.catalogue.departments
        ]  # fmt: skip
        groups.append(element("ul", *links))
    links = [_link("Data health", view.link("health"), page == "health")] if may(Capability.READ) else []
    if may(Capability.UPLOAD):
        links.append(_link("Upload", view.link("upload"), page == "upload"))
        links.append(_link("Past uploads", view.link("uploads"), page == "uploads"))
    if links:
        groups += [element("h2", "Data"), element("ul", *links)]
    links = []
    if viewer.scope.everywhere(Capability.DEFINE):
        links.append(_link("Definitions", view.link("catalogue"), page == "catalogue"))
        links.append(_link("Closed periods", view.link("periods"), page == "periods"))
    if viewer.scope.everywhere(Capability.MANAGE_USERS):
        links.append(_link("People", view.link("people"), page == "people"))
    if viewer.scope.everywhere(Capability.AUDIT):
        links.append(_link("Audit trail", view.link("audit"), page == "audit"))
    if links:
        groups += [element("h2", "Administration"), element("ul", *links)]
    yield element("nav", *groups, klass="side", aria_label="Pages")


def _link(text: str, address: str, current: bool, *, status: str | None = None, below: bool = False) -> Tree:
    return element(
        "li",
        element("a", mark(status) if status else None, element("span", text), href=address,
                aria_current="page" if current else None),
        klass="below" if below else None,
    )  # fmt: skip

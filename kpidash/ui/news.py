"""What changed: since the period before, and since the person last looked."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from threading import Thread

import streamlit as st

from kpidash.services import news, overview
from kpidash.services.database import DatabaseUnavailable
from kpidash.services.overview import Turn
from kpidash.ui import cached, wording
from kpidash.ui.blocks import section
from kpidash.ui.elements import Child, Tree, element, pill
from kpidash.ui.kept import part
from kpidash.ui.viewer import Viewer

MOST = 6
"""Changes that are listed one by one."""
_SINCE = "looked"
"""The session-state key of when each person looked before this session."""
_NOTED = "looks-noted"
"""The session-state key of when it was noted last that each person looks, in seconds of this process."""
_NOTE_EVERY_S = 600.0
"""A screen that stays open is looked at: noted so often, a visit does not end while it is."""


@part
def changes(viewer: Viewer, since: datetime | None) -> Iterator[Tree]:
    """Statuses that turned since the period before, and all that is new since the last look at `since`."""
    before = wording.compared_with(viewer.comparison, viewer.formats)
    turns = overview.turns(viewer.earlier(), viewer.card())
    parts = [_part(f"Since {before}", turned(viewer, turns))]
    if since is not None:
        parts.append(_part(f"Since you last looked, {_when(viewer, since)}", _news(viewer, since)))
    yield section("What changed?", element("div", *parts, klass="pair"))


def last_look(viewer: Viewer) -> datetime | None:
    """When the person looked before this session; that they look now is noted, now and then."""
    known: dict[str, datetime | None] = st.session_state.setdefault(_SINCE, {})
    noted: dict[str, float] = st.session_state.setdefault(_NOTED, {})
    actor, now = viewer.scope.actor, time.monotonic()
    if actor not in known:
        known[actor] = news.last_look(viewer.database, viewer.scope)
    if now - noted.get(actor, -_NOTE_EVERY_S) >= _NOTE_EVERY_S:
        noted[actor] = now
        Thread(target=_note, args=(viewer,), daemon=True).start()
    return known[actor]


def turned(viewer: Viewer, found: Sequence[Turn]) -> list[Child]:
    """Each KPI with what its status was and is; nothing where none turned."""
    items = []
    for one in found[:MOST]:
        kpi = viewer.catalogue.kpi(one.code)
        name = element("a", kpi.name, href=viewer.view.link("kpi", kpi.code))
        turn = element("span", pill(one.before), "→", pill(one.after), klass="turn")
        items.append(element("li", name, turn))
    if more := len(found) - len(items):
        link = element("a", "scorecard", href=viewer.view.link("scorecard"), klass="action")
        items.append(element("li", f"and {viewer.formats.number(more)} more in the ", link, klass="quiet"))
    return [element("ul", *items, klass="turns")] if items else []


def _news(viewer: Viewer, since: datetime) -> list[Child]:
    company = viewer.catalogue.company
    day = min(news.day_of(since, company), viewer.as_of)
    before = viewer.view.label(day, company.fiscal_year_start)
    found = cached.news(
        viewer.database, viewer.scope, since, viewer.window, before, viewer.as_of,
        viewer.revision,
    )  # fmt: skip
    lines: list[Child] = turned(viewer, found.turned)
    if found.restated:
        lines.append(_line(viewer, found.restated, "value", "restated", viewer.view.link("health")))
    if found.targets:
        lines.append(_line(viewer, found.targets, "target", "set", None))
    return lines


def _line(viewer: Viewer, found: Mapping[str, int], noun: str, verb: str, address: str | None) -> Tree:
    """So many values of these KPIs: `12 values restated: Revenue, Cost and 3 more`."""
    count, formats = sum(found.values()), viewer.formats
    names = [viewer.catalogue.kpi(code).name for code in islice(found, 2)]
    more = len(found) - len(names)
    listed = ", ".join(names) + (f" and {formats.number(more)} more" if more else "")
    said = f"{formats.number(count)} {noun if count == 1 else noun + 's'} {verb}"
    head = element("a", said, href=address, klass="action") if address else element("b", said)
    return element("p", head, f": {listed}.")


def _part(title: str, content: list[Child]) -> Tree:
    nothing = element("p", "No status turned, no value was restated, no target was set.", klass="quiet")
    return element("div", element("h3", title), *(content or [nothing]))


def _when(viewer: Viewer, since: datetime) -> str:
    day: date = news.day_of(since, viewer.catalogue.company)
    return "today" if day == viewer.today else viewer.formats.day(day)


def _note(viewer: Viewer) -> None:
    try:
        news.looked(viewer.database, viewer.scope)
    except DatabaseUnavailable:
        return  # the next session asks again

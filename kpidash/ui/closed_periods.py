"""The calendar of closed months, closing a period, and opening it again."""

from collections.abc import Callable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st

from kpidash.domain.access import NotPermitted
from kpidash.domain.period import Frequency, Period, add_months, period_containing
from kpidash.services import periods
from kpidash.services.database import DatabaseUnavailable
from kpidash.services.errors import WrongQuestion
from kpidash.services.periods import Closed
from kpidash.ui.blocks import section, table
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.viewer import Viewer

SAID = "periods-said"
"""The session-state key of what became of the last closing: whether it worked, and a sentence."""
_PERIOD, _REASON = "periods-period", "periods-reason"
_YEARS = 3
"""Fiscal years on the calendar, the running one included."""
_FREQUENCIES = (Frequency.MONTHLY, Frequency.QUARTERLY, Frequency.YEARLY)


def said() -> Tree | None:
    """What became of the last closing or opening, once."""
    told: tuple[bool, str] | None = st.session_state.pop(SAID, None)
    if told is None:
        return None
    return element("div", element("p", told[1]), klass="note" if told[0] else "note wrong", role="status")


def calendar(viewer: Viewer, closed: Sequence[Closed]) -> Tree:
    """Fiscal years with their months, each open, closed, running or to come."""
    by_month = {one.month: one for one in closed}
    first = period_containing(
        viewer.today, Frequency.YEARLY, viewer.catalogue.company.fiscal_year_start
    ).start
    years = [add_months(first, -12 * back) for back in range(_YEARS)]
    rows = [
        element(
            "tr",
            element("th", viewer.formats.period(_year(viewer, start)), scope="row"),
            *(_month(viewer, add_months(start, at), by_month) for at in range(12)),
        )
        for start in years
    ]
    return section("Calendar", element("table", element("tbody", *rows), klass="months"))


def _year(viewer: Viewer, start: date) -> Period:
    return period_containing(start, Frequency.YEARLY, viewer.catalogue.company.fiscal_year_start)


def _month(viewer: Viewer, start: date, closed: dict[int, Closed]) -> Tree:
    one = closed.get(periods.month_of(start))
    name = viewer.formats.month(start)
    if one:
        state, title = "closed", f"{name}: closed by {viewer.name(one.actor)}"
    elif start > viewer.today:
        state, title = "to come", f"{name} is to come"
    elif add_months(start, 1) > viewer.today:
        state, title = "running", f"{name} is not over"
    else:
        state, title = "open", f"{name} is open"
    return element(
        "td",
        element("b", name),
        element("span", state),
        klass=f"month {state.replace(' ', '-')}",
        title=title,
    )


def close_form(viewer: Viewer, closed: Sequence[Closed]) -> None:
    """Choose a period that is over and has an open month, say why, and close it."""
    labels = _closable(viewer, {one.month for one in closed})
    show(element("h2", "Close a period"), key="close-title")
    if not labels:
        show(
            element("p", "Every month on the calendar that is over is closed.", klass="calm"),
            key="all-closed",
        )
        return
    with st.form("close", border=False):
        left, right = st.columns([1, 2], vertical_alignment="bottom")
        left.selectbox("Period", list(labels), format_func=labels.__getitem__, key=_PERIOD)
        right.text_input("Reason, for whoever meets it (not needed)", key=_REASON, max_chars=200)
        st.form_submit_button("Close the period", type="primary", on_click=_close, args=(viewer,))


def _closable(viewer: Viewer, closed: set[int]) -> dict[str, str]:
    """Months, quarters and years that are over and not wholly closed, by label, the newest first."""
    fiscal = viewer.catalogue.company.fiscal_year_start
    found: dict[str, str] = {}
    for back in range(1, 12 * _YEARS):
        day = add_months(viewer.today, -back)
        for frequency in _FREQUENCIES:
            period = period_containing(day, frequency, fiscal)
            over = period.end <= viewer.today.replace(day=1)
            months = range(periods.month_of(period.start), periods.month_of(period.end))
            if over and not closed.issuperset(months):
                found.setdefault(period.label(fiscal), viewer.formats.period(period))
    return found


def closed_list(viewer: Viewer, closed: Sequence[Closed]) -> None:
    """The closed months with who, when and why; each can be opened again."""
    if not closed:
        return
    zone = ZoneInfo(viewer.catalogue.company.timezone)
    rows = [
        (
            viewer.formats.month(periods.first_of(one.month)),
            viewer.name(one.actor),
            viewer.formats.day(one.closed_at.astimezone(zone).date()),
            one.reason or "none given",
            _open_again(one.month),
        )
        for one in reversed(closed)
    ]
    heads = ("Month", "Closed by", "Since", "Reason", "Change")
    show(
        section("Closed months", table(heads, rows, "words")),
        key="closed-months",
        sent=lambda label: _reopen(viewer, label),
    )


def _open_again(month: int) -> Tree:
    name = periods.label_of(month)
    return element(
        "button", "Open again", type="button", data_send=name, klass="action", aria_label=f"Open {name} again"
    )


def _close(viewer: Viewer) -> None:
    label, reason = st.session_state.get(_PERIOD), st.session_state.get(_REASON)
    _tell(lambda: (periods.close(viewer.database, viewer.scope, str(label), reason=reason), "Closed"))
    st.session_state.pop(_REASON, None)


def _reopen(viewer: Viewer, label: str) -> None:
    _tell(lambda: (periods.reopen(viewer.database, viewer.scope, label), "Open again"))


def _tell(act: Callable[[], tuple[tuple[int, ...], str]]) -> None:
    try:
        months, word = act()
        named = ", ".join(periods.label_of(month) for month in months)
        st.session_state[SAID] = (True, f"{word}: {named}." if named else "Nothing had to be done.")
    except (WrongQuestion, NotPermitted, DatabaseUnavailable) as problem:
        st.session_state[SAID] = (False, f"{problem}.")

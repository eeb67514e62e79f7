"""Files to fill in: what is due from the person who looks, to be downloaded."""

from functools import partial

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.ingest.layout import Kind
from kpidash.services.due import Due
from kpidash.services.templates import Format, name_of, written_out
from kpidash.ui import cached
from kpidash.ui.elements import element, show
from kpidash.ui.viewer import Viewer

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def templates(viewer: Viewer, title: str) -> None:
    """A line for values and one for targets, each with its files; made when somebody wants them."""
    found = [
        cached.due(viewer.database, viewer.scope, kind.value, viewer.today, viewer.revision) for kind in Kind
    ]
    show(element("h2", title), key="due")
    with st.container(key="templates"):
        for one in found:
            _line(viewer, one)


def _line(viewer: Viewer, found: Due) -> None:
    kind = found.kind.value
    with st.container(horizontal=True, vertical_alignment="center", key=f"due-{kind}"):
        show(element("p", _sentence(viewer, found), klass="due"), key=f"due-{kind}-words")
        if found.rows.empty:
            return
        st.download_button(
            "CSV", partial(_made, viewer, found, "csv"), name_of(found, "csv"), "text/csv",
            on_click="ignore", key=f"{kind}-csv", icon=":material/download:",
            help=f"A file of {kind} with a row for each, to fill in and drop here.",
        )  # fmt: skip
        st.download_button(
            "Excel", partial(_made, viewer, found, "xlsx"), name_of(found, "xlsx"), _SHEET,
            on_click="ignore", key=f"{kind}-xlsx", icon=":material/download:",
            help=f"A workbook of {kind} with a row for each, and notes on every column.",
        )  # fmt: skip


def _made(viewer: Viewer, found: Due, form: Format) -> bytes:
    """The file, for who may have it still when they ask for it."""
    viewer.scope.require(Capability.UPLOAD)
    return written_out(found, form)


def _sentence(viewer: Viewer, found: Due) -> str:
    formats, targets = viewer.formats, found.kind is Kind.TARGETS
    count, kpis = len(found.rows), found.kpis
    if found.through is None:
        return "No target is missing." if targets else "No value is due: all that is over is reported."
    what = ("target" if targets else "value") + ("" if count == 1 else "s")
    verb = ("is" if count == 1 else "are") + (" not set yet" if targets else " due")
    of = f"{formats.number(kpis)} {'KPI' if kpis == 1 else 'KPIs'}"
    until = "until the end of the next fiscal year" if targets else f"up to {formats.day(found.through)}"
    return f"{formats.number(count)} {what} of {of} {verb}, {until}."

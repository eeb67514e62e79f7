"""Choosing a file: where to drop it, what is taken, and how such files look."""

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from kpidash import settings
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.upload.desk import Desk
from kpidash.ui.upload.looking import File
from kpidash.ui.upload.templates import templates
from kpidash.ui.viewer import Viewer

TYPES = ("csv", "tsv", "txt", "gz", "xlsx")
_LONG = (
    ("kpi", "period", "value", "region"),
    ("sales-revenue", "2026-10-14", "5,12,000", "North"),
    ("sales-revenue", "2026-10-14", "4,80,500", "South"),
)
_WIDE = (
    ("KPI", "Aug 2026", "Sep 2026", "Oct 2026"),
    ("Training hours", "1 240", "1 310", "1 275"),
    ("Cash collected", "₹4.1 Cr", "₹3.9 Cr", "₹4.4 Cr"),
)
_LOOKS = {"One row per value": _LONG, "Or periods across": _WIDE}


def choose(viewer: Viewer, desk: Desk) -> None:
    """The place for a file; one that comes is taken onto the desk at once."""
    most = settings.load().max_upload_mb
    file = st.file_uploader(
        f"Drop a file of actuals or targets here, or choose one: CSV, text or Excel, up to {most} MB",
        type=list(TYPES),
        key=f"file-{desk.round}",
        max_upload_size=most,
    )
    if file is not None:
        desk.take(File(file.name, file.getvalue()))
        _forget(file.file_id)
        st.rerun()
    templates(viewer, "Or fill in what is due")
    show(_examples(viewer), key="sample")


def _forget(file_id: str) -> None:
    """Let the server's own copy of the file go: the desk holds it now."""
    context = st.runtime.scriptrunner.get_script_run_ctx()
    kept = context and context.uploaded_file_mgr
    if context is not None and isinstance(kept, MemoryUploadedFileManager):
        kept.remove_file(context.session_id, file_id)


def _examples(viewer: Viewer) -> Tree:
    history = element("a", "past uploads", href=viewer.view.link("uploads"), klass="action")
    return element(
        "section",
        element("p", "Any table that says which KPI, which period and what value. Title lines, totals, "
                     "other headers, other languages and number styles are fine: you see how each was read, "
                     "and what it would change, before anything is written."),
        element("div", *(_example(*look) for look in _LOOKS.items()), klass="pair"),
        element("p", "Targets have a column ‘target’ (or ‘low’ and ‘high’) in place of the value. "
                     "Everything that was uploaded can be taken back under ", history, "."),
        klass="example",
    )  # fmt: skip


def _cell(text: str) -> Tree:
    return element("td", text, klass="n" if text[-1].isdigit() or "₹" in text else None)


def _example(title: str, rows: tuple[tuple[str, ...], ...]) -> Tree:
    head, *body = rows
    lines = [element("tr", *(_cell(cell) for cell in row)) for row in body]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *lines),
    )
    return element("div", element("h3", title), element("div", table, klass="scroll"))

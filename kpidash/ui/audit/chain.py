"""Whether the audit trail is whole, its head to keep, and taking it out."""

from collections.abc import Callable

import streamlit as st

from kpidash.domain.access import Scope
from kpidash.services import audit_trail, verification
from kpidash.services.audit_trail import Asked
from kpidash.services.database import Database
from kpidash.services.errors import WrongQuestion, sentence
from kpidash.services.verification import Trail
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.sentences import begun
from kpidash.ui.viewer import Viewer

_KEPT = "audit-kept"
_LISTED = 20


def whole(viewer: Viewer) -> None:
    """What was found of the trail, against itself."""
    found = _checked(viewer.database, viewer.scope, audit_trail.head(viewer.database, viewer.scope).digest)
    show(_told(viewer, found), key="audit-chain")


def keep(viewer: Viewer, asked: Asked) -> None:
    """The head to take away and hold against later, and the entries that are asked for as files."""
    head = audit_trail.head(viewer.database, viewer.scope)
    name = f"audit-{viewer.today}-{head.digest[:8]}"
    with st.container(horizontal=True, key="audit-keep"):
        st.download_button("Export as CSV", _export(viewer, asked, "csv"), f"{name}.csv", "text/csv",
                           on_click="ignore", key="audit-csv")  # fmt: skip
        st.download_button("Export as JSON Lines", _export(viewer, asked, "jsonl"), f"{name}.jsonl",
                           "application/jsonl", on_click="ignore", key="audit-jsonl")  # fmt: skip
        st.download_button(
            "Download the head", f"{audit_trail.said(head)}\n", f"{name}-head.txt", "text/plain",
            on_click="ignore", key="audit-head",
            help="Keep it where whoever can change the database cannot change it.",
        )  # fmt: skip
        with st.popover("Hold against a kept head"):
            st.text_input("A head that was kept", key=_KEPT, placeholder="123:9f86d081…", max_chars=500)
            if text := st.session_state.get(_KEPT):
                show(_against(viewer, text), key="audit-against")


def _export(viewer: Viewer, asked: Asked, form: str) -> Callable[[], bytes]:
    """What makes the file on a click that no run of this page stands before: with the rights of then."""
    return lambda: b"".join(audit_trail.export(viewer.database, viewer.scope, asked, form))


@st.cache_data(max_entries=4, ttl=60, show_spinner="Following the audit trail …")
def _checked(_database: Database, _scope: Scope, digest: str) -> Trail:  # noqa: ARG001 - what it is kept by
    return verification.trail(_database, _scope)


def _told(viewer: Viewer, found: Trail) -> Tree:
    number, head = viewer.formats.number, found.head
    if found.differences:
        return _wrong(found.differences)
    if not head.sequence:
        return element("p", "There is no entry yet.", klass="calm")
    entries = "1 entry" if head.entries == 1 else f"{number(head.entries)} entries"
    return element(
        "div",
        element("p", element("b", f"Whole, through entry {number(head.sequence)}"), f" · {entries}"),
        element("p", "Head ", element("span", audit_trail.said(head), klass="digest whole")),
        klass="note chain",
    )


def _wrong(differences: tuple[str, ...]) -> Tree:
    said = [f"{begun(one)}." for one in differences]
    more = len(said) - _LISTED
    return element(
        "div",
        element("p", element("b", "The audit trail was tampered with")),
        element("ul", *(element("li", one) for one in said[:_LISTED])),
        element("p", f"And {more} more.") if more > 0 else None,
        klass="note wrong chain",
        role="alert",
    )


def _against(viewer: Viewer, text: str) -> Tree:
    try:
        kept = audit_trail.kept_head(text)
    except WrongQuestion as problem:
        return element("div", element("p", sentence(problem)), klass="note wrong", role="status")
    found = verification.trail(viewer.database, viewer.scope, kept=kept)
    if found.differences:
        return _wrong(found.differences)
    words = f"Nothing was done to entry {viewer.formats.number(kept.sequence)} and all before it."
    return element("div", element("p", words), klass="note", role="status")

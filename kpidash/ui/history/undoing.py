"""Taking a past upload back: first what would happen, then the deed, then what became of it."""

from dataclasses import dataclass, replace

import streamlit as st

from kpidash.domain.access import Capability, NotPermitted
from kpidash.services import uploads
from kpidash.services.database import DatabaseUnavailable
from kpidash.services.errors import NotThere, WrongQuestion, sentence
from kpidash.services.receipts import Receipt
from kpidash.services.taking_back import UndoOutlook
from kpidash.services.upload_changes import UploadChanges
from kpidash.store.uploads import Kind, State, Upload
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.history import words
from kpidash.ui.viewer import Viewer

_STATE = "upload-undoing"
_LISTED = 20
_LINKED = 8


@dataclass(slots=True)
class Undoing:
    """How far one person is with taking one upload back: `asked` once what would happen is on the screen."""

    upload_id: int
    asked: bool = False
    receipt: Receipt | None = None
    said: str | None = None


def taking_back(viewer: Viewer, found: UploadChanges) -> None:
    """The way to take the upload back, as far as this person has come."""
    upload = found.past.upload
    undoing: Undoing | None = st.session_state.get(_STATE)
    if undoing is None or undoing.upload_id != upload.id:
        undoing = st.session_state[_STATE] = Undoing(upload.id)
    _outcome(viewer, found, undoing)
    if upload.state is State.UNDONE or not viewer.scope.may(Capability.UPLOAD):
        return
    if upload.kind is Kind.CATALOGUE:
        why = "Definitions are taken back by applying the earlier catalogue file."
        show(element("p", why, klass="quiet"), key="no-undo")
    elif undoing.asked:
        _confirm(viewer, undoing, found)
    else:
        st.button("Take this upload back …", key="undo-ask", on_click=_ask, args=(undoing, True))


def _ask(undoing: Undoing, asked: bool) -> None:
    undoing.asked, undoing.said, undoing.receipt = asked, None, None


def _confirm(viewer: Viewer, undoing: Undoing, found: UploadChanges) -> None:
    """What would happen, and the two ways on."""
    ahead = uploads.outlook(viewer.database, viewer.scope, found.past.upload.id)
    later = len(ahead.later)
    if later:  # once these are gone, all that this upload did stands again
        counts = found.counts
        ahead = replace(ahead, restored=counts["changed"] + counts["removed"], removed=counts["added"])
    with st.container(border=True, key="undo-confirm"):
        show(_ahead(viewer, ahead), key="undo-ahead")
        with st.container(horizontal=True):
            if ahead.problem is None:
                label = f"Take back {later + 1} uploads in order" if later else "Take it back"
                seen = tuple(one.id for one in ahead.later)
                st.button(label, type="primary", key="undo-do", on_click=_undo, args=(viewer, undoing, seen))
            st.button("Leave it as it is", key="undo-leave", on_click=_ask, args=(undoing, False))


def _ahead(viewer: Viewer, ahead: UndoOutlook) -> Tree:
    """What taking it back would do."""
    title = f"Take upload {ahead.upload.id} back?"
    own = _effect(viewer, ahead)
    if not ahead.later:
        return element(
            "div",
            element("h3", title),
            element("p", own),
            element("p", ahead.problem, klass="warn") if ahead.problem else None,
            klass="ahead",
        )
    number = viewer.formats.number
    which = "1 later upload" if len(ahead.later) == 1 else f"{number(len(ahead.later))} later uploads"
    listed = [_later(viewer, one) for one in ahead.later[:_LISTED]]
    more = len(ahead.later) - len(listed)
    return element(
        "div",
        element("h3", title),
        element("p", f"{which} changed the same values. To take this one back, the newest goes first:"),
        element("ol", *listed, element("li", f"and {number(more)} more") if more > 0 else None,
                element("li", element("b", f"this upload, {ahead.upload.id}"))),
        element("p", f"{own} The later ones go the same way; all of them are taken back, or none."),
        element("p", ahead.problem, klass="warn") if ahead.problem else None,
        klass="ahead",
    )  # fmt: skip


def _later(viewer: Viewer, one: Upload) -> Tree:
    said = f": {words.what(one)}, by {viewer.name(one.actor)}, {words.when(viewer, one)}"
    return element("li", words.link(viewer, one.id), said)


def _effect(viewer: Viewer, ahead: UndoOutlook) -> str:
    number, parts = viewer.formats.number, []
    if ahead.restored:
        what = "1 value becomes" if ahead.restored == 1 else f"{number(ahead.restored)} values become"
        parts.append(f"{what} what {'it was' if ahead.restored == 1 else 'they were'} before")
    if ahead.removed:
        what = "1 value goes" if ahead.removed == 1 else f"{number(ahead.removed)} values go"
        parts.append(f"{what}, as there was none before")
    return f"{'; '.join(parts)}." if parts else "No value changes."


def _undo(viewer: Viewer, undoing: Undoing, seen: tuple[int, ...]) -> None:
    """Do what was shown, and no more; a second press finds nothing to do."""
    if not undoing.asked:
        return
    try:
        ahead = uploads.outlook(viewer.database, viewer.scope, undoing.upload_id)
        if tuple(one.id for one in ahead.later) != seen:
            undoing.said = "Other uploads came in meanwhile. Look again at what would be taken back."
            return
        receipt = uploads.undo(viewer.database, viewer.scope, undoing.upload_id, with_later=bool(seen))
    except (WrongQuestion, NotPermitted, NotThere, DatabaseUnavailable) as problem:
        undoing.asked, undoing.said = False, sentence(problem)
        return
    if receipt.state == "committed":
        undoing.asked, undoing.receipt, undoing.said = False, receipt, None
    else:
        undoing.said = "A later upload changed the same values meanwhile. Look again."


def _outcome(viewer: Viewer, found: UploadChanges, undoing: Undoing) -> None:
    """What became of it."""
    if undoing.said:
        show(element("div", element("p", undoing.said), klass="note wrong", role="status"), key="undo-said")
    receipt = undoing.receipt
    if receipt is None or receipt.upload_id is None:
        return
    count = viewer.formats.number(receipt.rows)
    are, they = ("value is", "it was") if receipt.rows == 1 else ("values are", "they were")
    first = ", ".join(str(one) for one in receipt.taken_back)
    links = [words.kpi_link(viewer, kpi) for kpi, _ in found.kpis[:_LINKED]]
    show(
        element(
            "section",
            element("h2", f"Taken back: {count} {are} what {they} before"),
            element("p", f"Before it, in this order: {first}.") if first else None,
            element("p", "It was done by ", words.link(viewer, receipt.upload_id),
                    "; take that one back to have the values again."),
            element("div", *links, klass="links"),
            klass="outcome good", role="status",
        ),
        key="undo-outcome",
    )  # fmt: skip

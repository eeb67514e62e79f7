"""The steps of an upload on screen: look at a file, commit exactly what was shown, take it back."""

from typing import Any, Protocol

import streamlit as st

from kpidash.domain.access import NotPermitted
from kpidash.ingest.issues import IssueCode
from kpidash.services import uploads
from kpidash.services.database import DatabaseUnavailable
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.previews import Preview
from kpidash.services.receipts import Receipt
from kpidash.ui.session import Viewer

SHOWN, OUTCOME = "shown-file", "upload-outcome"
"""Session-state keys: the file looked at with its preview, and what became of the last commit or undo."""

_ASKED = {
    IssueCode.AMBIGUOUS_PERIOD: ("date_order", "Which comes first in dates like 03/04/2026?",
                                 {"dmy": "Day, month, year", "mdy": "Month, day, year"}),
    IssueCode.AMBIGUOUS_DECIMAL: ("decimal", "Which sign separates decimals?",
                                  {".": "A point: 1.5", ",": "A comma: 1,5"}),
}  # fmt: skip


class UploadedFile(Protocol):
    """What the file chooser gives."""

    file_id: str
    name: str

    def getvalue(self) -> bytes:
        """The content."""
        ...


def look(viewer: Viewer, file: UploadedFile) -> Preview | str:
    """The preview of a file, or a sentence that says why there is none; asks where the file is ambiguous."""
    answers = {name: st.session_state[name] for name, *_ in _ASKED.values() if st.session_state.get(name)}
    key = (file.file_id, viewer.scope.key, tuple(answers.items()))
    kept = st.session_state.get(SHOWN)
    if kept is None or kept[0] != key:
        try:
            content = file.getvalue()
            shown = uploads.preview(viewer.database, viewer.scope, file.name, content, **answers)
        except (WrongQuestion, NotPermitted, DatabaseUnavailable) as problem:
            return str(problem)
        kept = st.session_state[SHOWN] = (key, shown)
    _ask(kept[1], answers)
    return kept[1]


def _ask(shown: Preview, answers: dict[str, Any]) -> None:
    """Put the questions that the file leaves open, and keep those answered on the screen."""
    found = {issue.code for issue in shown.issues.kept}
    for code, (name, question, options) in _ASKED.items():
        if code in found or name in answers:
            st.radio(question, list(options), format_func=options.get, index=None, key=name, horizontal=True)


def commit(viewer: Viewer, shown: Preview, *, accept_valid: bool) -> None:
    """Commit what was shown and keep the outcome for the next run."""
    _keep(lambda: uploads.commit(viewer.database, viewer.scope, shown, accept_valid=accept_valid))
    st.session_state.pop(SHOWN, None)


def undo(viewer: Viewer, upload_id: int) -> None:
    """Take an upload back and keep the outcome for the next run."""
    _keep(lambda: uploads.undo(viewer.database, viewer.scope, upload_id))


def _keep(act: Any) -> None:
    try:
        st.session_state[OUTCOME] = act()
    except (WrongQuestion, NotPermitted, NotThere, DatabaseUnavailable) as problem:
        st.session_state[OUTCOME] = str(problem)


def outcome() -> Receipt | str | None:
    """What became of the last commit or undo, once."""
    kept: Receipt | str | None = st.session_state.pop(OUTCOME, None)
    return kept

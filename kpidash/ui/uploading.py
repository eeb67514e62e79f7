"""Taking an upload back on a page of its own, and what became of it."""

from typing import Any

import streamlit as st

from kpidash.domain.access import NotPermitted
from kpidash.services import uploads
from kpidash.services.database import DatabaseUnavailable
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.receipts import Receipt
from kpidash.ui.session import Viewer

OUTCOME = "upload-outcome"
"""The session-state key of what became of the last undo."""


def undo(viewer: Viewer, upload_id: int) -> None:
    """Take an upload back and keep the outcome for the next run."""
    _keep(lambda: uploads.undo(viewer.database, viewer.scope, upload_id))


def _keep(act: Any) -> None:
    try:
        st.session_state[OUTCOME] = act()
    except (WrongQuestion, NotPermitted, NotThere, DatabaseUnavailable) as problem:
        st.session_state[OUTCOME] = str(problem)


def outcome() -> Receipt | str | None:
    """What became of the last undo, once."""
    kept: Receipt | str | None = st.session_state.pop(OUTCOME, None)
    return kept

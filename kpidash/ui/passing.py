"""What a screen remembers only while somebody stays on it: questions, answers, and secrets shown once.

A place is a page with the code in its address, in the eyes of one person. Elsewhere nothing of it is left.
"""

from typing import Any

import streamlit as st

from kpidash.ui.session import Viewer

_PASSING = "passing"


def stay(viewer: Viewer, page: str) -> None:
    """Say where somebody is; what was remembered anywhere else is dropped."""
    place = viewer.granted.actor, viewer.signed, page, viewer.view.code
    held: tuple[Any, dict[str, Any]] | None = st.session_state.get(_PASSING)
    if held is None or held[0] != place:
        st.session_state[_PASSING] = place, {}


def move(viewer: Viewer, page: str, code: str) -> None:
    """Go to another thing of a page, before it is drawn: what is kept next belongs there."""
    st.query_params.from_dict({"code": code})
    st.session_state[_PASSING] = (viewer.granted.actor, viewer.signed, page, code), {}


def keep(name: str, value: Any) -> None:
    """Remember it here."""
    st.session_state.setdefault(_PASSING, (None, {}))[1][name] = value


def kept(name: str) -> Any:
    """What is remembered here; None for nothing."""
    return st.session_state.get(_PASSING, (None, {}))[1].get(name)


def drop(name: str) -> Any:
    """Remember it no longer; what it was."""
    return st.session_state.get(_PASSING, (None, {}))[1].pop(name, None)

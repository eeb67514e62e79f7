"""What a screen remembers only while somebody stays on it: questions, answers, and secrets shown once.

A place is a page with the code in its address, in the eyes of one person. Elsewhere nothing of it is left;
what is to be copied stays on all of the page.
"""

from typing import Any

import streamlit as st

from kpidash.ui.viewer import Viewer

_PASSING = "passing"
SECRET = "secret"  # noqa: S105 - a name
"""The name of what stays on all of a page."""


def stay(viewer: Viewer, page: str) -> None:
    """Say where somebody is; what was remembered anywhere else is dropped."""
    place = (viewer.granted.actor, viewer.signed, page), viewer.view.code
    before, held = st.session_state.get(_PASSING) or (None, {})
    if before != place:
        same = before is not None and before[0] == place[0]
        left = {name: value for name, value in held.items() if same and name == SECRET}
        st.session_state[_PASSING] = place, left


def keep(name: str, value: Any) -> None:
    """Remember it here."""
    st.session_state.setdefault(_PASSING, (None, {}))[1][name] = value


def kept(name: str) -> Any:
    """What is remembered here; None for nothing."""
    return st.session_state.get(_PASSING, (None, {}))[1].get(name)


def drop(name: str) -> Any:
    """Remember it no longer; what it was."""
    return st.session_state.get(_PASSING, (None, {}))[1].pop(name, None)

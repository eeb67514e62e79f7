"""What a component shows that nobody can do anything with has no state to present.

Streamlit presents the state of each component in each run: it makes a class for that, so that a script can
write into it, a twentieth of what a process with a hundred open screens does. Ours read what they are sent,
and only where they listen.
"""

from collections.abc import Collection
from typing import Any

from streamlit.components.v2.bidi_component import main

PRESENTER = "make_bidi_component_presenter"
"""Streamlit's function: makes what presents the state of a component."""


def present_what_is_listened_to() -> None:
    """Let Streamlit present the state of components that have callbacks alone."""
    make = getattr(main, PRESENTER, None)
    if make is None or hasattr(make, "whole"):
        return

    def maker(aggregator: str, component: str | None = None, listened: Collection[str] | None = None) -> Any:
        return make(aggregator, component, listened) if listened else None

    maker.whole = make  # type: ignore[attr-defined]
    setattr(main, PRESENTER, maker)

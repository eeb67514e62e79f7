"""What the list of entries is filtered by; every choice goes to the address."""

from collections.abc import Sequence

import streamlit as st

from kpidash.services.audit_trail import Asked
from kpidash.ui.audit import words
from kpidash.ui.audit.asked import address, parameters_of
from kpidash.ui.filtering import Filtering
from kpidash.ui.viewer import Viewer


def filters(viewer: Viewer, asked: Asked, people: Sequence[str], actions: Sequence[str]) -> None:
    """A search, and behind a button person, action and days; what is chosen is shown below."""
    shown = Filtering("audit", viewer, asked, parameters_of, address)
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-filters"):
        shown.find("Find entries", "Anything in an entry, or its number")
        with st.popover("Filter"):
            shown.choose("Person", "person", people, viewer.name)
            shown.choose("What was done", "action", actions, words.action)
            shown.days()
    found = {
        "text": f"with “{asked.text}”" if asked.text else None,
        "person": f"by {viewer.name(asked.person)}" if asked.person else None,
        "action": words.action(asked.action) if asked.action else None,
        "subject": f"to {asked.subject}" if asked.subject else None,
    }
    shown.chips(found | shown.in_days(), Asked())

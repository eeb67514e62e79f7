"""What the list of uploads is filtered by, beside its kinds and states; every choice goes to the address."""

from collections.abc import Sequence

import streamlit as st

from kpidash.services.past_uploads import Asked
from kpidash.ui.filtering import Filtering
from kpidash.ui.history.asked import address, parameters_of
from kpidash.ui.viewer import Viewer


def filters(viewer: Viewer, asked: Asked, people: Sequence[str]) -> None:
    """A search, and behind a button person, KPI and days; what is chosen there is shown beside it."""
    names, person = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}, asked.person
    shown = Filtering("uploads", viewer, asked, parameters_of, address)
    with st.container(horizontal=True, vertical_alignment="bottom", key="uploads-filters"):
        shown.find("Find an upload", "File name, number or digest")
        with st.popover("Filter"):
            shown.choose("Person", "person", people, viewer.name)
            shown.choose("KPI", "code", list(names), names.__getitem__)
            shown.days()
    # an address from elsewhere is repeated: whose it is not everybody may learn
    named = viewer.name(person) if person in people else person
    found = {
        "text": f"like “{asked.text}”" if asked.text else None,
        "person": f"by {named}" if named else None,
        "code": names.get(asked.code, asked.code) if asked.code else None,
    }
    shown.chips(found | shown.in_days(), Asked())

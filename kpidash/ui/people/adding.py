"""Making somebody known: a name and a mail address, and the link by which they come in for the first time."""

import streamlit as st

from kpidash import settings
from kpidash.services import people
from kpidash.services.links import Link
from kpidash.ui import deeds, secret
from kpidash.ui.people import words
from kpidash.ui.secret import Secret
from kpidash.ui.viewer import Viewer

_NAME, _EMAIL = "people-name", "people-email"
HERE = "http://localhost:8501"
"""Where links lead in the demo, which has no public address."""


def add_form(viewer: Viewer) -> None:
    """The form behind a button."""
    with st.popover("Add a person"), st.form("add-person", border=False):
        st.text_input("Name", key=_NAME, max_chars=100, autocomplete="off")
        st.text_input("Mail address", key=_EMAIL, max_chars=254, autocomplete="off")
        st.form_submit_button("Add", type="primary", on_click=_add, args=(viewer,))


def _add(viewer: Viewer) -> None:
    email, name = (str(st.session_state.get(key) or "") for key in (_EMAIL, _NAME))

    def do() -> str:
        link = people.add(viewer.database, viewer.scope, email, name=name)
        show_link(viewer, link, onward=("Give them a role", viewer.view.link("people", link.email)))
        return f"{link.email} is known now and may do nothing yet. Copy the link, then give a role."

    if deeds.act(do):
        for key in (_EMAIL, _NAME):
            st.session_state[key] = ""


def show_link(viewer: Viewer, link: Link, *, onward: tuple[str, str] | None = None) -> None:
    """Show the link of somebody, once."""
    found = settings.load()
    until = words.when(viewer, link.expires_at)
    said = (
        f"It {_FOR[found.auth]}, once, until {until}. Send it to nobody else: whoever opens it first is "
        "taken for this person. It is not shown again, and a newer link ends it."
    )
    secret.keep(Secret(f"The link for {link.email}", link.address(found.url or HERE), said, onward))


_FOR = {
    "local": "lets them choose a password",
    "oidc": "ties their sign-in at your provider to this person",
    "demo": "would let them choose a password, but the demo has no sign-in; it is good",
}

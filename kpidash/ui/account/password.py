"""Changing one's own password. What is typed is taken out of the widgets before anything is done with it."""

import streamlit as st

from kpidash import settings
from kpidash.domain.passwords import SHORTEST
from kpidash.services import passwords
from kpidash.services.errors import WrongQuestion
from kpidash.ui import deeds
from kpidash.ui.elements import element, show
from kpidash.ui.viewer import Viewer

_OLD, _NEW, _AGAIN = "account-old", "account-new", "account-again"
DIFFERENT = "The two new passwords are not the same. Type both again."


def password_form(viewer: Viewer) -> None:
    """The password that one has, the new one twice."""
    show(element("h2", "Password", klass="apart"), key="password-title")
    with st.form("password", border=False, clear_on_submit=True):
        left, middle, right = st.columns(3)
        for place, label, key, fill in (
            (left, "The password you have now", _OLD, "current-password"),
            (middle, "New password", _NEW, "new-password"),
            (right, "The same again", _AGAIN, "new-password"),
        ):
            place.text_input(label, key=key, type="password", autocomplete=fill, max_chars=1000)
        words = f"At least {SHORTEST} characters; several words are easy to keep. Other sessions end with it."
        show(element("p", words, klass="quiet"), key="password-words")
        st.form_submit_button("Change password", on_click=_change, args=(viewer,))


def taken(*keys: str) -> list[str]:
    """What was typed into these fields, which hold it no longer."""
    typed = [str(st.session_state.get(key) or "") for key in keys]
    for key in keys:
        st.session_state[key] = ""
    return typed


def _change(viewer: Viewer) -> None:
    old, new, again = taken(_OLD, _NEW, _AGAIN)

    def do() -> str:
        if new != again:
            raise WrongQuestion(DIFFERENT)
        breaches = settings.load().breached_passwords
        passwords.change(viewer.database, viewer.scope, old, new, breaches=breaches, session=viewer.signed)
        return "Your password is changed. Your other sessions are ended."

    deeds.act(do)

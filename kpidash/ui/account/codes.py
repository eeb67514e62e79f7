"""Codes from a device beside the password: turning them on with a QR code and a first code, and off."""

from functools import partial

import streamlit as st

from kpidash import settings
from kpidash.services import second_factor
from kpidash.services.accounts import Account
from kpidash.services.second_factor import Enrolment
from kpidash.ui import deeds, passing
from kpidash.ui.account.password import taken
from kpidash.ui.elements import element, show
from kpidash.ui.viewer import Viewer

_CODE, _OFF, _KNOWN, _BEGUN = "account-code", "account-off", "account-known", "enrolment"


def codes(viewer: Viewer, account: Account) -> None:
    """Where one stands with codes, and the way on."""
    show(element("h2", "Codes from a device", klass="apart"), key="codes-title")
    begun: Enrolment | None = passing.kept(_BEGUN)
    if account.has_codes:
        _on(viewer)
    elif begun is not None:
        _enrol(viewer, begun)
    else:
        words = (
            "Off. With codes, a stolen password alone opens nothing: signing in also asks for six digits "
            "from an app on your phone."
        )
        show(element("p", words, klass="quiet"), key="codes-words")
        with (
            st.form("codes-begin", border=False, clear_on_submit=True),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            st.text_input(
                "Your password", key=_KNOWN, type="password", autocomplete="current-password", max_chars=1000,
                width=320,
            )  # fmt: skip
            st.form_submit_button("Turn codes on …", on_click=_begin, args=(viewer,))


def _on(viewer: Viewer) -> None:
    words = (
        "On: signing in asks for a code of your device beside the password. If you lose the device, an "
        "administrator can turn codes off."
    )
    show(element("p", words, klass="quiet"), key="codes-words")
    with (
        st.form("codes-off", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        _code_field("A code of your device", _OFF)
        st.form_submit_button("Turn codes off", on_click=_turn_off, args=(viewer,))


def _enrol(viewer: Viewer, begun: Enrolment) -> None:
    """The QR code, the secret to type where there is no camera, and the field for the first code."""
    with st.container(border=True, key="enrolment"):
        left, right = st.columns([1, 2], gap="large")
        left.image(begun.svg, width=220, alt="A QR code for your device; the same stands beside it to type")
        with right:
            steps = element(
                "ol",
                element("li", "Open an app for codes on your phone (FreeOTP, Google Authenticator, …)."),
                element("li", "Scan the QR code, or type the secret: ",
                        element("span", _grouped(begun.secret), klass="digest whole")),
                element("li", "Type the code that it shows."),
                klass="numbered",
            )  # fmt: skip
            show(element("div", steps, klass="ahead"), key="enrolment-steps")
            with (
                st.form("codes-on", border=False, clear_on_submit=True),
                st.container(horizontal=True, vertical_alignment="bottom"),
            ):
                _code_field("The code that it shows now", _CODE)
                st.form_submit_button(
                    "Turn codes on", type="primary", on_click=_turn_on, args=(viewer, begun)
                )
            st.button("Leave them off", on_click=passing.drop, args=(_BEGUN,))


def _code_field(label: str, key: str) -> None:
    st.text_input(label, key=key, max_chars=12, autocomplete="one-time-code", width=220)


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _begin(viewer: Viewer) -> None:
    (password,) = taken(_KNOWN)
    deeds.act(partial(_begun, viewer, password))


def _begun(viewer: Viewer, password: str) -> str:
    key = settings.load().secret_key
    passing.keep(_BEGUN, second_factor.begin(viewer.database, viewer.scope, password, key=key))
    return ""  # what comes next says itself


def _turn_on(viewer: Viewer, begun: Enrolment) -> None:
    (code,) = taken(_CODE)
    if deeds.act(partial(_turned_on, viewer, begun, code)):
        passing.drop(_BEGUN)


def _turned_on(viewer: Viewer, begun: Enrolment, code: str) -> str:
    key = settings.load().secret_key
    second_factor.confirm(viewer.database, viewer.scope, begun.sealed, code, key=key)
    return "Codes are on. The next sign-in asks for one."


def _turn_off(viewer: Viewer) -> None:
    (code,) = taken(_OFF)
    deeds.act(partial(_turned_off, viewer, code))


def _turned_off(viewer: Viewer, code: str) -> str:
    second_factor.off(viewer.database, viewer.scope, code, key=settings.load().secret_key)
    return "Codes are off. Your password alone signs you in."

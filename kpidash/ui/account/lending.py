"""Making a token: a part of what one may do, lent to a program for some time."""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.services import tokens
from kpidash.services.accounts import Account
from kpidash.services.errors import WrongQuestion
from kpidash.services.tokens import DAYS, MOST_DAYS
from kpidash.ui import deeds, secret
from kpidash.ui.elements import element, show
from kpidash.ui.people import words
from kpidash.ui.secret import Secret
from kpidash.ui.sentences import begun
from kpidash.ui.viewer import Viewer

_NAME, _MAY, _WHERE, _DAYS = "token-name", "token-may", "token-where", "token-days"


def lend_form(viewer: Viewer, account: Account) -> None:
    """A name, what it may do, where, and for how many days."""
    mine = [str(one.capability) for one in account.abilities]
    names = words.names_of(account.departments)
    show(element("h2", "Make a token", klass="apart"), key="lend-title")
    with st.form("lend", border=False):
        left, right = st.columns(2)
        left.text_input(
            "What uses it",
            key=_NAME,
            max_chars=80,
            placeholder="Nightly load of the till",
            autocomplete="off",
        )
        right.number_input("Days until it ends", 1, MOST_DAYS, DAYS, key=_DAYS)
        left, right = st.columns(2)
        left.multiselect(
            "What it may do", mine, key=_MAY, placeholder="Choose the least that it needs",
            format_func=lambda one: begun(words.DEEDS[Capability(one)]),
            default=[str(Capability.READ)] if str(Capability.READ) in mine else [],
        )  # fmt: skip
        right.multiselect(
            "Where", list(names), key=_WHERE, placeholder="Wherever you may",
            format_func=names.__getitem__,
            help="In these departments and all below them; with none chosen, wherever you may.",
        )  # fmt: skip
        st.form_submit_button("Make the token", on_click=_make, args=(viewer,))


def _make(viewer: Viewer) -> None:
    name, may, where, days = (st.session_state.get(key) for key in (_NAME, _MAY, _WHERE, _DAYS))

    def do() -> str:
        if not isinstance(days, int):
            raise WrongQuestion("say for how many days the token is to be good")
        made = tokens.make(
            viewer.database, viewer.scope, str(name or ""),
            capabilities=[str(one) for one in may or []],
            departments=[str(one) for one in where] if where else None,
            days=days,
        )  # fmt: skip
        until = words.day(viewer, made.token.expires_at)
        said = (
            f"It is good until {until} and not shown again. Give it to the program as KPIDASH_TOKEN, or send "
            "it as Authorization: Bearer …; whoever has it may do what it may."
        )
        secret.keep(Secret(f"The token {made.token.name}", made.secret, said))
        return f"The token {made.token.name} is made. Copy it now."

    if deeds.act(do):
        st.session_state[_NAME] = ""

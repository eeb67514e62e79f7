"""My account: who are you here, how do you sign in, and what have you open?"""

import streamlit as st

from kpidash import settings
from kpidash.services import accounts, sessions, tokens
from kpidash.ui import deeds, secret
from kpidash.ui.account.codes import codes
from kpidash.ui.account.lending import lend_form
from kpidash.ui.account.password import password_form
from kpidash.ui.account.who import abilities, elsewhere, nothing_to_keep, who
from kpidash.ui.elements import show
from kpidash.ui.header import heading
from kpidash.ui.people import words
from kpidash.ui.people.open_sessions import open_sessions
from kpidash.ui.people.tokens import token_list
from kpidash.ui.session import require

viewer = require(None)
account = accounts.own(viewer.database, viewer.scope)
show(heading("My account", "Your roles, how you sign in, and what is open in your name."), key="account")
deeds.said()
secret.shown()
left, right = st.columns(2, gap="large")
with left:
    show(who(account), key="account-who")
with right:
    show(abilities(account), key="account-may")
mine, found = account.email.lower(), settings.load()
if viewer.signed:
    if found.auth == "local" and account.has_password:
        password_form(viewer)
        codes(viewer, account)
    elif found.oidc is not None:
        elsewhere(found.oidc.name)
    opened = [one for one in sessions.open_sessions(viewer.database, viewer.scope) if one.email == mine]
    open_sessions(viewer, opened, whose="yours", title="Where are you signed in?")
    lent = [one for one in tokens.listed(viewer.database, viewer.scope) if one.email == mine]
    token_list(viewer, lent, words.names_of(account.departments))
    lend_form(viewer, account)
else:
    nothing_to_keep()

"""People: who may do what, and who is in just now?"""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.services import roster, sessions, tokens
from kpidash.ui import deeds, secret
from kpidash.ui.elements import show
from kpidash.ui.header import heading
from kpidash.ui.people import words
from kpidash.ui.people.adding import add_form
from kpidash.ui.people.asked import asked_of
from kpidash.ui.people.coming_in import coming_in
from kpidash.ui.people.listing import choices, people, search, state
from kpidash.ui.people.open_sessions import open_sessions
from kpidash.ui.people.roles import roles
from kpidash.ui.people.tokens import token_list
from kpidash.ui.session import require, stop

viewer = require(Capability.MANAGE_USERS)
every = viewer.view.link("people")
found = roster.everybody(viewer.database, viewer.scope)
names = words.names_of(found.departments)
called = {each.person.email: each.person.name for each in found.members}
if viewer.view.code:
    one = found.find(viewer.view.code)
    if one is None:
        stop("There is no such person", "Nobody who is known has this address.", every)
    show(
        heading(one.person.name, "What may they do, and how do they sign in?", state(viewer, one),
                trail=(("People", every),)),
        key="person-title",
    )  # fmt: skip
    deeds.said()
    secret.shown()
    left, right = st.columns(2, gap="large")
    with left:
        roles(viewer, found, one)
    with right:
        coming_in(viewer, one)
    open_sessions(viewer, one.sessions, whose=one.person.name, title="Where are they signed in?")
    lent = tokens.listed(viewer.database, viewer.scope)
    token_list(viewer, [each for each in lent if each.email == one.person.email], names)
else:
    asked = asked_of(st.query_params)
    show(
        heading("Who may do what?", "Everybody who is known. Each change stands in the audit trail."),
        choices(viewer, asked, found.members),
        key="people",
    )
    deeds.said()
    secret.shown()
    if asked.shown == "sessions":
        opened = sessions.open_sessions(viewer.database, viewer.scope)
        open_sessions(viewer, opened, title="Who is signed in?", people=called)
    elif asked.shown == "tokens":
        token_list(viewer, tokens.listed(viewer.database, viewer.scope), names, people=called)
    else:
        with st.container(horizontal=True, vertical_alignment="bottom", key="people-tools"):
            search(viewer, asked)
            add_form(viewer)
        show(people(viewer, asked, found.members), key="people-list")

"""The audit trail: who did what, when and from where?"""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.services import audit_trail
from kpidash.services.errors import NotThere
from kpidash.ui.audit import words
from kpidash.ui.audit.asked import asked_of, number_of
from kpidash.ui.audit.chain import keep, whole
from kpidash.ui.audit.detail import entry_facts, what
from kpidash.ui.audit.filters import filters
from kpidash.ui.audit.listing import entries
from kpidash.ui.elements import show
from kpidash.ui.header import heading
from kpidash.ui.session import require, stop

viewer = require(Capability.AUDIT)
every = viewer.view.link("audit")
if viewer.view.code:
    try:
        one = audit_trail.entry(viewer.database, viewer.scope, number_of(viewer.view.code) or 0)
    except NotThere:
        stop("There is no such entry", "The audit trail has none with this number.", every)
    title, question = words.action(one.action), f"Entry {one.sequence}: what changed, and who did it?"
    show(heading(title, question, trail=(("Audit trail", every),)), key=f"entry-{one.sequence}")
    show(entry_facts(viewer, one), what(viewer, one), key="entry-what")
else:
    asked, below, above = asked_of(st.query_params)
    found = audit_trail.page(viewer.database, viewer.scope, asked, below=below, above=above)
    people, actions = audit_trail.choices(viewer.database, viewer.scope)
    show(heading("Who did what, when and from where?", "Every entry, the newest first; none can be changed."),
         key="audit")  # fmt: skip
    whole(viewer)
    keep(viewer, asked)
    filters(viewer, asked, people, actions)
    show(entries(viewer, asked, found), key="entries")

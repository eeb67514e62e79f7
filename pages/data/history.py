"""Past uploads: who changed what, when, and is it to stay?"""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.services import past_uploads
from kpidash.services.errors import NotThere
from kpidash.ui.elements import element, show
from kpidash.ui.header import heading
from kpidash.ui.history import words
from kpidash.ui.history.asked import asked_of
from kpidash.ui.history.changes import changes
from kpidash.ui.history.detail import counts, original, touched, upload_facts
from kpidash.ui.history.filters import filters
from kpidash.ui.history.listing import choices, uploads_list
from kpidash.ui.history.undoing import taking_back
from kpidash.ui.session import require, stop

viewer = require(Capability.READ)
every = viewer.view.link("uploads")
if viewer.view.code:
    try:
        found = viewer.changes_of(viewer.view.code)
    except NotThere:
        stop("There is no such upload for you", "It does not exist, or your role does not reach it.", every)
    upload = found.past.upload
    question = f"What did upload {upload.id} change, and is it to stay?"
    state = words.state(viewer, found.past)
    show(
        heading(words.what(upload), question, state, trail=(("Past uploads", every),)),
        key=f"upload-{upload.id}",
    )
    taking_back(viewer, found)
    left, right = st.columns([5, 3], gap="large")
    with left:
        show(counts(viewer, found), touched(viewer, found), key="upload-counts")
    with right:
        show(upload_facts(viewer, found), key="upload-facts")
        original(viewer, found)
    show(element("h2", "What changed?"), key="upload-values")
    changes(viewer.view.code)
else:
    asked, start = asked_of(st.query_params)
    listed = past_uploads.listed(viewer.database, viewer.scope, asked, start=start)
    people = past_uploads.people(viewer.database, viewer.scope)
    show(
        heading("Who changed what, and when?", "Every upload, the newest first; each can be taken back."),
        choices(viewer, asked),
        key="history",
    )
    filters(viewer, asked, people)
    show(uploads_list(viewer, asked, listed), key="uploads")

"""Past uploads: who changed what, when, and is it to stay?"""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.services import upload_history
from kpidash.services.errors import NotThere
from kpidash.ui import uploading
from kpidash.ui.blocks import section
from kpidash.ui.change_list import receipt_note, value_table
from kpidash.ui.elements import element, show
from kpidash.ui.header import header
from kpidash.ui.history_list import uploads_table
from kpidash.ui.session import require

viewer = require(Capability.READ)
most = 100
show(
    header(viewer, "Who changed what, and when?", "Every upload, the newest first; each can be taken back."),
    receipt_note(viewer, uploading.outcome()),
    key="history",
)
if viewer.view.code:
    try:
        found = upload_history.show(viewer.database, viewer.scope, viewer.view.code)
    except NotThere:
        show(element("p", "There is no such upload for you.", klass="calm"), key="none")
        st.stop()
    upload = found.past.upload
    total = viewer.formats.number(len(found.rows))
    show(
        uploads_table(viewer, [found.past]),
        section("What did it change?", value_table(viewer, found.rows.head(most)),
                note=f"{min(len(found.rows), most)} of {total} values"),
        element("p", element("a", "All uploads", href=viewer.view.link("uploads"), klass="action")),
        key="one",
    )  # fmt: skip
    if viewer.scope.may(Capability.UPLOAD) and upload.state == "committed" and upload.kind != "catalogue":
        st.button("Take this upload back", on_click=uploading.undo, args=(viewer, upload.id), type="primary")
else:
    past = upload_history.history(viewer.database, viewer.scope, limit=most)
    if past:
        show(uploads_table(viewer, past), key="all")
    else:
        show(
            element("p", "Nothing was uploaded yet. The first file starts here: Upload.", klass="calm"),
            key="all",
        )

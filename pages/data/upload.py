"""Upload: what would this file change? Look, then commit."""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.ui import uploading
from kpidash.ui.change_list import changes, count_tiles, problems, receipt_note
from kpidash.ui.elements import element, show
from kpidash.ui.header import header
from kpidash.ui.session import require

viewer = require(Capability.UPLOAD)

show(
    header(
        viewer,
        "What would this file change?",
        "Choose a file of actuals or targets. Nothing is written before you commit.",
    ),
    receipt_note(viewer, uploading.outcome()),
    key="upload",
)
file = st.file_uploader(
    "A CSV file with the columns kpi, period, value (or numerator and denominator) and one per dimension",
    type=["csv", "tsv", "txt", "gz"],
    key="file",
)
if file is None:
    example = "kpi,period,value,region\nsales-revenue,2026-10-14,512000,North"
    show(
        element(
            "div",
            element("p", "A file looks like this; targets have kpi, period, target instead."),
            element("p", *(element("span", line) for line in example.splitlines()), klass="sample"),
            klass="calm",
        ),
        key="sample",
    )
    st.stop()

shown = uploading.look(viewer, file)
if isinstance(shown, str):
    show(element("div", element("p", shown), klass="note wrong", role="status"), key="refused")
    st.stop()

receipt = shown.receipt()
show(count_tiles(viewer, receipt), changes(viewer, shown), problems(viewer, shown.issues), key="preview")
writable = bool(shown.changes)
only_good = bool(shown.issues) and writable and st.checkbox("Leave out the wrong rows and commit the rest")
count = viewer.formats.number(receipt.added + receipt.changed)
st.button(
    f"Commit {count} {'value' if count == '1' else 'values'}" if writable else "Nothing to commit",
    type="primary",
    disabled=not writable or (bool(shown.issues) and not only_good),
    on_click=uploading.commit,
    args=(viewer, shown),
    kwargs={"accept_valid": only_good},
)

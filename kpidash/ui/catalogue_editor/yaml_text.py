"""The whole catalogue as text: to take away, to edit here, or to give as a file."""

from typing import Any

import streamlit as st

from kpidash.domain.differences import What
from kpidash.ingest.definitions import write_definitions
from kpidash.ui.catalogue_editor.asked import Asked
from kpidash.ui.catalogue_editor.desk import Desk
from kpidash.ui.catalogue_editor.frame import drafted
from kpidash.ui.catalogue_editor.problems import text_problems
from kpidash.ui.elements import element, show
from kpidash.ui.viewer import Viewer

_LARGEST_MB = 20


def yaml_text(viewer: Viewer, desk: Desk, asked: Asked) -> bool:
    """The text with the ways to change it; True once a change of it can be looked at."""
    if desk.text is None:
        desk.text = write_definitions(desk.definitions)
    if desk.refused and desk.refused.asked == asked:
        show(text_problems(desk.refused), key="catalogue-text-problems")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download the definitions", desk.text, "catalogue.yaml", "application/yaml", on_click="ignore",
            key=f"catalogue-download-{desk.round}", help="As kpidash catalogue export writes them.",
        )  # fmt: skip
    gathered = drafted(desk)
    if gathered:
        said = "The text has the changes that you have gathered. What you send takes their place."
        show(element("p", said, klass="quiet"), key="catalogue-gathered")
    given = _given(desk, removes=any(one.what is What.REMOVED for one in gathered))
    if given is None:
        return False
    content, prune = given
    if isinstance(content, bytes):
        data = content
    else:
        desk.text = str(content)
        data = desk.text.encode(errors="replace")
    if not desk.look(viewer, data, asked, prune=prune):
        st.rerun()
    return True


def _given(desk: Desk, *, removes: bool) -> tuple[Any, bool] | None:
    """What was sent: the text or a file's bytes, and whether what is left out of it goes."""
    with st.form(f"catalogue-text-{desk.round}", border=False, enter_to_submit=False):
        file = st.file_uploader(
            "Take a file instead of the text below", type=["yaml", "yml"], key=f"catalogue-file-{desk.round}",
            max_upload_size=_LARGEST_MB, help="It may name only what changes.",
        )  # fmt: skip
        text = st.text_area("Definitions as YAML", desk.text, height=480, key=f"catalogue-yaml-{desk.round}")
        prune = st.checkbox(
            "Remove what the text leaves out", removes, key=f"catalogue-prune-{desk.round}",
            help="Without this, definitions, fields and targets that it does not name stay as they are.",
        )  # fmt: skip
        sent = st.form_submit_button(
            "Look at what would change", type="primary", key=f"catalogue-send-{desk.round}"
        )
    if not sent:
        return None
    return (file.getvalue() if file is not None else text), bool(prune)

"""The catalogue: what does the company measure, and what would a change of that mean?"""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.services import catalogue_review
from kpidash.ui.catalogue_editor.asked import asked_of
from kpidash.ui.catalogue_editor.deciding import deciding, overtaken, said
from kpidash.ui.catalogue_editor.desk import desk_of
from kpidash.ui.catalogue_editor.editor import editor
from kpidash.ui.catalogue_editor.frame import drafted, frame, go
from kpidash.ui.catalogue_editor.tree import tree
from kpidash.ui.catalogue_editor.yaml_text import yaml_text
from kpidash.ui.elements import show
from kpidash.ui.session import require

viewer = require(Capability.DEFINE)
stored = catalogue_review.definitions(viewer.database, viewer.scope)
desk = desk_of(viewer, stored)
asked = asked_of(st.query_params, stored, desk.definitions)
desk.arrive(stored, asked)
show(frame(viewer, desk, asked), said(desk), key="catalogue")
overtaken(viewer, desk)
if asked.show == "review":
    deciding(viewer, desk)
elif asked.show == "yaml":
    if yaml_text(viewer, desk, asked):
        go("review")
else:
    chosen = "chosen" if asked.kind else "none"
    left, right = st.columns([4, 8], gap="large")
    with left.container(key=f"catalogue-tree-{chosen}"):
        tree(viewer, desk.definitions, asked, drafted(desk))
    with right:
        if editor(viewer, desk, asked):
            go("review")

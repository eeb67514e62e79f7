"""One KPI: is it on target, why, and what lies behind it?"""

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.services.errors import NotThere
from kpidash.ui import wording
from kpidash.ui.blocks import kpi_tiles, section
from kpidash.ui.definition import definition, targets
from kpidash.ui.elements import element, pill, show
from kpidash.ui.figures import cumulative_chart, monthly_chart, points_table, segment_charts, trend_chart
from kpidash.ui.header import bar, department_trail, header
from kpidash.ui.history.listing import sources
from kpidash.ui.lineage import chosen_point
from kpidash.ui.segment import segment_page
from kpidash.ui.session import require, stop

viewer = require(Capability.READ)
try:
    found = viewer.detail(viewer.view.code or "")
except NotThere:
    why = "It does not exist, or your role does not reach it."
    stop("There is no such KPI for you", why, viewer.view.link(""))

if viewer.view.by in found.kpi.dimensions and viewer.view.segment is not None:
    segment_page(viewer, found.kpi.code, viewer.view.by, viewer.view.segment)
    st.stop()
kpi, judged = found.kpi, found.judged
kra, department = viewer.catalogue.kra(kpi.kra), viewer.catalogue.department_of(kpi)
why = wording.explanation(kpi, judged, viewer.formats, wording.until(found, viewer.formats))

show(
    header(
        viewer,
        kpi.name,
        f"Is it on target, and why? Part of {kra.name}, {department.name}.",
        pill(judged["status"]),
        trail=department_trail(viewer, department, itself=True),
    ),
    bar(viewer, "kpi"),
    element("p", why, klass="sentence why"),
    kpi_tiles(viewer, kpi, judged),
    key="kpi",
)
left, right = st.columns([5, 3], gap="large")
with left:
    monthly_chart(viewer, found)
    trend_chart(viewer, found)
    chosen_point(viewer, kpi.code)
    show(points_table(viewer, found), key="points")
    cumulative_chart(viewer, found)
    segment_charts(viewer, found)
with right:
    show(
        section("What does it mean?", definition(viewer, kpi)),
        section("Which targets were set?", targets(viewer, kpi)),
        section("Which uploads fed it?", sources(viewer, viewer.uploads_of(kpi.code))),
        key="definition",
    )

"""One KPI: is it on target, why, and what lies behind it?"""

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from kpidash.domain.access import Capability
from kpidash.ui import wording
from kpidash.ui.blocks import kpi_tiles, section
from kpidash.ui.definition import definition, targets
from kpidash.ui.elements import Tree, element, pill, show
from kpidash.ui.figures import (
    cumulative_chart,
    mode,
    monthly_chart,
    points_table,
    segment_charts,
    trend_chart,
)
from kpidash.ui.header import bar, department_trail, header
from kpidash.ui.history.listing import sources
from kpidash.ui.kept import part
from kpidash.ui.lineage import chosen_point
from kpidash.ui.segment import segment_page
from kpidash.ui.session import Viewer, require, stop

viewer = require(Capability.READ)
code = viewer.view.code or ""
if not viewer.catalogue.has_kpi(code):
    why = "It does not exist, or your role does not reach it."
    stop("There is no such KPI for you", why, viewer.view.link(""))
kpi, viewer = viewer.catalogue.kpi(code), viewer.about([code])
if viewer.view.by in kpi.dimensions and viewer.view.segment is not None:
    segment_page(viewer, code, viewer.view.by, viewer.view.segment)


@part
def judgement(viewer: Viewer, code: str) -> Iterator[Tree]:
    """The KPI, its status and why it has it."""
    found = viewer.detail(code)
    kpi, judged = found.kpi, found.judged
    kra, department = viewer.catalogue.kra(kpi.kra), viewer.catalogue.department_of(kpi)
    yield header(
        viewer,
        kpi.name,
        f"Is it on target, and why? Part of {kra.name}, {department.name}.",
        pill(judged["status"]),
        trail=department_trail(viewer, department, itself=True),
    )
    yield bar(viewer, "kpi")
    why = wording.explanation(kpi, judged, viewer.formats, wording.until(found, viewer.formats))
    yield element("p", why, klass="sentence why")
    yield kpi_tiles(viewer, kpi, judged)


@part
def meaning(viewer: Viewer, code: str) -> Iterator[Tree]:
    """What stands beside the figures."""
    kpi = viewer.catalogue.kpi(code)
    yield section("What does it mean?", definition(viewer, kpi))
    yield section("Which targets were set?", targets(viewer, kpi))
    yield section("Which uploads fed it?", sources(viewer, viewer.uploads_of(code)))


mine = viewer.reading()
show(judgement(mine, code), key="kpi")
left, right = st.columns([5, 3], gap="large")
# Figures are the same for all who may read the KPI, and whatever point is open.
reader = viewer.reading(viewer.catalogue.department_of(kpi).code)
whole, drawn = (replace(one, view=replace(one.view, point=None)) for one in (mine, reader))
with left:
    monthly_chart(drawn, code, mode())
    trend_chart(drawn, code, mode())
    chosen_point(viewer, code)
    show(points_table(reader, code), key="points")
    cumulative_chart(drawn, code, mode())
    segment_charts(drawn, code, mode())
with right:
    show(meaning(whole, code), key="definition")

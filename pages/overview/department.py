"""One department: is it on target, KRA by KRA and KPI by KPI?"""

from kpidash.domain.access import Capability
from kpidash.services import overview
from kpidash.ui import wording
from kpidash.ui.blocks import children, filters, kra_section, verdict
from kpidash.ui.elements import element, show
from kpidash.ui.header import bar, department_trail, header
from kpidash.ui.segments import segments
from kpidash.ui.session import require, stop

viewer = require(Capability.READ)
known = {one.code: one for one in viewer.catalogue.departments}
if viewer.view.code not in known:
    stop(
        "There is no such department for you",
        "It does not exist, or your role does not reach it.",
        viewer.view.link(""),
    )

department = known[viewer.view.code]
card, catalogue = viewer.card(), viewer.catalogue
below = viewer.catalogue.subtree(department.code)
rolled, before = (overview.by_code(one.departments)[department.code] for one in (card, viewer.earlier()))
kpis = overview.below(card.kpis, catalogue, department.code)
level = viewer.view.level or "all"
shown = overview.at_level(kpis, catalogue, level, viewer.view.indicator)
chosen = shown[shown["status"] == viewer.view.status] if viewer.view.status else shown
kras = [
    kra
    for kra in catalogue.kras
    if kra.department == department.code or (viewer.view.status and kra.department in below)
]
counts = overview.counts(kpis)
beside = tuple(one.code for one in catalogue.departments if one.parent == department.parent)

show(
    header(
        viewer,
        f"Is {department.name} on target?",
        f"Head: {viewer.name(department.head)}.",
        element("a", "Compare", href=viewer.view.here("compare", code=None, others=beside), klass="action"),
        trail=department_trail(viewer, department),
    ),
    bar(viewer, "department", levels=level),
    verdict(
        viewer,
        rolled,
        wording.change(overview.difference(rolled, before), viewer.comparison, viewer.formats),
        wording.summary(rolled, counts, viewer.formats),
    ),
    filters(viewer, "department", shown),
    children(viewer, card, department),
    *(kra_section(viewer, card, kra, chosen) for kra in kras),
    segments(viewer, department),
    key="department",
)

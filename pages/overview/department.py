"""One department: is it on target, KRA by KRA and KPI by KPI?"""

from collections.abc import Iterator

from kpidash.domain.access import Capability
from kpidash.domain.catalogue import Department
from kpidash.services import overview
from kpidash.ui import wording
from kpidash.ui.blocks import children, filters, kra_section, verdict
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.header import bar, department_trail, header
from kpidash.ui.kept import part
from kpidash.ui.segments import segments
from kpidash.ui.session import Viewer, require, stop

viewer = require(Capability.READ)
known = {one.code: one for one in viewer.catalogue.departments}
if viewer.view.code not in known:
    stop(
        "There is no such department for you",
        "It does not exist, or your role does not reach it.",
        viewer.view.link(""),
    )


@part
def page(viewer: Viewer, code: str) -> Iterator[Tree | None]:
    """The department, its KRAs with their KPIs, and its segments."""
    catalogue, view, card = viewer.catalogue, viewer.view, viewer.card()
    department, below = known[code], catalogue.subtree(code)
    rolled, before = (overview.by_code(one.departments)[code] for one in (card, viewer.earlier()))
    kpis = overview.below(card.kpis, catalogue, code)
    level = view.level or "all"
    shown = overview.at_level(kpis, catalogue, level, view.indicator)
    chosen = shown[shown["status"] == view.status] if view.status else shown
    yield header(
        viewer,
        f"Is {department.name} on target?",
        f"Head: {viewer.name(department.head)}.",
        element(
            "a", "Compare", href=view.here("compare", code=None, others=beside(department)), klass="action"
        ),
        trail=department_trail(viewer, department),
    )
    yield bar(viewer, "department", levels=level)
    yield verdict(
        viewer,
        rolled,
        wording.change(overview.difference(rolled, before), viewer.comparison, viewer.formats),
        wording.summary(rolled, overview.counts(kpis), viewer.formats),
    )
    yield filters(viewer, "department", shown)
    yield children(viewer, card, department)
    for kra in catalogue.kras:
        if kra.department == code or (view.status and kra.department in below):
            yield kra_section(viewer, card, kra, chosen)
    yield segments(viewer, department)


def beside(department: Department) -> tuple[str, ...]:
    """The departments that one is compared with."""
    return tuple(one.code for one in known.values() if one.parent == department.parent)


inside = viewer.catalogue.subtree(viewer.view.code)
own = [kpi.code for kpi in viewer.catalogue.kpis if viewer.catalogue.department_of(kpi).code in inside]
show(page(viewer.about(own), viewer.view.code), key="department")

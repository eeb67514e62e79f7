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
code = viewer.view.code or ""
known = {one.code: one for one in viewer.catalogue.departments}
if code not in known:
    stop(
        "There is no such department for you",
        "It does not exist, or your role does not reach it.",
        viewer.view.link(""),
    )


@part
def top(viewer: Viewer, code: str) -> Iterator[Tree]:
    """The department, with the way back and what may stand beside it: as far as the person may see these."""
    department = known[code]
    others = viewer.view.here("compare", code=None, others=beside(department))
    yield header(
        viewer,
        f"Is {department.name} on target?",
        f"Head: {viewer.name(department.head)}.",
        element("a", "Compare", href=others, klass="action"),
        trail=department_trail(viewer, department),
    )
    yield bar(viewer, "department", levels=viewer.view.level or "all")


@part
def standing(viewer: Viewer, code: str) -> Iterator[Tree | None]:
    """How it stands, its KRAs with their KPIs, and its segments: the same for all who may read it."""
    catalogue, view, card = viewer.catalogue, viewer.view, viewer.card()
    department, below = catalogue.department(code), catalogue.subtree(code)
    rolled, before = (overview.by_code(one.departments)[code] for one in (card, viewer.earlier()))
    kpis = overview.below(card.kpis, catalogue, code)
    shown = overview.at_level(kpis, catalogue, view.level or "all", view.indicator)
    chosen = overview.with_status(shown, view.status) if view.status else shown
    yield verdict(
        viewer,
        rolled,
        wording.change(overview.difference(rolled, before), viewer.comparison, viewer.formats),
        wording.summary(rolled, overview.counts(kpis), viewer.formats),
    )
    yield filters(viewer, "department", shown)
    yield children(viewer, card, department)
    states = overview.by_code(card.kras)
    for kra in catalogue.kras:
        if kra.department == code or (view.status and kra.department in below):
            yield kra_section(viewer, states[kra.code], kra, chosen)
    yield segments(viewer, department)


def beside(department: Department) -> tuple[str, ...]:
    """The departments that one is compared with."""
    return tuple(one.code for one in known.values() if one.parent == department.parent)


inside = viewer.catalogue.subtree(code)
own = [kpi.code for kpi in viewer.catalogue.kpis if viewer.catalogue.department_of(kpi).code in inside]
mine = viewer.about(own)
show(top(mine, code), standing(mine.reading(code), code), key="department")

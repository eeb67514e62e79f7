"""A department's screen: how it stands, KRA by KRA, and its segments."""

from collections.abc import Iterator

from kpidash.domain.catalogue import Department
from kpidash.services import overview
from kpidash.ui import wording
from kpidash.ui.blocks import children, filters, kra_section, verdict
from kpidash.ui.elements import Tree, element
from kpidash.ui.header import bar, department_trail, header
from kpidash.ui.kept import part
from kpidash.ui.segments import segments
from kpidash.ui.viewer import Viewer


@part
def top(viewer: Viewer, code: str) -> Iterator[Tree]:
    """The department, with the way back and what may stand beside it: as far as the person may see these."""
    department = viewer.catalogue.department(code)
    others = viewer.view.here("compare", code=None, others=_beside(viewer, department))
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


def _beside(viewer: Viewer, department: Department) -> tuple[str, ...]:
    """The departments that one is compared with."""
    return tuple(one.code for one in viewer.catalogue.departments if one.parent == department.parent)

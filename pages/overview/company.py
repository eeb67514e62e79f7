"""The company on one page: is it on target, and what needs a decision?"""

from collections.abc import Iterator

import pandas as pd

from kpidash.domain.access import Capability
from kpidash.services import overview
from kpidash.ui import wording
from kpidash.ui.blocks import decisions, filters, heatmap, section, verdict
from kpidash.ui.cards import cards
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.header import bar, header
from kpidash.ui.kept import part
from kpidash.ui.news import changes, last_look
from kpidash.ui.session import Viewer, require, stop

viewer = require(Capability.READ)
most = 12
if not viewer.catalogue.kpis:
    stop(
        "There is nothing to see yet", "Define departments, KRAs and KPIs with kpidash catalogue apply FILE."
    )
level = viewer.view.level or "strategic"
noun = "KPI" if level == "all" else f"{level} KPI"


def at_level(viewer: Viewer) -> pd.DataFrame:
    """The KPIs that the address asks for, of any status."""
    return overview.at_level(viewer.card().kpis, viewer.catalogue, level, viewer.view.indicator)


@part
def standing(viewer: Viewer) -> Iterator[Tree]:
    """How the company stands."""
    card, earlier, shown = viewer.card(), viewer.earlier(), at_level(viewer)
    moved = overview.movement(card, earlier)
    names = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}
    yield header(
        viewer,
        f"Is {viewer.catalogue.company.name} on target?",
        "The company on one page, and what needs a decision.",
        element("a", "TV mode", href=viewer.view.link("tv"), klass="action"),
    )
    yield bar(viewer, "", levels=level)
    yield verdict(
        viewer,
        card.company,
        wording.change(moved.score, viewer.comparison, viewer.formats),
        wording.headline(card.company, overview.counts(shown), moved, names, noun),
    )
    yield filters(viewer, "", shown)


@part
def pending(viewer: Viewer) -> Iterator[Tree]:
    """What needs a decision."""
    found = overview.decisions(viewer.card(), viewer.earlier())
    yield section("What needs a decision?", decisions(viewer, found), klass="side-by")


@part
def furthest(viewer: Viewer) -> Iterator[Tree]:
    """The KPIs that need one first, and where they are."""
    shown = at_level(viewer)
    worst = overview.by_need(shown[shown["status"] == viewer.view.status] if viewer.view.status else shown)
    yield section(
        "Which KPIs are furthest from target?",
        cards(viewer, worst.head(most)),
        note=f"{min(len(worst), most)} of {len(worst)} {noun}s, worst first",
    )
    yield section(
        "Which department and KRA?",
        heatmap(viewer, viewer.card()),
        note="Scores from 0 to 120; 100 means that every target is met.",
    )


mine = viewer.scoped
show(standing(viewer), pending(mine), changes(mine, last_look(viewer)), furthest(mine), key="company")

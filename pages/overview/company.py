"""The company on one page: is it on target, and what needs a decision?"""

from kpidash.domain.access import Capability
from kpidash.services import overview
from kpidash.ui import wording
from kpidash.ui.blocks import decisions, filters, heatmap, section, verdict
from kpidash.ui.cards import cards
from kpidash.ui.elements import element, show
from kpidash.ui.header import bar, header
from kpidash.ui.news import changes
from kpidash.ui.session import require, stop

viewer = require(Capability.READ)
most = 12
if not viewer.catalogue.kpis:
    stop(
        "There is nothing to see yet", "Define departments, KRAs and KPIs with kpidash catalogue apply FILE."
    )

card, earlier = viewer.card(), viewer.earlier()
moved = overview.movement(card, earlier)
names = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}
level = viewer.view.level or "strategic"
shown = overview.at_level(card.kpis, viewer.catalogue, level, viewer.view.indicator)
chosen = shown[shown["status"] == viewer.view.status] if viewer.view.status else shown
noun = "KPI" if level == "all" else f"{level} KPI"
worst = overview.by_need(chosen)

show(
    header(
        viewer,
        f"Is {viewer.catalogue.company.name} on target?",
        "The company on one page, and what needs a decision.",
        element("a", "TV mode", href=viewer.view.link("tv"), klass="action"),
    ),
    bar(viewer, "", levels=level),
    verdict(
        viewer,
        card.company,
        wording.change(moved.score, viewer.comparison, viewer.formats),
        wording.headline(card.company, overview.counts(shown), moved, names, noun),
    ),
    filters(viewer, "", shown),
    section("What needs a decision?", decisions(viewer, overview.decisions(card, earlier)), klass="side-by"),
    changes(viewer, card, earlier),
    section(
        "Which KPIs are furthest from target?",
        cards(viewer, worst.head(most)),
        note=f"{min(len(worst), most)} of {len(worst)} {noun}s, worst first",
    ),
    section(
        "Which department and KRA?",
        heatmap(viewer, card),
        note="Scores from 0 to 120; 100 means that every target is met.",
    ),
    key="company",
)

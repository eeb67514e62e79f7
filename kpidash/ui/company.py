"""The company's screen: how it stands, what needs a decision, and where the KPIs are that need one first."""

from collections.abc import Iterator

import pandas as pd

from kpidash.services import overview
from kpidash.ui import wording
from kpidash.ui.blocks import decisions, filters, heatmap, section, verdict
from kpidash.ui.cards import cards
from kpidash.ui.elements import Tree, element
from kpidash.ui.header import bar, header
from kpidash.ui.kept import part
from kpidash.ui.viewer import Viewer

_MOST = 12
"""KPIs that are shown as cards."""


@part
def standing(viewer: Viewer) -> Iterator[Tree]:
    """How the company stands."""
    card, earlier, shown = viewer.card(), viewer.earlier(), _at_level(viewer)
    moved = overview.movement(card, earlier)
    names = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}
    yield header(
        viewer,
        f"Is {viewer.catalogue.company.name} on target?",
        "The company on one page, and what needs a decision.",
        element("a", "TV mode", href=viewer.view.link("tv"), klass="action"),
    )
    yield bar(viewer, "", levels=_level(viewer))
    yield verdict(
        viewer,
        card.company,
        wording.change(moved.score, viewer.comparison, viewer.formats),
        wording.headline(card.company, overview.counts(shown), moved, names, _noun(viewer)),
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
    shown = _at_level(viewer)
    worst = overview.by_need(shown[shown["status"] == viewer.view.status] if viewer.view.status else shown)
    yield section(
        "Which KPIs are furthest from target?",
        cards(viewer, worst.head(_MOST)),
        note=f"{min(len(worst), _MOST)} of {len(worst)} {_noun(viewer)}s, worst first",
    )
    yield section(
        "Which department and KRA?",
        heatmap(viewer, viewer.card()),
        note="Scores from 0 to 120; 100 means that every target is met.",
    )


def _at_level(viewer: Viewer) -> pd.DataFrame:
    """The KPIs that the address asks for, of any status."""
    return overview.at_level(viewer.card().kpis, viewer.catalogue, _level(viewer), viewer.view.indicator)


def _level(viewer: Viewer) -> str:
    return viewer.view.level or "strategic"


def _noun(viewer: Viewer) -> str:
    level = _level(viewer)
    return "KPI" if level == "all" else f"{level} KPI"

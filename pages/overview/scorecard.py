"""All KPIs as one table: which of them, in which order?"""

from collections.abc import Iterator

from kpidash.domain.access import Capability
from kpidash.ui.elements import Tree, show
from kpidash.ui.header import bar, header
from kpidash.ui.kept import part
from kpidash.ui.scorecard_table import scorecard_table
from kpidash.ui.session import Viewer, require

viewer = require(Capability.READ)


@part
def top(viewer: Viewer) -> Iterator[Tree]:
    """The question and the bar."""
    yield header(
        viewer,
        "How does every KPI stand?",
        "All KPIs in one table; sort, group and filter it, and send the link.",
        trail=(("Company", viewer.view.link("")),),
    )
    yield bar(viewer, "scorecard")


show(top(viewer.reading()), key="scorecard-head")
scorecard_table(viewer)

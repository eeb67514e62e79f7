"""All KPIs as one table: which of them, in which order?"""

from kpidash.domain.access import Capability
from kpidash.ui.elements import show
from kpidash.ui.header import bar, header
from kpidash.ui.scorecard_table import scorecard_table
from kpidash.ui.session import require

viewer = require(Capability.READ)
show(
    header(
        viewer,
        "How does every KPI stand?",
        "All KPIs in one table; sort, group and filter it, and send the link.",
        trail=(("Company", viewer.view.link("")),),
    ),
    bar(viewer, "scorecard"),
    key="scorecard-head",
)
scorecard_table(viewer)

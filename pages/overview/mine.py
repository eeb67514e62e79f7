"""My KPIs: how do those stand that I answer for?"""

from kpidash.domain.access import Capability
from kpidash.ui.elements import element, show
from kpidash.ui.header import bar, header
from kpidash.ui.scorecard_table import scorecard_table
from kpidash.ui.session import require

viewer = require(Capability.READ)
mine = viewer.own_kpis()
show(
    header(
        viewer,
        "How do my KPIs stand?",
        f"The KPIs that {viewer.name(viewer.scope.actor)} answers for.",
        trail=(("Company", viewer.view.link("")),),
    ),
    bar(viewer, "mine"),
    key="mine-head",
)
if mine:
    scorecard_table(viewer, owner=viewer.scope.actor)
else:
    everything = element("a", "scorecard", href=viewer.view.link("scorecard"), klass="action")
    show(
        element("p", "No KPI names you as its owner. All that you may see stand in the ", everything, ".",
                klass="calm"),
        key="none",
    )  # fmt: skip

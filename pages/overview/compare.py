"""Departments side by side: which one is where?"""

from kpidash.domain.access import Capability
from kpidash.ui.comparing import choose, compared, side_by_side
from kpidash.ui.elements import show
from kpidash.ui.header import bar, header
from kpidash.ui.session import require

viewer = require(Capability.READ)
chosen = compared(viewer)
show(
    header(
        viewer,
        "How do departments compare?",
        "Scores, statuses and what is furthest from target, side by side.",
        trail=(("Company", viewer.view.link("")),),
    ),
    bar(viewer, "compare"),
    key="compare-head",
)
choose(viewer, chosen)
show(side_by_side(viewer, viewer.card(), viewer.earlier(), chosen), key="compare")

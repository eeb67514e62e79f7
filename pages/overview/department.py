"""One department: is it on target, KRA by KRA and KPI by KPI?"""

from kpidash.domain.access import Capability
from kpidash.ui.department import standing, top
from kpidash.ui.elements import show
from kpidash.ui.session import require, stop

viewer = require(Capability.READ)
code = viewer.view.code or ""
if not viewer.catalogue.has_department(code):
    stop(
        "There is no such department for you",
        "It does not exist, or your role does not reach it.",
        viewer.view.link(""),
    )
mine = viewer.about(viewer.catalogue.codes_below(code))
show(top(mine.reading(), code), standing(mine.reading(code), code), key="department")

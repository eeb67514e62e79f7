"""The company on one page: is it on target, and what needs a decision?"""

from kpidash.domain.access import Capability
from kpidash.ui.company import furthest, pending, standing
from kpidash.ui.elements import show
from kpidash.ui.news import changes, last_look
from kpidash.ui.session import require, stop

viewer = require(Capability.READ)
if not viewer.catalogue.kpis:
    stop(
        "There is nothing to see yet", "Define departments, KRAs and KPIs with kpidash catalogue apply FILE."
    )
reader = viewer.reading()
mine = reader.scoped
show(standing(reader), pending(mine), changes(mine, last_look(viewer)), furthest(mine), key="company")

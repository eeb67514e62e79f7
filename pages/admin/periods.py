"""Closed periods: which months may uploads still change?"""

from kpidash.domain.access import Capability
from kpidash.services import periods
from kpidash.ui.closed_periods import calendar, close_form, closed_list, said
from kpidash.ui.elements import show
from kpidash.ui.header import heading
from kpidash.ui.session import require

viewer = require(Capability.DEFINE)
closed = periods.closed(viewer.database, viewer.scope)
show(
    heading(
        "Which periods are closed?",
        "No upload and no undo changes anything in a closed month. Each closing stands in the audit trail.",
    ),
    said(),
    calendar(viewer, closed),
    key="periods",
)
close_form(viewer, closed)
closed_list(viewer, closed)

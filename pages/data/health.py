"""Data health: is everything reported, and who owes what?"""

from kpidash.domain.access import Capability
from kpidash.ui.elements import element, show
from kpidash.ui.header import header
from kpidash.ui.health import by_owner, counts, restated, states
from kpidash.ui.session import require
from kpidash.ui.upload.templates import templates

viewer = require(Capability.READ)
found = viewer.health()
whole = bool(len(found)) and bool((found["state"] == "complete").all())
calm = element("p", "Every value of every period that is over is there.", klass="calm") if whole else None
empty = element("p", "No KPI of yours is reported by uploads.", klass="calm") if found.empty else None
show(
    header(viewer, "Is the data complete?", "What is due, late or missing, and what was changed afterwards."),
    counts(viewer, found),
    calm,
    empty,
    *states(viewer, found),
    by_owner(viewer, found),
    restated(viewer, found),
    key="health",
)
if viewer.scope.may(Capability.UPLOAD):
    templates(viewer)

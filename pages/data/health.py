"""Data health: is everything reported, and who owes what?"""

from collections.abc import Iterator

from kpidash.domain.access import Capability
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.header import header
from kpidash.ui.health import by_owner, counts, restated, states
from kpidash.ui.kept import part
from kpidash.ui.session import Viewer, require
from kpidash.ui.upload.templates import templates

viewer = require(Capability.READ)


@part
def page(viewer: Viewer) -> Iterator[Tree | None]:
    """What is missing, of which KPIs and from whom; of the viewer's day, as it counts back from there."""
    question = "What is due, late or missing, and what was changed afterwards."
    found = viewer.health()
    yield header(viewer, "Is the data complete?", question)
    yield counts(viewer, found)
    if len(found) and (found["state"] == "complete").all():
        yield element("p", "Every value of every period that is over is there.", klass="calm")
    if found.empty:
        yield element("p", "No KPI of yours is reported by uploads.", klass="calm")
    yield from states(viewer, found)
    yield by_owner(viewer, found)
    yield restated(viewer, found)


show(page(viewer.reading().scoped), key="health")
if viewer.scope.may(Capability.UPLOAD):
    templates(viewer, "What can be filled in now?")

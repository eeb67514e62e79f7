"""Past uploads as a table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from kpidash.services.upload_history import Past
from kpidash.ui.blocks import table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.session import Viewer

_KINDS = {
    "actuals": "actuals",
    "targets": "targets",
    "undo": "taken back",
    "catalogue": "definitions",
}


def uploads_table(viewer: Viewer, past: Sequence[Past]) -> Tree:
    """When, who, what file, and how many values; a click shows the values."""
    heads = ("When", "Who", "What", "New", "Changed", "Unchanged", "State")
    return table(heads, (_row(viewer, one) for one in past), "history")


def _row(viewer: Viewer, one: Past) -> tuple[Child, ...]:
    upload, formats = one.upload, viewer.formats
    zone = ZoneInfo(viewer.catalogue.company.timezone)
    at = upload.committed_at.astimezone(zone) if upload.committed_at else None
    when = f"{formats.day(at.date())}, {at:%H:%M}" if at else "just now"
    what = upload.file_name or _KINDS[upload.kind]
    if upload.undoes is not None:
        what = f"upload {upload.undoes} taken back"
    link = element("a", when, href=viewer.view.link("uploads", str(upload.id)))
    counts = (formats.number(number) for number in (upload.added, upload.changed, upload.unchanged))
    state = "taken back" if upload.state == "undone" else "in force"
    return link, viewer.name(upload.actor), what, *counts, state

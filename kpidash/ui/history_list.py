"""Past uploads as a table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from kpidash.services.upload_history import Past
from kpidash.ui.blocks import facts, table
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


def sources(viewer: Viewer, past: Sequence[Past]) -> Tree:
    """The same in a narrow column: when, and by whom from what."""
    if not past:
        return element("p", "Nothing was uploaded for it yet.", klass="calm")
    return facts(*((_when(viewer, one), f"{_what(one)}, by {viewer.name(one.upload.actor)}") for one in past))


def _row(viewer: Viewer, one: Past) -> tuple[Child, ...]:
    upload, formats = one.upload, viewer.formats
    link = element("a", _when(viewer, one), href=viewer.view.link("uploads", str(upload.id)))
    counts = (formats.number(number) for number in (upload.added, upload.changed, upload.unchanged))
    state = "taken back" if upload.state == "undone" else "in force"
    return link, viewer.name(upload.actor), _what(one), *counts, state


def _when(viewer: Viewer, one: Past) -> str:
    if one.upload.committed_at is None:
        return "just now"
    at = one.upload.committed_at.astimezone(ZoneInfo(viewer.catalogue.company.timezone))
    return f"{viewer.formats.day(at.date())}, {at:%H:%M}"


def _what(one: Past) -> str:
    if one.upload.undoes is not None:
        return f"upload {one.upload.undoes} taken back"
    return one.upload.file_name or _KINDS[one.upload.kind]

"""An upload in words: when, what, and whether it still counts."""

from zoneinfo import ZoneInfo

from babel.dates import format_time

from kpidash.domain.catalogue import Kpi
from kpidash.services.upload_history import Past
from kpidash.store.uploads import Kind, State, Upload
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.viewer import Viewer

_KINDS = {
    Kind.ACTUALS: "actuals",
    Kind.TARGETS: "targets",
    Kind.UNDO: "undo",
    Kind.CATALOGUE: "definitions",
}
SHORT = 8
"""Digits of a digest that tell files apart on a screen."""


def when(viewer: Viewer, upload: Upload) -> str:
    """The day and the time in the company's time zone and locale."""
    if upload.committed_at is None:
        return "just now"
    at = upload.committed_at.astimezone(ZoneInfo(viewer.catalogue.company.timezone))
    time = format_time(at.time(), "short", locale=viewer.formats.locale)
    return f"{viewer.formats.day(at.date())}, {time}"


def what(upload: Upload) -> str:
    """The file, or what was done without one."""
    if upload.undoes is not None:
        return f"Undo of upload {upload.undoes}"
    return upload.file_name or _KINDS[upload.kind].capitalize()


def kind(upload: Upload) -> str:
    """What it changed, in a word."""
    return _KINDS[upload.kind]


def digest(upload: Upload) -> Tree | None:
    """The beginning of the file's digest, with all of it where the pointer rests."""
    if not upload.digest or upload.undoes is not None:
        return None
    return element("span", upload.digest[:SHORT], title=f"SHA-256 {upload.digest}", klass="digest")


def link(viewer: Viewer, number: int, text: str | None = None) -> Tree:
    """A link to another upload."""
    return element("a", text or f"upload {number}", href=viewer.view.link("uploads", str(number)))


def state(viewer: Viewer, past: Past) -> Child:
    """Whether it still counts, in plain words."""
    if past.upload.state is not State.UNDONE:
        return element("span", "In force", klass="standing")
    if past.undone_by is None:
        return element("span", "Taken back", klass="standing gone")
    return element(
        "span", "Taken back by ", link(viewer, past.undone_by, f"#{past.undone_by}"), klass="standing gone"
    )


def kpi_link(viewer: Viewer, kpi: Kpi) -> Tree:
    """A link to a KPI."""
    return element("a", kpi.name, href=viewer.view.link("kpi", kpi.code))

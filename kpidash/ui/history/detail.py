"""One past upload: its facts, its file, and the KPIs that it changed."""

import streamlit as st

from kpidash.services import upload_history
from kpidash.services.upload_changes import UploadChanges
from kpidash.ui.blocks import facts, section
from kpidash.ui.elements import Child, Tree, element, show
from kpidash.ui.history import words
from kpidash.ui.viewer import Viewer

_LINKED = 12
_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


def counts(viewer: Viewer, found: UploadChanges) -> Tree:
    """The rows of the file and what became of them."""
    upload, number = found.past.upload, viewer.formats.number
    tiles = (
        ("Rows", upload.rows),
        ("New", upload.added),
        ("Changed", upload.changed),
        ("Unchanged", upload.unchanged),
        ("Rejected", upload.rejected),
    )
    return element(
        "dl",
        *(element("div", element("dt", word), element("dd", number(count))) for word, count in tiles),
        klass="tiles five",
    )


def upload_facts(viewer: Viewer, found: UploadChanges) -> Tree:
    """Who, when, what, and what became of it since."""
    upload = found.past.upload
    pairs: list[tuple[str, Child]] = [
        ("By", viewer.name(upload.actor)),
        ("When", words.when(viewer, upload)),
        ("Changed", words.kind(upload) if upload.undoes is None else found.kind.value),
    ]
    if upload.undoes is not None:
        pairs.append(("Took back", words.link(viewer, upload.undoes)))
    if found.since and upload.state != "undone":
        pairs.append(("Changed since", _since(viewer, found)))
    if upload.digest and upload.undoes is None:
        pairs.append(("SHA-256", element("span", upload.digest, klass="digest whole")))
    return section("Who and when?", facts(*pairs), klass="narrow")


def _since(viewer: Viewer, found: UploadChanges) -> Tree:
    """By which later uploads values are something else now."""
    number = viewer.formats.number
    total = sum(count for _, count in found.since)
    listed = [
        element("li", words.link(viewer, one), f": {number(count)} {'value' if count == 1 else 'values'}")
        for one, count in found.since[:_LINKED]
    ]
    more = len(found.since) - len(listed)
    if more > 0:
        listed.append(element("li", f"and {number(more)} more uploads"))
    are = "value is" if total == 1 else "values are"
    return element("ul", element("li", f"{number(total)} {are} something else by now:"), *listed)


def original(viewer: Viewer, found: UploadChanges) -> None:
    """The file as it came, or why not."""
    upload, file = found.past.upload, found.file
    if upload.undoes is not None:
        return
    if file.refusal or file.size is None:
        show(element("p", file.refusal, klass="quiet"), key="no-file")
        return
    name = (upload.file_name or f"upload-{upload.id}").replace("/", "_").replace("\\", "_")
    st.download_button(
        f"Download the file ({_size(viewer, file.size)})",
        # Made on a click that no run of this page stands before: with the rights of then.
        lambda: upload_history.file(viewer.database, viewer.scope, upload.id)[1],
        name,
        "application/octet-stream",
        on_click="ignore",
        key="original",
        help="The file as it was uploaded, byte by byte.",
    )


def _size(viewer: Viewer, size: int) -> str:
    for unit, name in _UNITS:
        if size >= unit:
            return f"{viewer.formats.number(size / unit, 1 if size < 100 * unit else 0)} {name}"
    return f"{viewer.formats.number(size)} bytes"


def touched(viewer: Viewer, found: UploadChanges) -> Tree | None:
    """Links to the KPIs whose values it changed."""
    if not found.kpis and not found.hidden:
        return None
    number = viewer.formats.number
    links: list[Child] = [
        element("a", kpi.name, element("small", number(count)), href=viewer.view.link("kpi", kpi.code))
        for kpi, count in found.kpis[:_LINKED]
    ]
    more = len(found.kpis) - len(links)
    if more > 0:
        links.append(element("span", f"and {number(more)} more in the table", klass="quiet"))
    if found.hidden:
        links.append(element("span", f"and {number(found.hidden)} that are not yours to read", klass="quiet"))
    return section("Which KPIs did it change?", element("div", *links, klass="kpilinks"))

"""The list of past uploads, a page at a time."""

from collections.abc import Sequence
from dataclasses import replace

from kpidash.services.past_uploads import PAGE, Asked, Listed
from kpidash.services.upload_history import Past
from kpidash.store.uploads import State
from kpidash.ui.blocks import facts, table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.history import words
from kpidash.ui.history.asked import KINDS, STATES, address
from kpidash.ui.viewer import Viewer

_HEADS = ("Upload", "When", "Who", "Rows", "New", "Changed", "Unchanged", "Rejected", "State")


def choices(viewer: Viewer, asked: Asked) -> Tree:
    """The kinds and the states as links, the chosen ones marked."""
    return element(
        "div",
        element("div", *(_choice(text, address(viewer, replace(asked, kind=one)), one is asked.kind)
                         for one, text in ((None, "All kinds"), *KINDS.items())),
                klass="choices", role="group", aria_label="Kind"),
        element("div", *(_choice(text, address(viewer, replace(asked, state=one)), one is asked.state)
                         for one, text in ((None, "All"), *STATES.items())),
                klass="choices", role="group", aria_label="State"),
        klass="barline uploadsbar",
    )  # fmt: skip


def _choice(text: str, href: str, chosen: bool) -> Tree:
    return element("a", text, href=href, aria_current="true" if chosen else None)


def uploads_list(viewer: Viewer, asked: Asked, found: Listed) -> Tree:
    """The uploads with the way to older and newer ones; a sentence where there are none."""
    if not found.total:
        return _none(viewer, asked)
    drawn = table(_HEADS, (_row(viewer, one) for one in found.past), "uploads")
    return element("div", drawn, _pager(viewer, asked, found))


def _none(viewer: Viewer, asked: Asked) -> Tree:
    if asked == Asked():
        start = element("a", "Upload a file", href=viewer.view.link("upload"), klass="action")
        return element("p", "Nothing was uploaded yet. The first file starts here: ", start, klass="calm")
    every = element("a", "Show all uploads", href=address(viewer, Asked()), klass="action")
    return element("p", "No upload is like this. ", every, klass="calm")


def _row(viewer: Viewer, one: Past) -> tuple[Child, ...]:
    upload, number = one.upload, viewer.formats.number
    named = element(
        "div",
        element("a", words.what(upload), href=viewer.view.link("uploads", str(upload.id)), klass="name"),
        element("small", f"#{upload.id} · {words.kind(upload)}", klass="under"),
        words.digest(upload),
        klass="upload gone" if upload.state is State.UNDONE else "upload",
    )
    counts = (upload.rows, upload.added, upload.changed, upload.unchanged, upload.rejected)
    shown = (element("span", number(count), klass=None if count else "quiet") for count in counts)
    return named, words.when(viewer, upload), viewer.name(upload.actor), *shown, words.state(viewer, one)


def _pager(viewer: Viewer, asked: Asked, found: Listed) -> Tree:
    number, last = viewer.formats.number, found.start + len(found.past)
    span = f"{number(found.start + 1)} to {number(last)} of {number(found.total)}"
    newer = address(viewer, asked, found.start - PAGE) if found.start else None
    older = address(viewer, asked, found.start + PAGE) if last < found.total else None
    return element(
        "nav",
        element("span", f"{span} {'upload' if found.total == 1 else 'uploads'}", klass="quiet"),
        element("a", "Newer", href=newer, klass="step") if newer else None,
        element("a", "Older", href=older, klass="step") if older else None,
        klass="pager",
        aria_label="Pages of the list",
    )


def sources(viewer: Viewer, past: Sequence[Past]) -> Tree:
    """Uploads in a narrow column: when, and by whom from what."""
    if not past:
        return element("p", "Nothing was uploaded for it yet.", klass="calm")
    return facts(
        *(
            (
                words.when(viewer, one.upload),
                element(
                    "span",
                    words.link(viewer, one.upload.id, words.what(one.upload)),
                    f", by {viewer.name(one.upload.actor)}",
                    klass="source",
                ),
            )
            for one in past
        )
    )

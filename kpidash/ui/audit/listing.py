"""The entries of the audit trail, a page at a time."""

from kpidash.services.audit_trail import Asked, Entry, Page
from kpidash.ui.audit import words
from kpidash.ui.audit.asked import ABOVE, BELOW, address
from kpidash.ui.blocks import table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.viewer import Viewer

_HEADS = ("What", "Before → after", "Who", "When", "From where")


def entries(viewer: Viewer, asked: Asked, found: Page) -> Tree:
    """The entries with the way to older and newer ones; a sentence where there are none."""
    if not found.entries:
        every = element("a", "Show all entries", href=address(viewer, Asked()), klass="action")
        return element("p", "No entry is like this. ", every, klass="calm")
    drawn = table(_HEADS, (_row(viewer, one) for one in found.entries), "trail-entries words")
    return element("div", drawn, _pager(viewer, asked, found))


def _row(viewer: Viewer, one: Entry) -> tuple[Child, ...]:
    named = element(
        "div",
        element(
            "a", words.action(one.action), href=viewer.view.link("audit", str(one.sequence)), klass="name"
        ),
        element("small", f"#{one.sequence} · ", words.subject(viewer, one)),
        klass="upload",
    )
    told = words.summary(viewer, one) or element("span", "–", klass="quiet")
    return named, told, words.person(viewer, one), words.when(viewer, one.at), words.origin(one)


def _pager(viewer: Viewer, asked: Asked, found: Page) -> Tree:
    number = viewer.formats.number
    first, last = found.entries[0].sequence, found.entries[-1].sequence
    newer = address(viewer, asked, **{ABOVE: first}) if found.newer else None
    older = address(viewer, asked, **{BELOW: last}) if found.older else None
    words_ = (
        f"{number(len(found.entries))} of {number(found.total)} {'entry' if found.total == 1 else 'entries'}"
    )
    return element(
        "nav",
        element("span", words_, klass="quiet"),
        element("a", "Newer", href=newer, klass="step") if newer else None,
        element("a", "Older", href=older, klass="step") if older else None,
        klass="pager",
        aria_label="Pages of the list",
    )

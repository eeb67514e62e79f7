"""One entry of the audit trail: who, when, from where, and what became what."""

from kpidash.services.audit_trail import Entry
from kpidash.ui.audit import words
from kpidash.ui.blocks import facts, section, table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.session import Viewer


def entry_facts(viewer: Viewer, one: Entry) -> Tree:
    """Who, when, from where, to what, and the digest that binds it to the entry before."""
    who: Child = one.actor
    if "@" in one.actor:
        who = element("span", f"{viewer.name(one.actor)} ", element("span", one.actor, klass="quiet"))
    return section(
        "Who, when and from where?",
        facts(
            ("Who", who),
            ("When", words.when(viewer, one.at)),
            ("In UTC", words.utc(one.at)),
            ("From where", words.origin(one)),
            ("To what", words.subject(viewer, one)),
            ("Revision", viewer.formats.number(one.revision)),
            ("Digest", element("span", one.digest or "none", klass="digest whole")),
        ),
        klass="narrow",
    )


def what(viewer: Viewer, one: Entry) -> Tree:
    """Each field before and after, and what else the entry says."""
    found, more = words.changes(one), list(words.others(viewer, one))
    left_out = int(one.detail.get("left_out") or 0)
    return element(
        "div",
        section("What became what?", _became(viewer, one, found), _left_out(viewer, left_out)),
        section("What else?", facts(*more), klass="narrow") if more else None,
    )


def _became(viewer: Viewer, one: Entry, found: list[words.Change]) -> Tree:
    if not found and one.action.startswith("upload."):
        link = element("a", "Each value, before and after", href=viewer.view.link("uploads", one.subject))
        return element("p", link, " stands with the upload.", klass="calm")
    if not found:
        return element("p", "This changed nothing that has a before and an after.", klass="calm")
    value = words.value
    if any(change.code for change in found):
        heads: tuple[str, ...] = ("Of what", "Field", "Before", "After")
        rows: list[tuple[Child, ...]] = [
            (words.definition(viewer, change), words.field(change.field), value(viewer, change.before),
             value(viewer, change.after))
            for change in found
        ]  # fmt: skip
    else:
        heads = ("Field", "Before", "After")
        rows = [
            (words.field(change.field), value(viewer, change.before), value(viewer, change.after))
            for change in found
        ]
    return table(heads, rows, "words became")


def _left_out(viewer: Viewer, count: int) -> Tree | None:
    if not count:
        return None
    fields = "field is" if count == 1 else "fields are"
    return element("p", f"{viewer.formats.number(count)} more {fields} left out here.", klass="quiet")

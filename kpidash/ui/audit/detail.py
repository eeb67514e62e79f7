"""One entry of the audit trail: who, when, from where, and what changed."""

from itertools import groupby

from kpidash.services.audit_trail import Entry
from kpidash.ui.audit import words
from kpidash.ui.blocks import facts, section, table
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.viewer import Viewer

_UNFOLDED = 60
"""Fields up to which every definition is shown unfolded."""


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
        section("What changed?", *_became(viewer, one, found), _left_out(viewer, left_out)),
        section("What else?", facts(*more), klass="narrow") if more else None,
    )


def _became(viewer: Viewer, one: Entry, found: list[words.Change]) -> list[Tree]:
    if not found and one.action.startswith("upload."):
        link = element("a", "Each value, before and after", href=viewer.view.link("uploads", one.subject))
        return [element("p", link, ", stands with the upload.", klass="calm linked")]
    if not found:
        return [element("p", "This changed nothing that has a before and an after.", klass="calm")]
    groups = groupby(found, key=lambda change: (change.kind, change.code))
    parts = [(key, list(changes)) for key, changes in groups]
    if parts[0][0] == (None, None):
        return [_fields(viewer, found)]
    return [_definition(viewer, kind, code or "", some, len(found)) for (kind, code), some in parts]


def _definition(viewer: Viewer, kind: str | None, code: str, found: list[words.Change], total: int) -> Tree:
    """The fields of one definition; folded where there are many."""
    new = all(change.before is None for change in found)
    gone = all(change.after is None for change in found)
    count = f"{len(found)} field{'' if len(found) == 1 else 's'}"
    state = f"new, {count}" if new else f"taken away, {count}" if gone else count
    name = element("b", words.definition(viewer, kind, code))
    return element(
        "details",
        element("summary", name, element("span", state, klass="quiet")),
        _fields(viewer, found),
        _way(viewer, kind, code),
        klass="definition",
        open="" if total <= _UNFOLDED else None,
    )


def _way(viewer: Viewer, kind: str | None, code: str) -> Tree | None:
    """The way to a KPI that there still is; what is folded holds no link in its title."""
    if kind != "kpis" or not viewer.catalogue.has_kpi(code):
        return None
    name = viewer.catalogue.kpi(code).name
    return element("p", element("a", f"Open {name}", href=viewer.view.link("kpi", code), klass="action"))


def _fields(viewer: Viewer, found: list[words.Change]) -> Tree:
    rows: list[tuple[Child, ...]] = [
        (
            words.field(change.field),
            words.value(viewer, change.before),
            words.value(viewer, change.after),
        )
        for change in found
    ]
    return table(("Field", "Before", "After"), rows, "words became")


def _left_out(viewer: Viewer, count: int) -> Tree | None:
    if not count:
        return None
    fields = "field is" if count == 1 else "fields are"
    return element("p", f"{viewer.formats.number(count)} more {fields} left out here.", klass="quiet")

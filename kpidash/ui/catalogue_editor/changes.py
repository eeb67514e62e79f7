"""What would change, definition by definition: each field as it is and as it would be."""

from collections.abc import Sequence

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Difference, FieldChange, Kind, What
from kpidash.ui.blocks import section, table
from kpidash.ui.catalogue_editor import words
from kpidash.ui.catalogue_editor.asked import WORDS, Asked, address
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.sentences import begun, joined
from kpidash.ui.viewer import Viewer

_MOST, _FIELDS = 60, 16
"""Definitions, and fields of one, that are drawn."""
WHAT = {What.ADDED: "new", What.CHANGED: "changed", What.REMOVED: "removed"}
_WOULD = {What.ADDED: "would be new", What.CHANGED: "would change", What.REMOVED: "would be removed"}
_PLURAL = {Kind.COMPANY: "companies", Kind.DEPARTMENT: "departments", Kind.KRA: "KRAs", Kind.KPI: "KPIs"}


def in_a_sentence(found: Sequence[Difference], *, done: bool = False) -> str:
    """How many of what would change: 2 KPIs would change and 1 department would be new.

    Of what is `done`: 2 KPIs changed and 1 department new.
    """
    parts = []
    for what in What:
        kinds = [
            words_for(kind, count)
            for kind in Kind
            if (count := sum(one.kind is kind and one.what is what for one in found))
        ]
        if kinds:
            parts.append(f"{joined(kinds)} {(WHAT if done else _WOULD)[what]}")
    return f"{joined(parts)}."


def words_for(kind: Kind, count: int) -> str:
    """So many of a kind."""
    if kind is Kind.COMPANY:
        return "the company itself"
    return f"{count} {WORDS[kind] if count == 1 else _PLURAL[kind]}"


def changes(viewer: Viewer, before: Catalogue, after: Catalogue, found: Sequence[Difference]) -> Tree:
    """Every definition that differs, with its fields."""
    gone = [one for one in found if one.what is What.REMOVED]
    others = [one for one in found if one.what is not What.REMOVED]
    blocks = [_block(viewer, before, after, one) for one in others[:_MOST]]
    blocks += [_removed(before, gone)] if gone else []
    more = max(0, len(others) - _MOST) + max(0, len(gone) - _MOST)
    rest = (
        element("p", f"and {viewer.formats.number(more)} more definitions", klass="quiet")
        if more > 0
        else None
    )
    return section("What would change?", *blocks, rest, klass="changes")


def _removed(before: Catalogue, gone: Sequence[Difference]) -> Tree:
    """What goes, in one block."""
    items = [
        element("li", element("span", one.name, klass="gone"), element("small", _where(before, one)))
        for one in gone[:_MOST]
    ]
    tag = element("span", WHAT[What.REMOVED], klass="tag removed")
    return element("article", element("h3", tag), element("ul", *items), klass="change removed")


def moved(viewer: Viewer, found: Sequence[Difference]) -> Tree:
    """What others have changed meanwhile, by name."""
    items = [
        element("li", f"{begun(WORDS[one.kind])} ", element("b", one.name), f": {_summary(one)}")
        for one in found[:_FIELDS]
    ]
    more = len(found) - len(items)
    if more > 0:
        items.append(element("li", f"and {viewer.formats.number(more)} more"))
    return element("ul", *items, klass="problems")


def _summary(one: Difference) -> str:
    if one.what is not What.CHANGED:
        return WHAT[one.what]
    labels = dict.fromkeys(words.label(one.kind, change.field) for change in one.fields)
    return f"{', '.join(labels)} changed"


def _block(viewer: Viewer, before: Catalogue, after: Catalogue, one: Difference) -> Tree:
    name = element("a", one.name, href=address(viewer, Asked(kind=one.kind, code=one.code)))
    tag = element("span", WHAT[one.what], klass=f"tag {one.what}")
    where = element("small", _where(after, one))
    return element(
        "article",
        element("h3", tag, name, where),
        _table(viewer, before, after, one) if one.fields else None,
        klass=f"change {one.what}",
    )


def _table(viewer: Viewer, before: Catalogue, after: Catalogue, one: Difference) -> Tree:
    rows: list[tuple[Child, ...]] = []
    for change in one.fields[:_FIELDS]:
        was, now = _sides(viewer, before, after, one, change)
        first = words.change_label(viewer, one, change)
        rows.append((first, now) if one.what is What.ADDED else (first, was, element("b", now)))
    heads = ("Field", "Would be") if one.what is What.ADDED else ("Field", "Is", "Would be")
    more = len(one.fields) - len(rows)
    rest = (
        element("p", f"and {viewer.formats.number(more)} more of its fields", klass="quiet")
        if more > 0
        else None
    )
    return element("div", table(heads, rows, "words even"), rest)


def _sides(
    viewer: Viewer, before: Catalogue, after: Catalogue, one: Difference, change: FieldChange
) -> tuple[str, str]:
    """A field before and after; numbers that look alike in the KPI's decimals are written in full."""
    was = words.NOTHING
    if one.what is not What.ADDED:
        was = words.value(viewer, before, one, change, change.before)
    now = words.value(viewer, after, one, change, change.after)
    if was == now and change.before is not None and change.after is not None:
        return words.plain(change.before), words.plain(change.after)
    return was, now


def _where(catalogue: Catalogue, one: Difference) -> str:
    """What it is and where it hangs."""
    kind = WORDS[one.kind]
    if one.kind is Kind.KPI:
        kpi = catalogue.kpi(one.code)
        return f"{kind} of {catalogue.kra(kpi.kra).name}, {catalogue.department_of(kpi).name}"
    if one.kind is Kind.KRA:
        return f"{kind} of {catalogue.department(catalogue.kra(one.code).department).name}"
    return kind

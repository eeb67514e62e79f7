"""Whom and what a change concerns: people, what they may see, how KPIs would stand, and saved values."""

from collections.abc import Iterator, Sequence

from kpidash.domain.access import Capability
from kpidash.domain.differences import Difference
from kpidash.domain.scorecard import Rolled
from kpidash.services.affected import Affected, Turn
from kpidash.services.catalogue_review import Review
from kpidash.services.saved_values import Fate
from kpidash.services.standings import Standing
from kpidash.ui.blocks import section, table
from kpidash.ui.elements import Child, Tree, element, pill
from kpidash.ui.sentences import joined
from kpidash.ui.viewer import Viewer

_MOST, _NAMED = 40, 4
_DEEDS = {
    Capability.READ: "see",
    Capability.UPLOAD: "upload for",
    Capability.DEFINE: "define",
    Capability.MANAGE_USERS: "give roles in",
    Capability.AUDIT: "audit",
    Capability.CHECK_IN: "check in for",
    Capability.PROPOSE_TARGETS: "propose targets for",
}


def people(viewer: Viewer, review: Review) -> Tree:
    """Owners and heads of what would change, and whose sight or rights would change by it."""
    if not review.people and not review.turns:
        calm = element(
            "p", "Nobody owns or heads what would change, and nobody sees more or less.", klass="calm"
        )
        return section("Who is affected?", calm)
    turns: dict[str, list[Turn]] = {}
    for turn in review.turns:
        turns.setdefault(turn.email, []).append(turn)
    concerned = {one.email: one for one in review.people}
    emails = list(dict.fromkeys([*turns, *concerned]))  # whose rights would change come first
    rows: list[tuple[Child, ...]] = [
        (
            _name(viewer, review, email),
            _theirs(concerned.get(email)),
            element("span", *_rights(turns.get(email, ()))) if email in turns else "as before",
        )
        for email in emails[:_MOST]
    ]
    more = len(emails) - len(rows)
    rest = element("p", f"and {viewer.formats.number(more)} more people", klass="quiet") if more > 0 else None
    heads = ("Person", "Owns or heads", "May do")
    return section("Who is affected?", table(heads, rows, "words even"), rest)


def _name(viewer: Viewer, review: Review, email: str) -> str:
    return review.names.get(email) or viewer.name(email)


def _theirs(one: Affected | None) -> str:
    if one is None:
        return "nothing that changes"
    parts = [f"owns {_some(one.owns)}"] if one.owns else []
    for name, found in one.heads:
        others = [difference for difference in found if difference.name != name]
        parts.append(f"heads {name}" + (f": {_some(others)}" if others else ""))
    return "; ".join(parts)


def _some(found: Sequence[Difference]) -> str:
    named = [one.name for one in found[:_NAMED]]
    more = len(found) - len(named)
    return joined([*named, f"{more} more"] if more > 0 else named)


def _rights(turns: Sequence[Turn]) -> list[Tree]:
    """What would be gained and lost, each in one line for the places that it is about."""
    lines: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for turn in turns:
        lines.setdefault((turn.gained, turn.places), []).append(_DEEDS[turn.capability])
    return [
        element("span", f"{_MAY[gained]} {joined(deeds)} ", element("b", _places(places)),
                klass=f"turn {'gained' if gained else 'lost'}")
        for (gained, places), deeds in lines.items()
    ]  # fmt: skip


_MAY = {True: "may now", False: "may no longer"}


def _places(places: Sequence[str]) -> str:
    more = len(places) - _NAMED
    return joined([*places[:_NAMED], f"{more} more"] if more > 0 else list(places))


_BLIND = (
    "You may define what is measured, but not read the numbers: statuses and scores are not shown to you."
)
_ALIKE = "No status and no score that you may read would change."


def standings(viewer: Viewer, review: Review) -> Tree:
    """Statuses and scores that would change in the month of today, as far as this person may read them."""
    shown, title = review.standings, "What would stand differently?"
    if not viewer.scope.may(Capability.READ) or not shown.reads:
        return section(title, element("p", _BLIND, klass="calm"))
    month = f"Judged in the month of {viewer.formats.day(viewer.today)}."
    if not shown.found:
        return section(title, element("p", _ALIKE, klass="calm"), note=month)
    rows: list[tuple[Child, ...]] = [
        (_subject(one), _state(viewer, one.before, "new"), _state(viewer, one.after, "removed"))
        for one in shown.found[:_MOST]
    ]
    more = len(shown.found) - len(rows)
    rest = element("p", f"and {viewer.formats.number(more)} more", klass="quiet") if more > 0 else None
    return section(title, table(("What", "Stands", "Would stand"), rows, "words even"), rest, note=month)


def _subject(one: Standing) -> Tree:
    kind = {"kpi": "KPI", "kra": "KRA"}.get(one.kind, one.kind)
    return element("span", element("b", one.name), " ", element("small", kind))


def _state(viewer: Viewer, rolled: Rolled | None, missing: str) -> Child:
    if rolled is None:
        return missing
    return pill(rolled.status, viewer.formats.score(rolled.score, missing="") or None)


_SAVED = {
    Fate.HIDDEN: "shown nowhere; they stay in the database, and come back with a KPI of the same code",
    Fate.BACK: "come back: a KPI of this code was removed once",
    Fate.UNUSED: "not used while the KPI is calculated from others",
    Fate.MISFIT: "do not fit its dimensions ({dimensions}); they count in its total as before, and a file "
                 "that gives them in the new way would add to them, so undo their uploads first",
}  # fmt: skip


def saved(viewer: Viewer, review: Review) -> Tree | None:
    """What would become of actuals and targets that are saved already."""
    number = viewer.formats.number
    rows: list[tuple[Child, ...]] = [
        (one.name, number(one.count), _SAVED[one.fate].format(dimensions=", ".join(one.dimensions)))
        for one in review.saved[:_MOST]
    ]
    more = len(review.saved) - len(rows)
    said = [element("li", f"and {number(more)} more KPIs")] if more > 0 else []
    said += [element("li", text) for text in _stays(viewer, review)]
    if not rows and not said:
        return None
    drawn = table(("KPI", "Saved values", "What becomes of them"), rows, "words") if rows else None
    return section("What becomes of what is saved?", drawn, element("ul", *said, klass="problems"))


def _stays(viewer: Viewer, review: Review) -> Iterator[str]:
    """What stays although the text leaves it out."""
    if review.uploaded > 0:
        count = viewer.formats.number(review.uploaded)
        were = "target was" if review.uploaded == 1 else "targets were"
        yield f"{count} {were} left out, but came by an upload and would stay: take that upload back instead."
    if review.left_out:
        count = viewer.formats.number(review.left_out)
        stay = "definition that the text does not name stays" if review.left_out == 1 else _STAY
        yield f"{count} {stay} as before."


_STAY = "definitions that the text does not name stay"

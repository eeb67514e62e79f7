"""What a KPI measures and by which rule it is judged, in plain words."""

from kpidash.domain.catalogue import Aggregation, Direction, Kpi, Pace, Trajectory
from kpidash.services import points
from kpidash.services.catalogues import ELSEWHERE
from kpidash.services.goalposts import Goalpost, Target
from kpidash.ui import wording
from kpidash.ui.blocks import facts
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.history.words import link, when
from kpidash.ui.viewer import Viewer

_MOVES = 3
"""Moves of one target that are told."""
_AGGREGATION = {
    Aggregation.SUM: "values of all periods and segments are added",
    Aggregation.MEAN: "the plain mean of all values",
    Aggregation.LAST: "the last value counts, segments added",
    Aggregation.MIN: "the least value counts",
    Aggregation.MAX: "the greatest value counts",
    Aggregation.RATIO: "total numerator over total denominator, never an average of ratios",
}
_DIRECTION = {
    Direction.INCREASE: "higher is better",
    Direction.DECREASE: "lower is better",
    Direction.MAINTAIN: "inside the range is best",
}


def definition(viewer: Viewer, kpi: Kpi) -> Tree:
    """The definition as words and meanings."""
    formats = viewer.formats
    pairs: list[tuple[str, Child]] = [
        ("Measures", kpi.definition or "no definition is written yet"),
        ("Counts", "from other KPIs, by the formula" if kpi.formula else _AGGREGATION[kpi.aggregation]),
        ("Good is", _DIRECTION[kpi.direction]),
        ("Judged", f"{wording.rule(kpi, formats)}, off target below; shares of the target attained"),
        ("Reported", f"{kpi.frequency}, due {kpi.grace_days} days after the period ends"),
        ("Kind", f"{kpi.level}, {kpi.indicator}"),
        ("Owner", viewer.name(kpi.owner)),
        ("Source", kpi.source or "not given"),
    ]  # fmt: skip
    if kpi.formula:
        pairs.insert(2, ("Formula", _formula(viewer, kpi.formula)))
    if kpi.pace is Pace.WORKDAYS:
        pairs.insert(-2, ("Pace", "a running period's target grows by working days"))
    pairs += [(mark.name, f"{formats.value(mark.value, kpi)} ({mark.source or 'no source'})")
              for mark in kpi.benchmarks]  # fmt: skip
    return facts(*pairs)


def targets(viewer: Viewer, kpi: Kpi, most: int = 12) -> Tree:
    """The targets as they were set, the latest first."""
    if not kpi.targets:
        return element("p", "No target is set. A targets file or the catalogue can set one.", klass="calm")
    moves: dict[tuple[object, ...], list[Goalpost]] = {}
    for one in viewer.goalposts(kpi.code):
        moves.setdefault(one.was.key, []).append(one)
    said: list[tuple[str, Child]] = []
    for target in points.nearest(kpi.targets, viewer.as_of, most):
        moved = [_moved(viewer, kpi, one) for one in moves.get(target.key, ())[:_MOVES]]
        said.append((when_of(viewer, target), element("span", goal(viewer, kpi, target), *moved)))
    return facts(*said)


def _moved(viewer: Viewer, kpi: Kpi, one: Goalpost) -> Tree:
    """What the target was, until when, and who changed it."""
    upload = one.until.upload
    was = element("b", goal(viewer, kpi, one.was))
    by = f" until {when(viewer, upload)}, moved by {viewer.name(upload.actor)} in "
    return element("small", "was ", was, by, link(viewer, upload.id), klass="goalpost")


def moved(viewer: Viewer, kpi: Kpi, one: Goalpost) -> str:
    """The same in a few words, for a mark on a figure."""
    return f"was {goal(viewer, kpi, one.was)} until {when(viewer, one.until.upload)}"


def when_of(viewer: Viewer, target: Target) -> str:
    """The period or the days that a target is for."""
    formats = viewer.formats
    if isinstance(target, Trajectory):
        return f"{formats.day(target.begins)} to {formats.day(target.due)}"
    return formats.period(target.period)


def goal(viewer: Viewer, kpi: Kpi, target: Target, *, exact: bool = False) -> str:
    """What a target asks for; large values in full where `exact`."""
    formats = viewer.formats
    if isinstance(target, Trajectory):
        change = "" if target.change is None else f" ({formats.share(target.change)})"
        ends = (formats.value(number, kpi, exact=exact) for number in (target.baseline, target.value))
        return f"from {' to '.join(ends)}{change}"
    phased = ", phased as last year" if target.phasing else ""
    if target.low is not None and target.high is not None:
        return formats.span(target.low, target.high, kpi, exact=exact) + phased
    return formats.value(target.value, kpi, exact=exact) + phased


def _formula(viewer: Viewer, formula: str) -> str:
    """The formula with names in place of codes; KPIs that are not for this person stay nameless."""
    formula = formula.replace(ELSEWHERE, "a KPI of another department")
    for kpi in viewer.catalogue.kpis:
        formula = formula.replace("{" + kpi.code + "}", kpi.name)
    signs = {"year_ago(": "a year earlier (", " * ": " × ", " / ": " ÷ ", " - ": " − "}
    for written, shown in signs.items():
        formula = formula.replace(written, shown)
    return formula

"""The words of the editor: labels of fields, choices in place of codes, and values as people read them."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from kpidash.domain.catalogue import (
    Aggregation,
    Catalogue,
    Direction,
    Indicator,
    Kpi,
    Level,
    Pace,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.differences import Difference, FieldChange, Kind
from kpidash.domain.period import Frequency
from kpidash.ui.definition import goal, when_of
from kpidash.ui.viewer import Viewer

CHOICES: dict[type[StrEnum], Mapping[Any, str]] = {
    Unit: {
        Unit.CURRENCY: "Money, in the company's currency",
        Unit.PERCENT: "Percent",
        Unit.NUMBER: "A plain number",
        Unit.DURATION: "A time, in seconds",
        Unit.RATIO: "A ratio",
    },
    Direction: {
        Direction.INCREASE: "Higher is better",
        Direction.DECREASE: "Lower is better",
        Direction.MAINTAIN: "Inside a range is best",
    },
    Frequency: {
        Frequency.DAILY: "Every day",
        Frequency.WEEKLY: "Every week",
        Frequency.MONTHLY: "Every month",
        Frequency.QUARTERLY: "Every quarter",
        Frequency.YEARLY: "Every year",
    },
    Aggregation: {
        Aggregation.SUM: "Added up",
        Aggregation.MEAN: "The plain mean of all values",
        Aggregation.LAST: "The last value counts",
        Aggregation.MIN: "The least value counts",
        Aggregation.MAX: "The greatest value counts",
        Aggregation.RATIO: "Total numerator over total denominator",
    },
    Level: {Level.STRATEGIC: "Strategic", Level.OPERATIONAL: "Operational"},
    Indicator: {
        Indicator.LEADING: "Leading: moves before the result",
        Indicator.LAGGING: "Lagging: tells the result",
    },
    Pace: {Pace.LINEAR: "By calendar days", Pace.WORKDAYS: "By working days"},
}
"""What each choice means."""

LABELS: dict[str, str] = {
    "code": "Code",
    "name": "Name",
    "parent": "Drives",
    "head": "Head",
    "weight": "Weight",
    "department": "Department",
    "owner": "Owner",
    "purpose": "Purpose",
    "horizon": "Until",
    "review": "Reviewed",
    "kra": "KRA",
    "definition": "What it measures",
    "level": "Level",
    "indicator": "Leading or lagging",
    "unit": "Unit",
    "unit_label": "Word behind the number",
    "decimals": "Decimals",
    "direction": "Good is",
    "frequency": "Reported",
    "aggregation": "Rolled up",
    "formula": "Formula",
    "dimensions": "Dimensions",
    "on_target": "On target from",
    "at_risk": "At risk from",
    "grace_days": "Days until an actual is due",
    "pace": "Pace of a running period",
    "source": "Source",
    "targets": "Target",
    "benchmarks": "Benchmark",
    "currency": "Currency",
    "locale": "Numbers and days as in",
    "timezone": "Time zone",
    "fiscal_year_start": "Fiscal year begins in",
    "holidays": "Holidays of",
}
_DEPARTMENT = {"parent": "Belongs to"}
SHARES = ("on_target", "at_risk")
"""Fields that are shares of the target, and written as percentages."""
NOTHING = "nothing"


def label(kind: Kind, field: str) -> str:
    """The name of a field on the screen."""
    own = _DEPARTMENT if kind is Kind.DEPARTMENT else {}
    return own.get(field, LABELS.get(field, field))


def change_label(viewer: Viewer, one: Difference, change: FieldChange) -> str:
    """The same of a change; of a target or benchmark with which one it is."""
    said = label(one.kind, change.field)
    entry = change.after if change.before is None else change.before
    if isinstance(entry, PeriodTarget | Trajectory):
        return f"{said} {when_of(viewer, entry)}"
    return f"{said} “{change.key}”" if change.key else said


def value(viewer: Viewer, catalogue: Catalogue, one: Difference, change: FieldChange, said: Any) -> str:
    """A field's value, before or after, as people read it; `catalogue` knows what codes stand for."""
    if said is None or said == "" or said == ():
        return NOTHING
    if isinstance(said, StrEnum):
        return CHOICES[type(said)][said]
    if change.field in {"targets", "benchmarks"}:
        return _entry(viewer, catalogue.kpi(one.code), said)
    if change.field in _PEOPLE:
        return viewer.name(said)
    if change.field in SHARES:
        return f"{viewer.formats.share(said, decimals=_places(said * 100))} of the target"
    if isinstance(said, date):
        return viewer.formats.day(said)
    if isinstance(said, tuple):
        return ", ".join(said)
    if change.field == "fiscal_year_start":
        return MONTHS[said - 1]
    if isinstance(said, int | float):
        return viewer.formats.number(said, _places(said))
    return named(catalogue, one.kind, change.field, str(said))


_PEOPLE = {"head", "owner"}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


def _entry(viewer: Viewer, kpi: Kpi, said: Any) -> str:
    if isinstance(said, PeriodTarget | Trajectory):
        return goal(viewer, kpi, said, exact=True)
    return f"{viewer.formats.value(said.value, kpi, exact=True)} ({said.source or 'no source'})"


def named(catalogue: Catalogue, kind: Kind, field: str, code: str) -> str:
    """The name of what a code refers to; texts that refer to nothing as they are."""
    known: Mapping[str, Any] = {}
    if field == "department" or (field == "parent" and kind is Kind.DEPARTMENT):
        known = {one.code: one for one in catalogue.departments}
    elif field == "kra":
        known = {one.code: one for one in catalogue.kras}
    elif field == "parent":
        known = {one.code: one for one in catalogue.kpis}
    return known[code].name if code in known else code


def plain(said: Any) -> str:
    """A value in all its digits."""
    if isinstance(said, PeriodTarget):
        numbers = (said.value, said.low, said.high)
        phased = ", phased as last year" if said.phasing else ""
        return " to ".join(f"{number!r}" for number in numbers if number is not None) + phased
    if isinstance(said, Trajectory):
        return f"from {said.baseline!r} on {said.begins} to {said.value!r} by {said.due}"
    return repr(getattr(said, "value", said))


def _places(number: float) -> int:
    """Decimals that a number needs, at most six."""
    digits = f"{number:.6f}".rstrip("0").partition(".")[2]
    return len(digits)

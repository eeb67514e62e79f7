"""The kinds of KPI that a definition chooses from (RULES.md §1, CONTRACT.md)."""

from enum import StrEnum


class Unit(StrEnum):
    """What the values of a KPI are; durations are in seconds, percentages in percent points."""

    CURRENCY = "currency"
    PERCENT = "percent"
    NUMBER = "number"
    DURATION = "duration"
    RATIO = "ratio"


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class Aggregation(StrEnum):
    """How actuals roll up over segments and periods (RULES.md §3)."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    MIN = "min"
    MAX = "max"
    RATIO = "ratio"


class Level(StrEnum):
    """High-level or low-level."""

    STRATEGIC = "strategic"
    OPERATIONAL = "operational"


class Indicator(StrEnum):
    """Whether the KPI moves before the result or tells it."""

    LEADING = "leading"
    LAGGING = "lagging"


class Pace(StrEnum):
    """By what a running period counts for its elapsed part."""

    LINEAR = "linear"
    WORKDAYS = "workdays"

"""Definitions of single things: company, department, KRA, KPI, target, benchmark (RULES.md §1, CONTRACT.md).

Each class refuses with ValueError what is impossible by itself. What depends on other definitions is
checked by `kpidash.domain.references`, and what people get wrong in files by `kpidash.ingest.definitions`.
"""

import math
import re
from dataclasses import dataclass
from datetime import date

from kpidash.domain.formula import parse_formula
from kpidash.domain.kinds import Aggregation, Direction, Indicator, Level, Pace, Unit
from kpidash.domain.period import Frequency, Period

CODE = re.compile(r"[a-z0-9-]{1,100}")
"""What a code looks like; a bound, because codes are keys in every store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """How the company counts: ISO 4217 currency, locale like `en_IN`, month in which its year starts."""

    name: str = ""
    currency: str = "USD"
    locale: str = "en_US"
    timezone: str = "UTC"
    fiscal_year_start: int = 1
    holidays: str | None = None

    def __post_init__(self) -> None:
        _refuse_unless(1 <= self.fiscal_year_start <= 12, "fiscal_year_start is a month from 1 to 12")


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A node of the organisation tree; without `parent` it is at the top. `head` is a user."""

    code: str
    name: str
    parent: str | None = None
    head: str | None = None
    weight: float = 1.0

    def __post_init__(self) -> None:
        _refuse_code(self.code)
        _refuse_weight(self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kra:
    """A key result area of a department."""

    code: str
    department: str
    name: str
    owner: str | None = None
    purpose: str | None = None
    weight: float = 1.0
    horizon: date | None = None
    review: str | None = None

    def __post_init__(self) -> None:
        _refuse_code(self.code)
        _refuse_weight(self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodTarget:
    """A goal for one period: a `value`, or for `maintain` KPIs a `low` and a `high`."""

    period: Period
    value: float | None = None
    low: float | None = None
    high: float | None = None
    phasing: str | None = None

    def __post_init__(self) -> None:
        if self.value is not None and self.low is None and self.high is None and self.phasing is None:
            _refuse_unless(math.isfinite(self.value), "a target is a finite number")
            return  # most are only a number, and there are many
        band = (self.low is not None) + (self.high is not None)
        _refuse_unless((self.value is not None, band) in {(True, 0), (False, 2)}, "value, or low and high")
        _refuse_unless(self.low is None or self.high is None or self.low <= self.high, "low is at most high")
        _refuse_unless(_all_finite(self.value, self.low, self.high), "a target is a finite number")
        _refuse_unless(self.phasing in {None, "last_year"}, "phasing is last_year or nothing")

    @property
    def key(self) -> tuple[str, date, date]:
        """What a KPI has one target for; keys sort in time."""
        return "period", self.period.start, self.period.end

    def fits(self, direction: Direction) -> bool:
        """Whether KPIs of this direction can have this target."""
        return (self.value is None) == (direction is Direction.MAINTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """A goal to move from `baseline` on the day `begins` to `value` on the day `due`.

    `change` is the relative change that the file gave (−0.05 for "-5%"), None where it gave the value.
    """

    baseline: float
    begins: date
    due: date
    value: float
    change: float | None = None

    def __post_init__(self) -> None:
        _refuse_unless(self.begins < self.due, "a trajectory begins before it is due")
        _refuse_unless(_all_finite(self.baseline, self.value, self.change), "a target is a finite number")

    @property
    def key(self) -> tuple[str, date, date]:
        """What a KPI has one target for; keys sort in time."""
        return "trajectory", self.begins, self.begins

    def fits(self, direction: Direction) -> bool:
        """Whether KPIs of this direction can have this target."""
        return direction is not Direction.MAINTAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """An outside reference with its source."""

    name: str
    value: float
    source: str | None = None

    def __post_init__(self) -> None:
        _refuse_unless(_all_finite(self.value), "a benchmark is a finite number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A measured indicator of a KRA, with the rule by which it is rolled up and judged.

    `grace_days` after a native period's end an actual is due. `parent` is the strategic KPI that this one
    drives. Targets are put in order of time; a period, and the day on which a trajectory begins, occurs once.
    """

    code: str
    kra: str
    name: str
    unit: Unit
    direction: Direction
    frequency: Frequency
    aggregation: Aggregation
    definition: str | None = None
    level: Level = Level.STRATEGIC
    indicator: Indicator = Indicator.LAGGING
    unit_label: str | None = None
    decimals: int = 0
    formula: str | None = None
    dimensions: tuple[str, ...] = ()
    weight: float = 1.0
    on_target: float = 1.0
    at_risk: float = 0.9
    grace_days: int = 5
    pace: Pace = Pace.LINEAR
    owner: str | None = None
    source: str | None = None
    parent: str | None = None
    targets: tuple[PeriodTarget | Trajectory, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()

    def __post_init__(self) -> None:
        _refuse_code(self.code)
        _refuse_weight(self.weight)
        _refuse_unless(0 < self.at_risk <= self.on_target < math.inf, "0 < at_risk <= on_target")
        _refuse_unless(self.grace_days >= 0, "grace_days is 0 or more")
        _refuse_unless(0 <= self.decimals <= 9, "decimals is 0 to 9")
        if self.formula is not None:
            parse_formula(self.formula)
        ordered = tuple(sorted(self.targets, key=lambda target: target.key))
        _refuse_unless(len({one.key for one in ordered}) == len(ordered), "a target is given twice")
        fitting = all(target.fits(self.direction) for target in ordered)
        _refuse_unless(fitting, "a maintain KPI has targets with low and high, every other a value")
        object.__setattr__(self, "targets", ordered)


def _refuse_code(code: str) -> None:
    _refuse_unless(CODE.fullmatch(code) is not None, f"'{code}' is not a code: use a-z, 0-9 and -")


def _refuse_weight(weight: float) -> None:
    _refuse_unless(0 < weight < math.inf, "a weight is a number above 0")


def _all_finite(*numbers: float | None) -> bool:
    return all(number is None or math.isfinite(number) for number in numbers)


def _refuse_unless(possible: bool, message: str) -> None:
    if not possible:
        raise ValueError(message)

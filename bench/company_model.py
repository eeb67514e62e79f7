"""The definitions of companies of any size: departments of twenty KPIs, one of each kind."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidash.domain.catalogue import (
    Aggregation,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    Level,
    Pace,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.period import Frequency, period_containing

FIRST, AS_OF = date(2023, 10, 1), date(2026, 10, 15)
"""The first day that has an actual, and the day in whose morning the company is looked at."""
FISCAL_YEAR_START = 4
IN_DEPARTMENT, IN_KRA, IN_DIVISION = 20, 5, 10
"""KPIs in a department and in a KRA, departments in a division."""


@dataclass(frozen=True)
class Kind:
    """One of the twenty kinds: `level` is the value around which actuals lie (of sums that of one period),
    `aims` how its targets are given: months, years, phased (years, by last year's course), band, path.
    """

    frequency: Frequency
    aggregation: Aggregation
    unit: Unit
    direction: Direction
    level: float
    aims: str
    formula: str | None = None
    dimensions: tuple[str, ...] = ()

    @property
    def percent(self) -> bool:
        """Whether it is a share of something."""
        return self.aggregation is Aggregation.RATIO


_D, _W, _M, _Q, _Y = Frequency
_SUM, _MEAN, _LAST, _MIN, _MAX, _RATIO = (
    Aggregation.SUM, Aggregation.MEAN, Aggregation.LAST, Aggregation.MIN, Aggregation.MAX, Aggregation.RATIO
)  # fmt: skip
_UP, _DOWN, _KEEP = Direction.INCREASE, Direction.DECREASE, Direction.MAINTAIN
_MONEY, _SHARE, _COUNT, _TIME = Unit.CURRENCY, Unit.PERCENT, Unit.NUMBER, Unit.DURATION
_BOTH, _ONE = ("product", "region"), ("region",)

KINDS = (
    Kind(_D, _SUM, _MONEY, _UP, 1000, "phased", dimensions=_BOTH),
    Kind(_D, _SUM, _COUNT, _DOWN, 40, "months", dimensions=_BOTH),
    Kind(_D, _RATIO, _SHARE, _UP, 91, "years", dimensions=_BOTH),
    Kind(_D, _MEAN, _TIME, _DOWN, 320, "path", dimensions=_BOTH),
    Kind(_M, _SUM, _SHARE, _UP, 25, "years", formula="{{{0}}} / {{{1}}}"),
    Kind(_D, _SUM, _COUNT, _UP, 75, "years", dimensions=_BOTH),
    Kind(_D, _RATIO, _SHARE, _DOWN, 4, "months", dimensions=_BOTH),
    Kind(_D, _MAX, _TIME, _DOWN, 900, "years", dimensions=_BOTH),
    Kind(_D, _MIN, _COUNT, _UP, 12, "years", dimensions=_BOTH),
    Kind(_W, _SUM, _COUNT, _UP, 500, "years", dimensions=_ONE),
    Kind(_W, _MEAN, _COUNT, _UP, 8, "years"),
    Kind(_W, _RATIO, _SHARE, _UP, 97, "years", dimensions=_ONE),
    Kind(_M, _SUM, _MONEY, _UP, 50_000, "phased"),
    Kind(_M, _RATIO, _SHARE, _UP, 62, "path"),
    Kind(_M, _LAST, _COUNT, _KEEP, 100, "band"),
    Kind(_M, _LAST, _COUNT, _UP, 240, "months"),
    Kind(_M, _SUM, _SHARE, _UP, 5, "years", formula="({{{12}}} / year_ago({{{12}}}) - 1) * 100"),
    Kind(_M, _MEAN, _TIME, _DOWN, 30, "none"),
    Kind(_Q, _SUM, _MONEY, _UP, 9_000, "years"),
    Kind(_Y, _LAST, _COUNT, _UP, 77, "years"),
)
"""In each department one of each; formulas name the place of their inputs here."""


def catalogue(kpis: int) -> Catalogue:
    """Divisions of ten departments, of four KRAs, of five KPIs; `kpis` is a multiple of twenty."""
    count = kpis // IN_DEPARTMENT
    divisions = range(-(-count // IN_DIVISION))
    return Catalogue(
        company=Company(
            name=f"Company of {kpis} KPIs",
            currency="INR",
            locale="en_IN",
            timezone="Asia/Kolkata",
            fiscal_year_start=FISCAL_YEAR_START,
            holidays="IN",
        ),
        departments=(
            *(Department(code=f"division-{one:02d}", name=f"Division {one}") for one in divisions),
            *(
                Department(
                    code=f"dept-{one:03d}",
                    name=f"Department {one}",
                    parent=f"division-{one // IN_DIVISION:02d}",
                )
                for one in range(count)
            ),
        ),
        kras=tuple(
            Kra(
                code=_kra(number),
                department=f"dept-{number // IN_DEPARTMENT:03d}",
                name=f"Result area {number // IN_KRA}",
                purpose="Keep what was promised",
            )
            for number in range(0, kpis, IN_KRA)
        ),
        kpis=tuple(_kpi(number) for number in range(kpis)),
    )


def _kra(number: int) -> str:
    return f"kra-{number // IN_KRA:04d}"


def _kpi(number: int) -> Kpi:
    place = number % IN_DEPARTMENT
    kind = KINDS[place]
    codes = [f"kpi-{number - place + other:04d}" for other in range(IN_DEPARTMENT)]
    return Kpi(
        code=codes[place],
        kra=_kra(number),
        name=f"Indicator {number}",
        definition="What is counted, and what is left out",
        unit=kind.unit,
        direction=kind.direction,
        frequency=kind.frequency,
        aggregation=kind.aggregation,
        level=Level.STRATEGIC if place % 4 == 0 else Level.OPERATIONAL,
        formula=kind.formula and kind.formula.format(*codes),
        dimensions=kind.dimensions,
        weight=1.0 + place % 3,
        pace=Pace.WORKDAYS if place == 5 else Pace.LINEAR,
        owner=f"owner-{number % 97}@example.com",
        source="Ledger",
        parent=codes[0] if place == 1 else None,
        targets=_targets(kind, np.random.default_rng(number)),
    )


def _targets(kind: Kind, random: np.random.Generator) -> tuple[PeriodTarget | Trajectory, ...]:
    aim = kind.level * float(random.uniform(0.92, 1.06))
    begins = [date(year, FISCAL_YEAR_START, 1) for year in range(2023, 2027)]
    years = [period_containing(day, Frequency.YEARLY, FISCAL_YEAR_START) for day in begins]
    if kind.aims == "none":
        return ()
    if kind.aims == "band":
        return tuple(PeriodTarget(period=year, low=0.95 * aim, high=1.1 * aim) for year in years)
    if kind.aims == "path":
        goal = {"value": 0.95 * aim, "change": -0.05}
        dues = [day.replace(month=9, day=30) for day in begins]
        paired = zip(begins, dues, strict=True)
        return tuple(Trajectory(baseline=aim, begins=day, due=due, **goal) for day, due in paired)
    additive = kind.aggregation is Aggregation.SUM and not kind.formula
    if kind.aims == "months":
        months = [
            period_containing(date(2024 + at // 12, at % 12 + 1, 1), Frequency.MONTHLY) for at in range(36)
        ]
        return tuple(PeriodTarget(period=one, value=aim * (30 if additive else 1)) for one in months)
    in_year = {_D: 365, _W: 52, _M: 12, _Q: 4, _Y: 1}[kind.frequency] if additive else 1
    phasing = "last_year" if kind.aims == "phased" and kind.frequency is _M else None
    return tuple(PeriodTarget(period=one, value=aim * in_year, phasing=phasing) for one in years)

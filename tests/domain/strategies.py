"""Small companies for hypothesis: definitions, targets and actuals in every mixture that the rules speak of.

What decides a case (kinds, periods, which targets there are) is drawn one by one so that a failing company
shrinks; the many numbers of its actuals come from a drawn seed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from kpidash.domain.catalogue import (
    Aggregation,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    Pace,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.period import (
    Frequency,
    Period,
    Window,
    add_months,
    parse_window,
    period_containing,
)
from tests.domain.reference import Row

DAY = timedelta(days=1)
NATIVE_MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.YEARLY: 12}
TURNS = (
    date(2024, 2, 29), date(2025, 2, 28), date(2020, 12, 31), date(2021, 1, 3), date(2021, 1, 4),
    date(2026, 12, 31), date(2027, 1, 3), date(2026, 10, 15), date(2025, 9, 30), date(2025, 10, 1),
    date(2024, 12, 30), date(2026, 1, 1), date(2023, 12, 31),
)  # fmt: skip
"""Days at which calendars turn: leap days, weeks 53, ends and starts of months, quarters and years."""
WEIGHTS = (1.0, 2.0, 5.0, 0.5, 0.1, 0.2, 0.3, 0.6, 0.7)


@dataclass(frozen=True)
class Question:
    """A company, its actuals, and what is asked of it."""

    catalogue: Catalogue
    rows: list[Row]
    window: Window
    as_of: date
    holidays: frozenset[date]

    def __repr__(self) -> str:
        """What a person needs to see of a failing case; of its actuals the first ones."""
        shown = [self.catalogue.company.fiscal_year_start, self.window, self.as_of, sorted(self.holidays)[:9]]
        lines = [*shown, *self.catalogue.departments, *self.catalogue.kras, *self.catalogue.kpis]
        lines += [f"{len(self.rows)} rows", *sorted(self.rows, key=lambda row: (row.kpi, row.start))[:60]]
        return "\n".join(str(line)[:1500] for line in lines)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A whole company and a question about it."""
    year_start = draw(st.integers(1, 12))
    as_of = draw(st.sampled_from(TURNS) | st.dates(date(2020, 1, 1), date(2027, 12, 31)))
    window = parse_window(draw(windows(as_of, year_start)), as_of, year_start)
    departments = draw(department_trees())
    kras = draw(kras_of(departments))
    kpis: list[Kpi] = []
    rows: list[Row] = []
    if kras:
        calculated = draw(st.integers(0, 2))
        # Binary numbers cancel exactly and decimals do not: no formula may divide by what is left of 0.1s.
        kinds = ["plain", "plain", "with zeros", "signed", *([] if calculated else ["tenths"])]
        for number in range(draw(st.integers(1, 5))):
            kpi = draw(reported_kpis(f"k{number}", kras, window, as_of, year_start))
            kpis.append(kpi)
            rows += draw(actuals_of(kpi, draw(st.sampled_from(kinds)), window, as_of, year_start))
        for number in range(calculated):
            kpis.append(draw(calculated_kpis(f"f{number}", kras, kpis, window, as_of, year_start)))
    catalogue = Catalogue(
        company=Company(fiscal_year_start=year_start),
        departments=departments,
        kras=kras,
        kpis=tuple(draw(st.permutations(kpis))),
    )
    rows = Random(draw(st.integers(0, 9))).sample(rows, len(rows))  # noqa: S311 - order of rows, no secret
    return Question(catalogue, rows, window, as_of, draw(days_off(window, as_of)))


@st.composite
def windows(draw: st.DrawFn, as_of: date, year_start: int) -> str:
    """A label of any kind of window, from two years before `as_of` to a year after."""
    kind = draw(st.sampled_from(["ytd", "r12", *NATIVE_MONTHS]))
    if not isinstance(kind, Frequency):
        return kind
    nearest = {Frequency.MONTHLY: (-14, 3), Frequency.QUARTERLY: (-5, 2), Frequency.YEARLY: (-2, 1)}[kind]
    shift = draw(st.integers(*nearest)) * NATIVE_MONTHS[kind]
    return period_containing(add_months(as_of, shift), kind, year_start).label(year_start)


@st.composite
def department_trees(draw: st.DrawFn) -> tuple[Department, ...]:
    """One to five departments, each at the top or below an earlier one, in any order."""
    found: list[Department] = []
    for number in range(draw(st.integers(1, 5))):
        parent = draw(st.sampled_from([None, *(one.code for one in found)]))
        weight = draw(st.sampled_from(WEIGHTS))
        found.append(Department(code=f"d{number}", name=f"D{number}", parent=parent, weight=weight))
    return tuple(draw(st.permutations(found)))


@st.composite
def kras_of(draw: st.DrawFn, departments: tuple[Department, ...]) -> tuple[Kra, ...]:
    """No to four KRAs, so that departments and KRAs without anything occur."""
    codes = st.sampled_from([one.code for one in departments])
    return tuple(
        Kra(code=f"a{number}", department=draw(codes), name="A", weight=draw(st.sampled_from(WEIGHTS)))
        for number in range(draw(st.sampled_from([1, 1, 2, 2, 3, 4, 0])))
    )


@st.composite
def reported_kpis(
    draw: st.DrawFn, code: str, kras: tuple[Kra, ...], window: Window, as_of: date, year_start: int
) -> Kpi:
    """A KPI whose actuals are reported."""
    frequency = draw(st.sampled_from(Frequency))
    return draw(definitions(code, kras, frequency, None, targets_near(frequency, window, as_of, year_start)))


@st.composite
def calculated_kpis(
    draw: st.DrawFn,
    code: str,
    kras: tuple[Kra, ...],
    kpis: list[Kpi],
    window: Window,
    as_of: date,
    year_start: int,
) -> Kpi:
    """A KPI with a formula over earlier ones, none of them coarser."""
    chosen = draw(st.lists(st.sampled_from(kpis), min_size=1, max_size=2))
    coarsest = max(kpi.frequency.rank for kpi in chosen)
    frequency = draw(st.sampled_from([one for one in Frequency if one.rank >= coarsest]))
    templates = FORMULAS + (LOOKING_BACK if frequency in NATIVE_MONTHS else ())
    a, b = chosen[0].code, chosen[-1].code
    formula = draw(st.sampled_from(templates)).replace("A", "{" + a + "}").replace("B", "{" + b + "}")
    targets = targets_near(frequency, window, as_of, year_start)
    return draw(definitions(code, kras, frequency, formula, targets))


FORMULAS = (
    "A / B", "A - B", "A / B * 100", "max(A, B) + 1", "min(A, B, 10)", "abs(A - B) * 2", "A / (B - B)",
    "-A + 0.5", "(A + B) / 2", "A",
)  # fmt: skip
LOOKING_BACK = ("(A / year_ago(A) - 1) * 100", "year_ago(A)", "A - year_ago(B)", "max(year_ago(A), B)")

Targets = Callable[[Direction], st.SearchStrategy[tuple[PeriodTarget | Trajectory, ...]]]


@st.composite
def definitions(
    draw: st.DrawFn,
    code: str,
    kras: tuple[Kra, ...],
    frequency: Frequency,
    formula: str | None,
    targets: Targets,
) -> Kpi:
    """A KPI of any aggregation, direction, unit and thresholds."""
    direction = draw(st.sampled_from(Direction))
    on_target, at_risk = draw(
        st.sampled_from([(1.0, 0.9), (1.0, 1.0), (0.98, 0.8), (1.05, 0.9), (0.5, 0.25)])
    )
    return Kpi(
        code=code,
        kra=draw(st.sampled_from([kra.code for kra in kras])),
        name=code,
        unit=draw(st.sampled_from(Unit)),
        direction=direction,
        frequency=frequency,
        aggregation=draw(st.sampled_from([*Aggregation, Aggregation.SUM, Aggregation.SUM])),
        formula=formula,
        weight=draw(st.sampled_from(WEIGHTS)),
        on_target=on_target,
        at_risk=at_risk,
        grace_days=draw(st.sampled_from([0, 1, 5, 15, 40])),
        pace=draw(st.sampled_from(Pace)),
        targets=draw(targets(direction)),
    )


def targets_near(frequency: Frequency, window: Window, as_of: date, year_start: int) -> Targets:
    """Targets of a KPI of `frequency` in and around the window, none for some companies."""

    @st.composite
    def targets(draw: st.DrawFn, direction: Direction) -> tuple[PeriodTarget | Trajectory, ...]:
        found: dict[object, PeriodTarget | Trajectory] = {}
        low, high = window.start - 40 * DAY, window.end + 10 * DAY
        if draw(st.booleans()):
            low = period_containing(min(low, as_of), Frequency.YEARLY, year_start).start
        for given in draw(st.lists(st.sampled_from(Frequency), max_size=3, unique=True)):
            periods = _periods(low, high, given, year_start)
            for target in draw(period_targets(periods, direction)):
                found[target.key] = target
        if direction is not Direction.MAINTAIN:
            for target in draw(st.lists(trajectories(low, high), max_size=3 if draw(st.booleans()) else 0)):
                found[target.key] = target
        return tuple(found.values())

    return targets


@st.composite
def period_targets(
    draw: st.DrawFn, periods: list[Period], direction: Direction
) -> list[PeriodTarget | Trajectory]:
    """Targets for all of the periods, all but a few, or a few."""
    kept = draw(st.sampled_from(["all", "all but a few", "a few"]))
    few = set(draw(st.lists(st.sampled_from(periods), max_size=3)))
    if kept != "all":
        periods = [period for period in periods if (period in few) == (kept == "a few")]
    numbers = Random(draw(st.integers(0, 99)))  # noqa: S311 - sizes of targets, no secret
    scale = draw(st.sampled_from([1, 4, 40, -4, 0, 0.1]))
    level = draw(st.booleans())
    phasing = draw(st.sampled_from([None, "last_year"]))
    found: list[PeriodTarget | Trajectory] = []
    for period in periods:
        size = scale * (10 if level else numbers.randint(8, 12))
        if scale == 0.1:
            size = numbers.randint(-6, 6) / 10
        if direction is Direction.MAINTAIN:
            width = numbers.choice([0, 0.2, 2, 10])
            found.append(PeriodTarget(period=period, low=size - width, high=size + width, phasing=phasing))
        else:
            found.append(PeriodTarget(period=period, value=size, phasing=phasing))
    return found


@st.composite
def trajectories(draw: st.DrawFn, low: date, high: date) -> Trajectory:
    """A goal to move up or down, absolutely or relatively, over days to two years."""
    begins = draw(st.dates(low - 200 * DAY, high))
    due = begins + draw(st.integers(1, 700)) * DAY
    baseline = draw(st.sampled_from([10.0, 40.0, 100.0, 0.0, -20.0]))
    if draw(st.booleans()):
        change = draw(st.sampled_from([-0.05, 0.2, -1.0, 0.5]))
        value = baseline * (1 + change)
        return Trajectory(baseline=baseline, begins=begins, due=due, value=value, change=change)
    return Trajectory(
        baseline=baseline, begins=begins, due=due, value=draw(st.sampled_from([8.0, 44.0, 10.0, -3.0]))
    )


@st.composite
def actuals_of(
    draw: st.DrawFn, kpi: Kpi, kinds: str, window: Window, as_of: date, year_start: int
) -> list[Row]:
    """Actuals in the window, a year earlier and after `as_of`: dense, with gaps, sparse or none at all."""
    numbers = Random(draw(st.integers(0, 9999)))  # noqa: S311 - sizes of actuals, no secret
    segments = draw(st.integers(1, 3))
    rows: list[Row] = []
    spans = (
        (window.start - 10 * DAY, min(window.end, as_of + 10 * DAY)),
        (as_of - 20 * DAY, as_of + 20 * DAY),
        (_year_before(window.start) - 10 * DAY, _year_before(window.end) + 10 * DAY),
        (period_containing(_year_before(window.start), Frequency.YEARLY, year_start).start, window.start),
    )
    filled: set[date] = set()
    densities = draw(st.sampled_from([(1.0,), (1.0, 0.9, 0.3, 0.0)]))
    for low, high in spans:
        density = draw(st.sampled_from(densities))
        for period in _periods(low, high, kpi.frequency, year_start) if low < high else []:
            if period.start not in filled and numbers.random() < density:
                filled.add(period.start)
                for segment in range(numbers.randint(1, segments)):
                    rows.append(_row(kpi, period.start, str(segment), kinds, numbers))  # noqa: PERF401
    return rows


DENOMINATORS = {
    "plain": (1, 2, 4),
    "with zeros": (0, 0, 0, 2),
    "signed": (-2, 2, 0),
    "tenths": (0.1, 0.3),
}


def _row(kpi: Kpi, start: date, segment: str, kinds: str, numbers: Random) -> Row:
    size = numbers.randint(28, 56) / 4
    if kinds == "tenths":
        size = numbers.randint(-3, 4) / 10
    if kinds == "with zeros" and numbers.random() < 0.4:
        size = 0.0
    if kinds == "signed" and numbers.random() < 0.5:
        size = -size
    if kpi.aggregation is not Aggregation.RATIO:
        return Row(kpi.code, start, segment, value=size)
    below = float(numbers.choice(DENOMINATORS[kinds]))
    return Row(kpi.code, start, segment, numerator=size, denominator=below)


@st.composite
def days_off(draw: st.DrawFn, window: Window, as_of: date) -> frozenset[date]:
    """Holidays near the question: none, single ones, or so many that some periods have no working day."""
    single = draw(st.lists(st.integers(-40, 10), max_size=5))
    found = {as_of + days * DAY for days in single} | {window.start + abs(days) * DAY for days in single}
    if draw(st.booleans()):
        first = as_of - draw(st.integers(0, 40)) * DAY
        found |= {first + count * DAY for count in range(draw(st.integers(1, 60)))}
    return frozenset(found)


def _periods(low: date, high: date, frequency: Frequency, year_start: int) -> list[Period]:
    found = [period_containing(low, frequency, year_start)]
    while found[-1].end < high:
        found.append(period_containing(found[-1].end, frequency, year_start))
    return found


def _year_before(day: date) -> date:
    return add_months(day, -12)

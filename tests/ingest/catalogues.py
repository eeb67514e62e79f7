"""Random catalogues that are right, for properties of reading and writing them."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from kpidash.domain.catalogue import (
    Aggregation,
    Benchmark,
    Catalogue,
    Company,
    Department,
    Direction,
    Indicator,
    Kpi,
    Kra,
    Level,
    Pace,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.period import Frequency, period_containing

codes = st.text("abcnoyz0179-", min_size=1, max_size=6)
texts = st.one_of(
    st.sampled_from(["NO", "null", "~", "2026-10", "1_000", "0x1f", "yes", "a: b", "# x", "- x", "₹", "<<"]),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20),
    st.text("ab \n\t'\"{}[]:#,&*!|>%@`", min_size=1, max_size=20),
    st.text("long words ", min_size=100, max_size=300),
).map(str.strip).filter(bool)  # fmt: skip
numbers = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9).map(float))
weights = st.one_of(st.just(1.0), st.floats(1e-9, 1e9))
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
maybe_text = st.none() | texts


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """A company of a few departments, KRAs and KPIs with everything that a file can say of them."""
    company = draw(
        st.builds(
            Company,
            name=texts | st.just(""),
            currency=st.sampled_from(["USD", "INR"]),
            locale=st.sampled_from(["en_US", "en_IN"]),
            timezone=st.sampled_from(["UTC", "Asia/Kolkata"]),
            fiscal_year_start=st.integers(1, 12),
            holidays=st.sampled_from([None, "IN", "NO"]),
        )
    )
    departments: list[Department] = []
    for code in draw(st.lists(codes, unique=True, max_size=4)):
        above = draw(st.sampled_from([None, *(one.code for one in departments)]))
        departments.append(
            Department(code=code, name=draw(texts), parent=above, head=draw(maybe_text), weight=draw(weights))
        )
    kras = _kras(draw, departments)
    kpis: list[Kpi] = []
    for code in draw(st.lists(codes, unique=True, max_size=4)) if kras else []:
        kpis.append(_kpi(draw, code, kras, kpis, company.fiscal_year_start))
    return Catalogue(company=company, departments=tuple(departments), kras=tuple(kras), kpis=tuple(kpis))


def _kras(draw: st.DrawFn, departments: list[Department]) -> list[Kra]:
    if not departments:
        return []
    return [
        Kra(
            code=code,
            department=draw(st.sampled_from(departments)).code,
            name=draw(texts),
            owner=draw(maybe_text),
            purpose=draw(maybe_text),
            weight=draw(weights),
            horizon=draw(st.none() | days),
            review=draw(maybe_text),
        )
        for code in draw(st.lists(codes, unique=True, max_size=3))
    ]


def _kpi(draw: st.DrawFn, code: str, kras: list[Kra], before: list[Kpi], year_start: int) -> Kpi:
    frequency = draw(st.sampled_from(Frequency))
    aggregation = draw(st.sampled_from(Aggregation))
    direction = draw(st.sampled_from(Direction))
    finer = [one.code for one in before if one.frequency.rank <= frequency.rank]
    strategic = [one.code for one in before if one.level is Level.STRATEGIC]
    on_target = draw(st.floats(0.1, 2))
    phased = aggregation is Aggregation.SUM and frequency in {Frequency.MONTHLY, Frequency.QUARTERLY}
    formulas = ["{%s} / 2", "({%s} + 1) * -2", "max({%s}, 0)"]
    return Kpi(
        code=code,
        kra=draw(st.sampled_from(kras)).code,
        name=draw(texts),
        unit=draw(st.sampled_from(Unit)),
        direction=direction,
        frequency=frequency,
        aggregation=aggregation,
        definition=draw(maybe_text),
        level=draw(st.sampled_from(Level)),
        indicator=draw(st.sampled_from(Indicator)),
        unit_label=draw(maybe_text),
        decimals=draw(st.integers(0, 9)),
        formula=draw(st.none() | st.sampled_from(formulas)) and _filled(draw, formulas, finer),
        dimensions=tuple(draw(st.lists(st.sampled_from(["region", "client", "NO"]), unique=True))),
        weight=draw(weights),
        on_target=on_target,
        at_risk=draw(st.floats(0.05, on_target)),
        grace_days=draw(st.integers(0, 9999)),
        pace=draw(st.sampled_from(Pace)),
        owner=draw(maybe_text),
        source=draw(maybe_text),
        parent=draw(st.sampled_from([None, *strategic])),
        targets=tuple(draw(st.lists(_targets(direction, phased, year_start), max_size=3, unique_by=_key))),
        benchmarks=tuple(draw(st.lists(_BENCHMARKS, max_size=2, unique_by=lambda one: one.name))),
    )


_BENCHMARKS = st.builds(Benchmark, name=texts, value=numbers, source=maybe_text)


def _filled(draw: st.DrawFn, formulas: list[str], inputs: list[str]) -> str | None:
    return draw(st.sampled_from(formulas)) % draw(st.sampled_from(inputs)) if inputs else None


def _key(target: PeriodTarget | Trajectory) -> Any:
    return target.key


@st.composite
def _targets(
    draw: st.DrawFn, direction: Direction, phased: bool, year_start: int
) -> PeriodTarget | Trajectory:
    if direction is not Direction.MAINTAIN and draw(st.booleans()):
        begins = draw(days)
        due = begins + timedelta(days=draw(st.integers(1, 1000)))
        if draw(st.booleans()):
            return Trajectory(baseline=draw(numbers), begins=begins, due=due, value=draw(numbers))
        baseline, change = draw(st.floats(-1e9, 1e9)), draw(st.floats(-10, 10))
        return Trajectory(
            baseline=baseline, begins=begins, due=due, value=baseline * (1 + change), change=change
        )
    goal: dict[str, float] = {"value": draw(numbers)}
    if direction is Direction.MAINTAIN:
        low, high = sorted([draw(numbers), draw(numbers)])
        goal = {"low": low, "high": high}
    return PeriodTarget(
        period=period_containing(draw(days), draw(st.sampled_from(Frequency)), year_start),
        phasing=draw(st.sampled_from([None, "last_year"])) if phased else None,
        **goal,
    )

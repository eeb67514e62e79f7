"""What holds for all numbers: sentences about the rules that need no worked answer."""

from datetime import date
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidash.domain import scoring
from kpidash.domain.catalogue import Aggregation, Direction, Kpi, Trajectory, Unit
from kpidash.domain.period import Frequency, parse_period
from tests.domain.companies import ask, kpi, target
from tests.domain.drive import product_scorecard
from tests.domain.reference import Row
from tests.domain.strategies import Question, questions
from tests.golden_cases import differences

MONTH, END, FIRST = "2026-10", "2026-10-31", date(2026, 10, 1)
WORST_FIRST = ("off_target", "at_risk", "on_target")

steady = settings(
    derandomize=True, deadline=None, database=None, max_examples=60, suppress_health_check=list(HealthCheck)
)
numbers = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda number: round(number, 3))
amounts = st.floats(0.001, 1e6).map(lambda number: round(number, 3))
directions = st.sampled_from(Direction)


@steady
@given(directions, st.booleans(), numbers, numbers, amounts, numbers, amounts)
def test_scaling_actual_and_target_together_keeps_attainment(
    direction, on_path, actual, goal, width, baseline, factor
) -> None:
    as_given = _judged(direction, actual, goal, width, baseline if on_path else np.nan)
    scaled = _judged(
        direction, actual * factor, goal * factor, width * factor, baseline * factor if on_path else np.nan
    )
    assert scaled["attainment"] == pytest.approx(as_given["attainment"], rel=1e-6, abs=2e-9, nan_ok=True)
    assert scaled["score"] == pytest.approx(as_given["score"], rel=1e-6, abs=1e-6)


@settings(steady, max_examples=300)
@given(directions, st.booleans(), numbers, numbers, amounts, numbers, amounts)
def test_a_better_actual_never_worsens_status(
    direction, on_path, actual, goal, width, baseline, gain
) -> None:
    base = baseline if on_path else np.nan
    better = _better(direction, actual, goal, width, gain)
    before = _judged(direction, actual, goal, width, base)
    after = _judged(direction, better, goal, width, base)
    assert WORST_FIRST.index(after["status"]) >= WORST_FIRST.index(before["status"])
    assert after["score"] >= before["score"]
    assert after["variance"] >= before["variance"]


@settings(steady, max_examples=40)
@given(st.lists(st.integers(-9999, 9999), min_size=1, max_size=6), st.sampled_from(Frequency))
def test_splitting_a_sum_kpi_into_segments_keeps_the_total(parts, frequency) -> None:
    asked = kpi(frequency=frequency, targets=(target("FY2026", 1000),))
    native = parse_period({"weekly": "2026-W40", "daily": "2026-10-02"}.get(frequency, "2026-10"))
    start = {"quarterly": date(2026, 10, 1), "yearly": date(2026, 1, 1)}.get(frequency, native.start)
    whole = [Row("sales", start, "", sum(parts) / 4)]
    split = [Row("sales", start, str(number), part / 4) for number, part in enumerate(parts)]
    assert ask(asked, split, "FY2026", END) == ask(asked, whole, "FY2026", END)


@settings(steady, max_examples=40)
@given(questions(), st.integers(0, 99))
def test_the_order_of_rows_never_matters(question: Question, seed: int) -> None:
    shuffled = Random(seed).sample(question.rows, len(question.rows))  # noqa: S311 - an order, no secret
    asked = (question.window, question.as_of, question.holidays)
    one = product_scorecard(question.catalogue, question.rows, *asked)
    other = product_scorecard(question.catalogue, shuffled, *asked)
    assert differences(one, other) == []


@settings(steady, max_examples=30)
@given(questions(), st.integers(0, 99))
def test_the_order_of_definitions_never_matters(question: Question, seed: int) -> None:
    order = Random(seed)  # noqa: S311 - an order, no secret
    known = question.catalogue
    kpis, kras = (tuple(order.sample(some, len(some))) for some in (known.kpis, known.kras))
    turned = type(known)(company=known.company, departments=known.departments[::-1], kras=kras, kpis=kpis)
    asked = (question.rows, question.window, question.as_of, question.holidays)
    assert (
        differences(_sorted(product_scorecard(known, *asked)), _sorted(product_scorecard(turned, *asked)))
        == []
    )


@pytest.mark.parametrize("unit", [Unit.NUMBER, Unit.PERCENT])
@pytest.mark.parametrize("aggregation", Aggregation)
@settings(steady, max_examples=10)
@given(value=st.integers(-9999, 9999), below=st.integers(1, 99))
def test_rolling_up_one_row_is_that_row(aggregation, unit, value, below) -> None:
    asked = kpi(aggregation=aggregation, unit=unit)
    if aggregation is Aggregation.RATIO:
        row = Row("sales", FIRST, numerator=value, denominator=below)
        expected = value / below * (100 if unit is Unit.PERCENT else 1)
    else:
        row, expected = Row("sales", FIRST, value=value), value
    for window in (MONTH, "2026-Q4", "FY2026", "ytd", "r12"):
        found = ask(asked, [row], window, END)
        assert (found["actual"], found["periods"]) == (pytest.approx(expected), 1)
        assert found["last_period"] == FIRST.isoformat()


@settings(steady, max_examples=8)
@given(
    st.lists(st.integers(1, 999), min_size=12, max_size=12),
    st.sampled_from([Aggregation.SUM, Aggregation.RATIO]),
)
def test_a_year_is_its_months_taken_together(values, aggregation) -> None:
    asked = kpi(aggregation=aggregation)
    rows = [
        Row("sales", date(2026, month, 1), "", value, value, 7) for month, value in enumerate(values, start=1)
    ]
    months = [ask(asked, rows, f"2026-{month:02d}", "2026-12-31")["actual"] for month in range(1, 13)]
    year = ask(asked, rows, "FY2026", "2026-12-31")["actual"]
    assert year == pytest.approx(sum(months) if aggregation is Aggregation.SUM else np.mean(months))


@settings(steady, max_examples=40)
@given(st.integers(1, 10_000), st.sampled_from(["2026-01", "2026-Q1", "FY2026"]), st.sampled_from(Frequency))
def test_a_yearly_target_of_a_sum_kpi_is_shared_out_whole(goal, window, frequency) -> None:
    asked = kpi(frequency=frequency, targets=(target("FY2026", goal),))
    year = ask(asked, [], "FY2026", "2026-12-31")["target"]
    weeks_in_year = 53 if frequency is Frequency.WEEKLY else 365 / 7
    assert year == pytest.approx(goal * weeks_in_year * 7 / 365)


@settings(steady, max_examples=30)
@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(["linear", "workdays"]))
def test_the_target_to_date_only_grows_and_ends_as_the_full_target(day, pace) -> None:
    asked: Kpi = kpi(frequency=Frequency.YEARLY, pace=pace, targets=(target("FY2026", 365),))
    rows = [Row("sales", date(2026, 1, 1), value=1.0)]
    to_date, later = (
        ask(asked, rows, "FY2026", at)["target_to_date"] for at in (day.isoformat(), "2026-12-31")
    )
    assert 0 <= to_date <= later == 365


@settings(steady, max_examples=25)
@given(numbers, st.integers(1, 900))
def test_a_trajectory_leads_from_its_baseline_to_its_target(goal, length) -> None:
    begins = date(2026, 10, 14)
    path = Trajectory(
        baseline=10, begins=begins, due=date.fromordinal(begins.toordinal() + length), value=goal
    )
    daily = kpi(frequency=Frequency.DAILY, aggregation=Aggregation.LAST, targets=(path,))
    at_begin = ask(daily, [], "ytd", begins.isoformat())["target"]
    rows = [Row("sales", begins, value=1.0), Row("sales", path.due, value=1.0)]
    first, last = (ask(daily, rows, "ytd", day.isoformat())["target_to_date"] for day in (begins, path.due))
    assert at_begin is None  # the days before it began have no target
    assert (first, last) == (10, pytest.approx(goal))


@pytest.mark.parametrize(
    ("actual", "status"), [(0.3, "on_target"), (0.25, "on_target"), (0.31, "off_target")]
)
def test_a_trajectory_that_asks_for_no_change_is_judged_by_the_sign_alone(actual, status) -> None:
    found = _judged(Direction.DECREASE, actual, goal=0.3, width=0, baseline=0.1 + 0.2)
    assert np.isnan(found["attainment"])
    assert found["status"] == status


def _better(direction: Direction, actual: float, goal: float, width: float, gain: float) -> float:
    if direction is Direction.INCREASE:
        return actual + gain
    if direction is Direction.DECREASE:
        return actual - gain
    nearest = min(max(actual, goal), goal + width)
    return nearest if abs(nearest - actual) <= gain else actual + gain * np.sign(nearest - actual)


def _judged(direction: Direction, actual: float, goal: float, width: float, baseline: float) -> dict:
    band = direction is Direction.MAINTAIN
    numbers_ = {
        "actual": actual,
        "target": np.nan if band else goal,
        "low": goal if band else np.nan,
        "high": goal + width if band else np.nan,
        "baseline": np.nan if band else baseline,
    }
    facts = {name: np.array([number]) for name, number in numbers_.items()}
    facts["direction"] = np.array([str(direction)])
    judged = {
        "has_actual": np.array([True]),
        "is_stale": np.array([False]),
        "is_compared": np.array([True]),
        "attainment": scoring.attainment(facts),
        "variance": scoring.variance(facts),
        "on_target": np.array([1.0]),
        "at_risk": np.array([0.9]),
    }
    judged["status"] = scoring.status(judged)
    judged["score"] = scoring.score(judged)
    return {name: column[0] for name, column in judged.items()}


def _sorted(card: dict) -> dict:
    parts = {
        name: sorted(card[name], key=lambda row: row["code"]) for name in ("departments", "kras", "kpis")
    }
    return {**card, **parts}

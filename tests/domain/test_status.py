"""Variance, attainment, status and score of one KPI (RULES.md §5–6)."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from kpidash.domain import scoring
from kpidash.domain.catalogue import Aggregation, Direction, Trajectory
from kpidash.domain.period import Frequency
from tests.domain.companies import actual, ask, kpi, target

MONTH, END = "2026-10", "2026-10-31"


@pytest.mark.parametrize(
    ("value", "goal", "variance", "attainment", "status", "score"),
    [
        (100, 100, 0, 1.0, "on_target", 100),
        (95, 100, -5, 0.95, "at_risk", 95),
        (90, 100, -10, 0.9, "at_risk", 90),
        (89, 100, -11, 0.89, "off_target", 89),
        (150, 100, 50, 1.5, "on_target", 120),
        (-50, 100, -150, -0.5, "off_target", 0),
        (0, 0, 0, None, "on_target", 100),
        (-1, 0, -1, None, "off_target", 0),
        (-10, -20, 10, None, "on_target", 100),
        (-30, -20, -10, None, "off_target", 0),
        (99.99999999999, 100, 0, 1.0, "on_target", 100),
        (99.9999998, 100, 0, 0.999999998, "at_risk", 100),
    ],
)
def test_to_increase(value, goal, variance, attainment, status, score) -> None:
    found = ask(kpi(targets=(target(MONTH, goal),)), [actual(MONTH, value)], MONTH, END)
    _check(found, variance=variance, attainment=attainment, status=status, score=score)


@pytest.mark.parametrize(
    ("value", "goal", "variance", "attainment", "status", "score"),
    [
        (100, 100, 0, 1.0, "on_target", 100),
        (80, 100, 20, 1.2, "on_target", 120),
        (0, 100, 100, 2.0, "on_target", 120),
        (105, 100, -5, 0.95, "at_risk", 95),
        (300, 100, -200, -1.0, "off_target", 0),
        (0, 0, 0, None, "on_target", 100),
        (1, 0, -1, None, "off_target", 0),
        (-30, -20, 10, None, "on_target", 100),
    ],
)
def test_to_decrease(value, goal, variance, attainment, status, score) -> None:
    asked = kpi(direction=Direction.DECREASE, targets=(target(MONTH, goal),))
    found = ask(asked, [actual(MONTH, value)], MONTH, END)
    _check(found, variance=variance, attainment=attainment, status=status, score=score)


@pytest.mark.parametrize(
    ("value", "low", "high", "variance", "attainment", "status"),
    [
        (80, 80, 120, 0, 1.0, "on_target"),
        (120, 80, 120, 0, 1.0, "on_target"),
        (76, 80, 120, -4, 0.95, "at_risk"),
        (126, 80, 120, -6, 0.95, "at_risk"),
        (40, 80, 120, -40, 0.5, "off_target"),
        (-5, 0, 10, -5, None, "off_target"),
        (-5, -10, 0, 0, 1.0, "on_target"),
        (2, -10, 0, -2, None, "off_target"),
        (10, 10, 10, 0, 1.0, "on_target"),
    ],
)
def test_to_maintain(value, low, high, variance, attainment, status) -> None:
    asked = kpi(direction=Direction.MAINTAIN, targets=(target(MONTH, low=low, high=high),))
    found = ask(asked, [actual(MONTH, value)], MONTH, END)
    _check(found, variance=variance, attainment=attainment, status=status)


def test_missing_a_zero_target_is_off_target() -> None:
    asked = kpi(direction=Direction.DECREASE, targets=(target(MONTH, 0),))
    assert ask(asked, [actual(MONTH, 3)], MONTH, END)["status"] == "off_target"


@pytest.mark.parametrize(
    ("direction", "value", "attainment", "status"),
    [
        (Direction.DECREASE, 95, 1.0, "on_target"),
        (Direction.DECREASE, 95.5, 0.9, "at_risk"),
        (Direction.DECREASE, 100, 0.0, "off_target"),
        (Direction.DECREASE, 102, -0.4, "off_target"),
        (Direction.INCREASE, 95, None, "on_target"),
        (Direction.INCREASE, 94, None, "off_target"),
    ],
)
def test_on_a_trajectory_the_change_that_was_to_be_made_counts(direction, value, attainment, status) -> None:
    path = Trajectory(baseline=100, begins=date(2026, 4, 1), due=date(2026, 9, 30), value=95)
    asked = kpi(direction=direction, aggregation=Aggregation.MEAN, targets=(path,))
    found = ask(asked, [actual(MONTH, value)], MONTH, END)
    _check(found, baseline_to_date=100, target_to_date=95, attainment=attainment, status=status)


def test_a_window_with_one_target_from_elsewhere_is_judged_by_its_targets_alone() -> None:
    path = Trajectory(baseline=100, begins=date(2026, 4, 1), due=date(2026, 9, 30), value=95)
    asked = kpi(direction=Direction.DECREASE, aggregation=Aggregation.MEAN, targets=(path, target(MONTH, 95)))
    rows = [actual("2026-10", 95), actual("2026-11", 95)]
    _check(ask(asked, rows, "2026-Q4", "2026-11-30"), baseline_to_date=None, target_to_date=95, attainment=1)


@pytest.mark.parametrize(
    ("reported", "goals", "as_of", "status"),
    [
        ([], [], "2026-12-31", "no_data"),
        ([], ["2026-10", "2026-11"], "2026-12-31", "no_data"),
        (["2026-10"], [], "2026-12-31", "stale"),
        (["2026-10"], ["2026-10"], "2026-12-05", "on_target"),
        (["2026-10"], ["2026-10"], "2026-12-06", "stale"),
        (["2026-10", "2026-11"], ["2026-10"], "2026-12-06", "on_target"),
        (["2026-11"], ["2026-11"], "2026-12-06", "on_target"),
        (["2026-10", "2026-11"], ["2026-12"], "2026-12-06", "no_target"),
        (["2026-12"], ["2026-12"], "2026-11-30", "no_data"),
    ],
)
def test_the_first_status_that_applies_is_the_status(reported, goals, as_of, status) -> None:
    asked = kpi(targets=tuple(target(month, 1) for month in goals))
    rows = [actual(month, 1) for month in reported]
    assert ask(asked, rows, "2026-Q4", as_of)["status"] == status


def test_a_stale_kpi_shows_its_value_and_has_no_score() -> None:
    asked = kpi(targets=(target("2026-10", 10),))
    found = ask(asked, [actual("2026-10", 12)], "2026-Q4", "2026-12-31")
    _check(found, actual=12, variance=2, attainment=1.2, status="stale", score=None)


def test_grace_days_put_off_when_a_kpi_turns_stale() -> None:
    asked = kpi(grace_days=40, targets=(target("2026-10", 10),))
    assert ask(asked, [actual("2026-10", 12)], "2026-Q4", "2026-12-31")["status"] == "on_target"


def test_only_periods_with_actual_and_target_are_compared() -> None:
    asked = kpi(targets=(target("2026-07", 10), target("2026-09", 10)))
    rows = [actual("2026-07", 8), actual("2026-08", 50)]
    _check(
        ask(asked, rows, "2026-Q3", "2026-09-02"),
        actual=58, compared_actual=8, target_to_date=10, target=None, periods=2, compared_periods=1,
        last_period="2026-08-01",
    )  # fmt: skip


@pytest.mark.parametrize("direction", [Direction.INCREASE, Direction.DECREASE])
def test_an_actual_that_adds_up_to_its_negative_target_meets_it(direction) -> None:
    asked = kpi(direction=direction, targets=(target(MONTH, -0.3),))
    rows = [actual(MONTH, -0.1, segment="North"), actual(MONTH, -0.2, segment="South")]
    _check(ask(asked, rows, MONTH, END), variance=0, attainment=None, status="on_target", score=100)


def test_monthly_targets_that_add_up_to_the_actual_are_met() -> None:
    months = ("2026-07", "2026-08", "2026-09")
    quarterly = kpi(
        direction=Direction.DECREASE,
        frequency=Frequency.QUARTERLY,
        targets=tuple(target(month, -0.1) for month in months),
    )
    assert ask(quarterly, [actual("2026-Q3", -0.3)], "2026-Q3", END)["status"] == "on_target"


@pytest.mark.parametrize("aggregation", [Aggregation.SUM, Aggregation.MEAN])
@pytest.mark.parametrize("frequency", [Frequency.MONTHLY, Frequency.QUARTERLY])
@pytest.mark.parametrize("direction", [Direction.INCREASE, Direction.DECREASE])
def test_monthly_targets_that_cancel_out_are_a_target_of_zero(direction, frequency, aggregation) -> None:
    goals = (target("2026-07", 0.1), target("2026-08", 0.2), target("2026-09", -0.3))
    asked = kpi(direction=direction, frequency=frequency, aggregation=aggregation, targets=goals)
    labels = ["2026-Q3"] if frequency is Frequency.QUARTERLY else ["2026-07", "2026-08", "2026-09"]
    found = ask(asked, [actual(label, 0) for label in labels], "2026-Q3", END)
    assert found["target_to_date"] == 0
    _check(found, attainment=None, variance=0, status="on_target")


def test_a_band_without_width_is_met_exactly() -> None:
    asked = kpi(direction=Direction.MAINTAIN, targets=(target(MONTH, low=-0.3, high=-0.3),))
    rows = [actual(MONTH, -0.1, segment="North"), actual(MONTH, -0.2, segment="South")]
    _check(ask(asked, rows, MONTH, END), variance=0, attainment=1, status="on_target")


@pytest.mark.parametrize("parts", [[(0, 0)], [(5, 0)], [(5, 2), (7, -2)]])
def test_a_ratio_over_nothing_is_reported_but_has_no_value(parts) -> None:
    asked = kpi(aggregation=Aggregation.RATIO, targets=(target(MONTH, 90),))
    rows = [actual(MONTH, numerator=above, denominator=below, segment=str(above)) for above, below in parts]
    found = ask(asked, rows, MONTH, END)
    _check(found, actual=None, status="no_data", periods=1, score=None)


def _check(found: dict[str, Any], **expected: Any) -> None:
    for name, value in expected.items():
        if isinstance(value, int | float):
            assert found[name] == pytest.approx(value, abs=1e-6), name
        else:
            assert found[name] == value, name


@pytest.mark.parametrize(("direction", "share", "expected"), [("increase", 0.9, 90), ("decrease", 0.9, 110)])
def test_an_amount_is_what_attains_a_share_of_the_target(direction, share, expected):
    found = scoring.amount(direction, np.array([100.0, 0.0, -5.0, np.nan]), share)
    assert found[0] == pytest.approx(expected)
    assert np.isnan(found[1:]).all()
    assert np.isnan(scoring.amount("maintain", np.array([100.0]), share)).all()

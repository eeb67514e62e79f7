"""Scores of KRAs, departments and the company; coverage; hidden reds (RULES.md §6)."""

from typing import Any

import pytest

from kpidash.domain.catalogue import Department, Kra
from kpidash.domain.scorecard import Rolled
from tests.domain.companies import actual, ask, company, kpi, target

MONTH, END = "2026-10", "2026-10-31"


@pytest.mark.parametrize(
    ("scores", "weights", "score", "status", "coverage"),
    [
        ([100, 80], [1, 1], 90, "at_risk", 1),
        ([100, 80], [3, 1], 95, "at_risk", 1),
        ([120, 80], [1, 1], 100, "on_target", 1),
        ([100, 79], [1, 1], 89.5, "off_target", 1),
        ([100, None], [1, 1], 100, "on_target", 0.5),
        ([100, None], [1, 2], None, "no_data", 1 / 3),
        ([None, None], [1, 1], None, "no_data", 0),
        ([100, None, None], [0.3, 0.2, 0.1], 100, "on_target", 0.5),
        ([100, None, None], [0.8, 0.1, 0.7], 100, "on_target", 0.5),
        ([90, 90, 90], [0.1, 0.2, 0.7], 90, "at_risk", 1),
        ([], [], None, "no_data", 0),
    ],
)
def test_a_kra_takes_the_weighted_mean_of_its_scored_kpis(scores, weights, score, status, coverage) -> None:
    found = _ask(scores, weights)["kras"][0]
    assert (found["score"], found["status"]) == (pytest.approx(score), status)
    assert found["coverage"] == pytest.approx(coverage)


@pytest.mark.parametrize(
    ("score", "status", "alike"),
    [
        (95.0, "at_risk", True),
        (95.04, "at_risk", True),
        (95.06, "at_risk", False),
        (94.94, "at_risk", False),
        (95.0, "on_target", False),
        (None, "at_risk", False),
    ],
)
def test_two_scores_look_alike_in_the_decimal_that_is_shown(score, status, alike) -> None:
    was, now = Rolled(95.0, "at_risk", 1.0), Rolled(score, status, 0.5)
    assert was.looks_like(now) is now.looks_like(was) is alike


def test_nothing_looks_like_nothing() -> None:
    assert Rolled(None, "no_data", 0.0).looks_like(Rolled(None, "no_data", 0.4))


def test_a_department_takes_its_own_kras_and_its_child_departments() -> None:
    departments = [
        Department(code="team", name="Team", parent="shop", weight=2),
        Department(code="shop", name="Shop"),
        Department(code="empty", name="Empty", parent="shop", weight=3),
    ]
    kras = [Kra(code="own", department="shop", name="Own"), Kra(code="theirs", department="team", name="T")]
    kpis = [_kpi("a", kra="own"), _kpi("b", kra="theirs")]
    card = ask(
        company(kpis, departments, kras), [actual(MONTH, 70, "a"), actual(MONTH, 100, "b")], MONTH, END
    )
    found = {row["code"]: (row["score"], row["status"], row["coverage"]) for row in card["departments"]}
    assert found["team"] == (100, "on_target", 1)
    assert found["shop"] == (pytest.approx(90), "at_risk", 0.5)
    assert found["empty"] == (None, "no_data", 0)
    assert card["company"] == {"score": pytest.approx(90), "status": "at_risk", "coverage": 1}


def test_a_company_with_half_its_departments_silent_still_has_a_score() -> None:
    departments = [Department(code="shop", name="Shop"), Department(code="office", name="Office")]
    kras = [Kra(code="growth", department="shop", name="Growth")]
    card = ask(company([_kpi("a")], departments, kras), [actual(MONTH, 70, "a")], MONTH, END)
    assert card["company"] == {"score": 70, "status": "off_target", "coverage": 0.5}


def test_a_company_without_anything_has_no_data() -> None:
    card = ask(company([], kras=[]), [], MONTH, END)
    assert card["company"] == {"score": None, "status": "no_data", "coverage": 0}


@pytest.mark.parametrize(
    ("scores", "hidden"),
    [
        ([120, 85], ["k1"]),
        ([85, 120, 120, 85, 120], ["k0", "k3"]),
        ([120, 95], []),
        ([100, 85], []),
        ([120, None], []),
    ],
)
def test_an_off_target_kpi_under_an_on_target_kra_is_a_hidden_red(scores, hidden) -> None:
    assert _ask(scores, [1] * len(scores))["hidden_reds"] == hidden


def _ask(scores: list[int | None], weights: list[float]) -> dict[str, Any]:
    kpis = [_kpi(f"k{number}", weight=weight) for number, weight in enumerate(weights)]
    rows = [actual(MONTH, score, f"k{number}") for number, score in enumerate(scores) if score is not None]
    return ask(company(kpis), rows, MONTH, END)


def _kpi(code: str, **fields: Any):
    return kpi(code, targets=(target(MONTH, 100),), **fields)

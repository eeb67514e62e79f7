"""Sentences that say how a KPI stands and why."""

from datetime import date
from typing import Any

import pytest

from kpidash.domain.catalogue import Aggregation, Direction, Kpi, Unit
from kpidash.domain.period import Frequency
from kpidash.domain.scorecard import Rolled
from kpidash.services.overview import Earlier, Movement
from kpidash.ui import wording
from kpidash.ui.formats import Formats

INDIA = Formats("en_IN", "INR", 4)
NAN = float("nan")


def kpi(direction: Direction = Direction.INCREASE, unit: Unit = Unit.CURRENCY, **more: Any) -> Kpi:
    return Kpi(
        code="k", kra="a", name="K", unit=unit, direction=direction,
        frequency=Frequency.MONTHLY, aggregation=Aggregation.SUM, **more,
    )  # fmt: skip


def judged(**given: Any) -> dict[str, Any]:
    usual = dict.fromkeys(
        ("actual", "compared_actual", "target_to_date", "target_to_date_low", "target_to_date_high",
         "baseline_to_date", "target", "target_low", "target_high", "variance", "attainment"), NAN,
    )  # fmt: skip
    return usual | {"status": "on_target", "periods": 1, "compared_periods": 1} | given


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_status_is_explained_with_amounts_rule_and_day():
    row = judged(
        actual=460_000, compared_actual=460_000, target_to_date=510_000, attainment=0.902, status="at_risk"
    )
    assert plain(wording.explanation(kpi(), row, INDIA, "14 Oct")) == (
        "₹4.6 L against ₹5.1 L expected by 14 Oct: 90% attained, so it is at risk "
        "(on target from 100%, at risk from 90%)."
    )


def test_an_explanation_says_when_only_some_periods_were_compared():
    row = judged(actual=1, compared_actual=1, target_to_date=1, attainment=1.0, periods=9, compared_periods=3)
    assert wording.explanation(kpi(), row, INDIA, "14 Oct").endswith("Compared on 3 of 9 reported periods.")


@pytest.mark.parametrize(
    ("status", "words"),
    [("no_data", "Nothing has been reported"), ("stale", "withheld"), ("no_target", "nothing to compare")],
)
def test_a_status_without_judgement_says_what_is_missing(status: str, words: str):
    assert words in wording.explanation(kpi(), judged(actual=5, status=status), INDIA, "Oct 2026")


@pytest.mark.parametrize(
    ("direction", "variance", "text"),
    [
        (Direction.INCREASE, -4_800_000, "₹48 L short"),
        (Direction.INCREASE, 4_800_000, "₹48 L ahead"),
        (Direction.DECREASE, -71, "₹71 over the limit"),
        (Direction.DECREASE, 71, "₹71 better than the limit"),
        (Direction.INCREASE, 0.0, "exactly on target"),
        (Direction.INCREASE, 0.2, "just ahead"),
        (Direction.INCREASE, NAN, "not compared"),
    ],
)
def test_variances_say_in_words_which_way_is_good(direction: Direction, variance: float, text: str):
    assert plain(wording.variance(kpi(direction), judged(variance=variance), INDIA)) == text


@pytest.mark.parametrize(("actual", "text"), [(70, "₹10 below the range"), (130, "₹10 above the range")])
def test_a_range_is_missed_from_below_or_from_above(actual: float, text: str):
    row = judged(compared_actual=actual, target_to_date_low=80, target_to_date_high=120, variance=-10)
    assert plain(wording.variance(kpi(Direction.MAINTAIN), row, INDIA)) == text


def test_before_anything_is_reported_the_target_of_the_window_is_shown():
    row = judged(status="no_data", target=510_000)
    assert plain(wording.goal(kpi(), row, INDIA)) == "₹5.1 L"


def test_the_headline_names_what_turned_and_what_recovered():
    counts = {"on_target": 5, "at_risk": 2, "off_target": 1, "stale": 1, "no_target": 0, "no_data": 0}
    moved = Movement(1.0, turned=("a", "b", "c", "d"), recovered=("e",), silent=())
    names = {code: code.upper() for code in "abcde"}
    assert wording.headline(Rolled(95.0, "at_risk", 1.0), counts, moved, names) == (
        "1 KPI is off target and 2 at risk. Newly off target: A, B, C and 1 more. Recovered: E. "
        "1 KPI withheld because data is late."
    )


def test_a_change_of_score_names_what_it_is_measured_from():
    month = Earlier("2026-10", date(2026, 11, 23), date(2026, 10, 1))
    assert wording.change(-1.84, month, INDIA) == "▼ 1.8 since Oct 2026"
    assert wording.change(0.04, month, INDIA) == "unchanged since Oct 2026"
    assert wording.change(None, month, INDIA) == "not comparable with Oct 2026"
    quarter = Earlier("2026-Q2", date(2026, 11, 23), date(2026, 7, 1))
    assert wording.change(1, quarter, INDIA) == "▲ 1.0 since Q2 FY2026"
    running = Earlier("ytd", date(2026, 10, 31), None)
    assert wording.change(1, running, INDIA) == "▲ 1.0 since 31 Oct 2026"

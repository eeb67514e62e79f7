"""What a scorecard means for those who must act on it."""

from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain.period import Window
from kpidash.domain.scorecard import Rolled, Scorecard
from kpidash.services import overview


def card(statuses: dict[str, str], *, score: float | None = 95.0, hidden: tuple[str, ...] = ()) -> Scorecard:
    kpis = pd.DataFrame(
        {
            "code": list(statuses),
            "status": list(statuses.values()),
            "attainment": np.linspace(0.9, 0.5, len(statuses)),
            "score": np.linspace(90.0, 50.0, len(statuses)),
            "last_period": pd.to_datetime(["2026-10-01"] * len(statuses)),
        }
    )
    window = Window("month", "2026-10", date(2026, 10, 1), date(2026, 11, 1))
    rolled = Rolled(score, "at_risk", 1.0)
    return Scorecard(date(2026, 10, 14), window, rolled, pd.DataFrame(), pd.DataFrame(), kpis, hidden)


def test_a_month_is_compared_with_the_month_before_on_the_same_day():
    window = Window("month", "2026-04", date(2026, 4, 1), date(2026, 5, 1))
    day = date(2026, 4, 20)
    assert overview.comparison(window, day, 4) == overview.Earlier("2026-03", day, date(2026, 3, 1))


def test_the_first_fiscal_quarter_is_compared_with_the_last_of_the_year_before():
    window = Window("quarter", "2026-Q1", date(2026, 4, 1), date(2026, 7, 1))
    assert overview.comparison(window, date(2026, 5, 1), 4).window == "2025-Q4"


def test_running_windows_are_compared_with_their_state_at_the_end_of_last_month():
    window = Window("ytd", "ytd", date(2026, 4, 1), date(2026, 11, 24))
    earlier = overview.comparison(window, date(2026, 11, 23), 4)
    assert earlier == overview.Earlier("ytd", date(2026, 10, 31), None)


def test_movement_names_what_turned_recovered_and_fell_silent():
    now = card(
        {"a": "off_target", "b": "on_target", "c": "stale", "d": "off_target", "e": "on_target"}, score=96
    )
    then = card({"a": "on_target", "b": "off_target", "c": "at_risk", "d": "off_target", "f": "on_target"})
    moved = overview.movement(now, then)
    assert (moved.score, moved.turned, moved.recovered, moved.silent) == (1.0, ("a",), ("b",), ("c",))


def test_a_missing_score_has_no_movement():
    assert overview.movement(card({}, score=None), card({})).score is None


def test_worst_statuses_come_first_and_then_the_least_attained():
    found = overview.by_need(
        card({"a": "on_target", "b": "off_target", "c": "off_target", "d": "stale", "e": "at_risk"}).kpis
    )
    assert found["code"].tolist() == ["c", "b", "e", "d", "a"]


def test_decisions_are_off_target_and_stale_and_say_what_is_hidden():
    now = card({"a": "on_target", "b": "off_target", "c": "stale", "d": "off_target"}, hidden=("d",))
    found = overview.decisions(now, card({"b": "off_target", "d": "on_target"}))
    assert found["code"].tolist() == ["d", "b", "c"]
    assert found["hidden"].tolist() == [True, False, False]
    assert found["before"].tolist()[:2] == ["on_target", "off_target"]


def test_what_fell_furthest_needs_a_decision_too_and_says_from_where():
    now = card({"a": "on_target", "b": "off_target", "c": "at_risk", "d": "on_target", "e": "at_risk"})
    then = card({"e": "on_target", "d": "on_target", "c": "on_target", "b": "at_risk", "a": "on_target"})
    found = overview.decisions(now, then, falling=1)
    assert found["code"].tolist() == ["b", "e"]
    assert found["fell_from"].tolist()[1] == 0.9
    assert overview.decisions(now, now)["code"].tolist() == ["b"]


def test_counts_have_every_status():
    assert overview.counts(card({"a": "stale", "b": "stale"}).kpis) == {
        "on_target": 0, "at_risk": 0, "off_target": 0, "stale": 2, "no_target": 0, "no_data": 0,
    }  # fmt: skip


def test_data_through_is_the_latest_period_of_all():
    assert overview.data_through(card({"a": "stale"}).kpis) == ("a", date(2026, 10, 1))
    assert overview.data_through(card({}).kpis) is None

"""What figures show beside the points themselves: where the year leads, and which goalposts moved."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kpidash.services.points import lines, with_words, year_ahead

DAY = date(2026, 6, 15)


def totals(actual: list[float], target: list[float]) -> pd.DataFrame:
    starts = pd.date_range("2026-04-01", periods=len(actual), freq="MS")
    return pd.DataFrame({"start": starts, "cumulative_actual": actual, "cumulative_target": target})


def test_the_pace_is_the_share_of_what_was_due_held_to_the_end_of_the_year():
    ahead = year_ahead(totals([9, 18, 27], [10, 20, 30]), 120.0, DAY, 4)
    assert ahead is not None
    assert ahead["planned"].tolist() == [30, 120]
    assert ahead["at_pace"].tolist() == [27, 108]
    assert ahead["start"].tolist() == [pd.Timestamp("2026-06-01"), pd.Timestamp("2027-03-31")]


def test_the_pace_begins_at_the_last_point_that_was_reported():
    ahead = year_ahead(totals([9, 18, np.nan], [10, 20, 30]), 120.0, DAY, 4)
    assert ahead is not None
    assert ahead["at_pace"].tolist() == [18, 108]


@pytest.mark.parametrize("goal", [None, np.nan, 30.0, 20.0])
def test_without_a_target_still_to_come_nothing_is_said_of_the_end(goal: float | None):
    assert year_ahead(totals([9, 18, 27], [10, 20, 30]), goal, DAY, 4) is None


def test_a_moved_target_is_told_at_the_point_in_which_it_begins():
    points = with_words(
        totals([1, 2, 3], [1, 2, 3]),
        "moved",
        [(date(2026, 5, 1), "late"), (date(2026, 5, 9), "early"), (date(2025, 1, 1), "before all")],
    )
    assert points["moved"].tolist() == [None, "late", None]


def test_lines_are_the_actuals_of_each_kpi_and_what_they_are_compared_with():
    nothing = float("nan")
    months = pd.DataFrame(
        {
            "code": ["a", "a", "b"],
            "actual": [1.0, nothing, 3.0],
            "target": [2.0, nothing, nothing],
            "high": [nothing, nothing, 4.0],
        }
    )
    found = {code: [line.actual.tolist(), line.goal.tolist()] for code, line in lines(months).items()}
    assert str(found) == "{'a': [[1.0, nan], [2.0, nan]], 'b': [[3.0], [4.0]]}"
    assert lines(months.head(0)) == {}

"""What is due: periods that are over and have no value, and targets that are not set."""

from datetime import date

import numpy as np
import pytest

from kpidash.domain.calendars import day_number, day_of
from kpidash.domain.catalogue import Aggregation, Direction, Kpi, PeriodTarget, Trajectory, Unit
from kpidash.domain.due import LOOK_BACK, due, over, targets_due
from kpidash.domain.period import Frequency, parse_period

TODAY = date(2026, 11, 23)  # a Monday
ONE = np.array([0])


def days(*texts):
    return np.array([day_number(date.fromisoformat(text)) for text in texts], np.int64)


def asked(candidates, reported, **more):
    """Days and segments that are due, after `reported` (day, segment)."""
    period = days(*(day for day, _ in reported))
    segment = np.array([one for _, one in reported], np.int64)
    _, starts, segments = due(candidates, ONE, np.zeros_like(period), period, segment, **more)
    return [(str(day_of(start)), one) for start, one in zip(starts.tolist(), segments.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("frequency", "first", "last"),
    [
        (Frequency.DAILY, "2026-10-23", "2026-11-22"),
        (Frequency.WEEKLY, "2026-09-28", "2026-11-16"),
        (Frequency.MONTHLY, "2026-05-01", "2026-10-01"),
        (Frequency.QUARTERLY, "2025-10-01", "2026-07-01"),
        (Frequency.YEARLY, "2024-04-01", "2025-04-01"),
    ],
)
def test_periods_that_are_over_go_back_some_way(frequency, first, last):
    found = over(frequency, TODAY, 4)
    assert [str(day_of(int(found[0]))), str(day_of(int(found[-1])))] == [first, last]
    assert len(found) == LOOK_BACK[frequency]


def test_what_is_missing_since_a_segment_began_is_due():
    months = days("2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01")
    reported = [("2026-07-01", 1), ("2026-08-01", 1), ("2026-08-01", 2), ("2026-09-01", 2)]
    assert asked(months, reported) == [("2026-09-01", 1), ("2026-10-01", 1), ("2026-10-01", 2)]


def test_a_segment_that_is_no_more_is_not_due():
    months = days("2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01")
    reported = [("2026-07-01", 1), ("2026-07-01", 2), ("2026-08-01", 2), ("2026-09-01", 2)]
    assert asked(months, reported) == [("2026-10-01", 2)]


def test_of_what_was_never_reported_the_newest_period_is_due():
    assert asked(days("2026-09-01", "2026-10-01"), []) == [("2026-10-01", 0)]
    assert asked(days(), []) == []


def test_days_off_are_not_due():
    workdays = [day for day in range(day_number(date(2026, 10, 26)), day_number(date(2026, 11, 14)))
                if (day + 3) % 7 < 5]  # fmt: skip
    reported = [(str(day_of(day)), 0) for day in workdays]
    candidates = over(Frequency.DAILY, TODAY)
    assert asked(candidates, reported, daily=True) == [(f"2026-11-{day}", 0) for day in (16, 17, 18, 19, 20)]
    assert len(asked(candidates, reported)) > 5


def kpi(*targets, direction=Direction.INCREASE):
    return Kpi(
        code="k", kra="a", name="K", unit=Unit.NUMBER, direction=direction, frequency=Frequency.MONTHLY,
        aggregation=Aggregation.SUM, targets=targets,
    )  # fmt: skip


def to_set(*targets, **more):
    return [period.label(4) for period in targets_due(kpi(*targets, **more), TODAY, 4)]


def goal(label):
    return PeriodTarget(period=parse_period(label, 4), value=1)


def test_targets_are_asked_for_in_the_length_in_which_they_were_set():
    assert to_set() == ["FY2026", "FY2027"]
    assert to_set(goal("FY2026")) == ["FY2027"]
    assert to_set(goal("FY2025"), goal("2026-Q2")) == [
        "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4",
    ]  # fmt: skip
    assert to_set(goal("2026-11"), goal("2026-12"))[:2] == ["2027-01", "2027-02"]


def test_what_a_trajectory_leads_through_is_not_asked_for():
    way = Trajectory(baseline=1, begins=date(2026, 4, 1), due=date(2027, 3, 31), value=2)
    assert to_set(way) == []

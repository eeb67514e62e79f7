"""How much of a running period has passed (RULES.md §4)."""

from datetime import date

import numpy as np
import pytest

from kpidash.domain.calendars import Calendar, day_number
from kpidash.domain.pace import elapsed, elapsed_workdays
from kpidash.domain.period import parse_period

GANDHI_JAYANTI = "2026-10-02"  # a Friday
ALL_OF_W43 = ["2026-10-19", "2026-10-20", "2026-10-21", "2026-10-22", "2026-10-23"]


@pytest.mark.parametrize(
    ("label", "as_of", "passed"),
    [
        ("2026-10", "2026-09-30", 0),
        ("2026-10", "2026-10-01", 1 / 31),
        ("2026-10", "2026-10-15", 15 / 31),
        ("2026-10", "2026-10-31", 1),
        ("2026-10", "2027-01-01", 1),
        ("2024-02", "2024-02-15", 15 / 29),
        ("2026-W43", "2026-10-19", 1 / 7),
        ("FY2026", "2026-07-01", 182 / 365),
        ("2026-10-14", "2026-10-14", 1),
    ],
)
def test_a_running_period_counts_for_its_days_to_and_with_as_of(
    label: str, as_of: str, passed: float
) -> None:
    assert elapsed(_calendar(label), date.fromisoformat(as_of)) == pytest.approx([passed])


@pytest.mark.parametrize(
    ("label", "as_of", "holidays", "passed"),
    [
        ("2026-10", "2026-10-15", [], 11 / 22),
        ("2026-10", "2026-10-15", [GANDHI_JAYANTI], 10 / 21),
        ("2026-10", "2026-10-15", ["2026-10-03"], 11 / 22),  # a Saturday
        ("2026-10", "2026-09-30", [], 0),
        ("2026-10", "2026-11-15", [], 1),
        ("2026-08", "2026-08-02", [], 0),  # it starts on a Saturday
        ("2026-W43", "2026-10-25", [], 1),  # the working days are over on Friday
        ("2026-W43", "2026-10-20", ALL_OF_W43, 2 / 7),
        ("2026-10-17", "2026-10-17", [], 1),  # a Saturday has no working day: by days
    ],
)
def test_by_working_days_weekends_and_holidays_do_not_count(
    label: str, as_of: str, holidays: list[str], passed: float
) -> None:
    free = np.array([day_number(date.fromisoformat(day)) for day in holidays], np.int64)
    assert elapsed_workdays(_calendar(label), date.fromisoformat(as_of), free) == pytest.approx([passed])


def _calendar(label: str) -> Calendar:
    period = parse_period(label)
    start, end = (np.array([day_number(day)], np.int64) for day in (period.start, period.end))
    return Calendar(period.frequency, start, end)

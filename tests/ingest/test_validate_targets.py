"""Targets against the catalogue."""

from datetime import date

import pytest

from kpidash.domain.calendars import day_of
from kpidash.ingest.layout import Kind
from tests.ingest.company import IDS, check, places

HEADER = "kpi,period,target,low,high"


def issues_of(*lines, **more):
    return places(check("\n".join([HEADER, *lines]), kind=Kind.TARGETS, **more)[1])


def stored(*lines):
    """What may be stored: (kpi_id, first day, frequency rank, value, low, high), None where missing."""
    rows = check("\n".join([HEADER, *lines]), kind=Kind.TARGETS)[0].rows
    numbers = (
        rows[["value", "low", "high"]].astype(object).where(rows[["value", "low", "high"]].notna(), None)
    )
    days = [day_of(day) for day in rows["period"]]
    return list(zip(rows["kpi_id"], days, rows["kind"], *(numbers[name] for name in numbers), strict=True))


def test_targets_may_be_finer_coarser_future_and_of_calculated_kpis():
    assert stored(
        "cost,FY2027,1,,", "margin,2026-10,2,,", "orders,2026-11,3,,", "handle-time,2026-Q3,,4,5"
    ) == [
        (IDS["cost"], date(2027, 4, 1), 4, 1.0, None, None),
        (IDS["orders"], date(2026, 11, 1), 2, 3.0, None, None),
        (IDS["margin"], date(2026, 10, 1), 2, 2.0, None, None),
        (IDS["handle-time"], date(2026, 10, 1), 3, None, 4.0, 5.0),
    ]


def test_a_day_means_the_native_period_that_holds_it():
    assert stored("orders,2026-11-14,1,,", "visits,2026-11-14,2,,") == [
        (IDS["orders"], date(2026, 10, 1), 3, 1.0, None, None),
        (IDS["visits"], date(2026, 11, 14), 0, 2.0, None, None),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cost,2026-10,,,", [("target", "missing_value")]),
        ("cost,2026-10,x,,", [("target", "not_a_number")]),
        ("cost,2026-10,1,2,3", [("low", "unknown_column"), ("high", "unknown_column")]),
        ("handle-time,2026-10,,1,", [("high", "missing_value")]),
        ("handle-time,2026-10,1,1,2", [("target", "unknown_column")]),
        ("handle-time,2026-10,,2,1", [("low", "not_a_number")]),
        ("handle-time,2026-10,,1,1", []),
        ("costs,2026-10,1,,", [("kpi", "unknown_kpi")]),
        ("cost,sometime,1,,", [("period", "not_a_period")]),
        ("cost,,1,,", [("period", "missing_value")]),
        ("cost,2026-09,8,,", [("kpi", "duplicate_key")]),
        ("cost,2026-09,7,,", []),
    ],
)
def test_a_row_has_these_issues(line, expected):
    found = issues_of("cost,2026-09,7,,", line)
    assert [place for place in found if place[0] == 3] == [(3, *each) for each in expected]


def test_a_file_of_bands_needs_no_target_column():
    _, issues = check("kpi,period,low,high\nhandle-time,2026-10,1,2\ncost,2026-10,,\n", kind=Kind.TARGETS)
    assert places(issues) == [(3, "target", "missing_value")]


def test_what_a_person_may_not_write_is_not_permitted():
    assert issues_of("cost,2026-10,1,,", uploadable=frozenset()) == [(2, "kpi", "not_permitted")]

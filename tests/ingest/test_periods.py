"""Labels of periods: certain ones are read, doubtful days are asked about."""

from datetime import date

import pytest

from kpidash.domain.calendars import day_number
from kpidash.domain.period import Frequency
from kpidash.ingest.periods import NO_PERIOD, DateOrder, periods_of

TODAY = "2026-10-14"


def native(label, frequency, **reading):
    """The first day of the native period, None where the label gives none."""
    start = int(periods_of([label], **reading).native(frequency, reading.get("fiscal_year_start", 1))[0])
    return None if start == NO_PERIOD else date.fromordinal(start - day_number(date.min) + 1).isoformat()


@pytest.mark.parametrize(
    ("label", "frequency", "start"),
    [
        ("2026-10-14", Frequency.DAILY, "2026-10-14"),
        (" 2026-10-14 ", Frequency.DAILY, "2026-10-14"),
        ("2026/10/14", Frequency.DAILY, "2026-10-14"),
        ("2026-10-14 00:00:00", Frequency.DAILY, "2026-10-14"),
        ("2026-10-14T00:00:00.000Z", Frequency.DAILY, "2026-10-14"),
        ("2026-10-14", Frequency.WEEKLY, "2026-10-12"),
        ("2026-10-14", Frequency.MONTHLY, "2026-10-01"),
        ("2026-10-14", Frequency.QUARTERLY, "2026-10-01"),
        ("2026-10-14", Frequency.YEARLY, "2026-01-01"),
        ("2026-W43", Frequency.WEEKLY, "2026-10-19"),
        ("2026-w43", Frequency.WEEKLY, "2026-10-19"),
        ("2026-W43", Frequency.MONTHLY, "2026-10-01"),
        ("2026-W44", Frequency.MONTHLY, None),
        ("2026-10", Frequency.MONTHLY, "2026-10-01"),
        ("2026-11", Frequency.QUARTERLY, "2026-10-01"),
        ("2026-10", Frequency.DAILY, None),
        ("2026-10", Frequency.WEEKLY, None),
        ("2026-Q3", Frequency.QUARTERLY, "2026-07-01"),
        ("2026-Q3", Frequency.MONTHLY, None),
        ("FY2026", Frequency.YEARLY, "2026-01-01"),
        ("FY2026", Frequency.QUARTERLY, None),
        ("13/04/2026", Frequency.DAILY, "2026-04-13"),
        ("04/13/2026", Frequency.DAILY, "2026-04-13"),
        ("4.4.2026", Frequency.DAILY, "2026-04-04"),
    ],
)
def test_a_label_gives_the_native_period_that_it_is_or_lies_in(label, frequency, start):
    assert native(label, frequency) == start


def test_fiscal_years_move_quarters_and_years():
    assert native("2026-Q3", Frequency.QUARTERLY, fiscal_year_start=4) == "2026-10-01"
    assert native("2026-02-03", Frequency.YEARLY, fiscal_year_start=4) == "2025-04-01"


@pytest.mark.parametrize(
    "label",
    ["", "abc", "2026", "2026-13", "2026-02-30", "2026-00-01", "31/02/2026",
     "2026-10-14 12:30", "20261014", "2026-Q5",
     "2026-W54", "٢٠٢٦-١٠", "13/13/2026", "0000-01-01", "9999-12-31",
     "14/10/26", "2026-10-14x", "46309", "01/02-2026"],
)  # fmt: skip
def test_labels_that_are_no_period(label):
    periods = periods_of([label])
    assert periods.ranks.tolist() == [-1]
    assert periods.wrong[0]
    assert not periods.doubtful.any()


@pytest.mark.parametrize(
    ("labels", "days"),
    [
        (["03/04/2026"], [None]),
        (["03/04/2026", "13/04/2026"], ["2026-04-03", "2026-04-13"]),
        (["03/04/2026", "04/13/2026"], ["2026-03-04", "2026-04-13"]),
        (["03-04-2026", "13.04.2026"], ["2026-04-03", "2026-04-13"]),
        (["03/04/2026", "13/04/2026", "04/14/2026"], [None, "2026-04-13", "2026-04-14"]),
        (["04/04/2026", "03/04/2026"], ["2026-04-04", None]),
        (["2026-04-20", "03/04/2026"], ["2026-04-20", None]),
    ],
)
def test_the_other_days_tell_the_order_or_the_person_is_asked(labels, days):
    periods = periods_of(labels)
    assert periods.doubtful.tolist() == [day is None for day in days]
    known = [day_number(date.fromisoformat(day)) for day in days if day]
    assert periods.starts[~periods.doubtful].tolist() == known


def test_a_given_order_leaves_no_doubt():
    assert native("03/04/2026", Frequency.DAILY, order=DateOrder.DMY) == "2026-04-03"
    assert native("03/04/2026", Frequency.DAILY, order=DateOrder.MDY) == "2026-03-04"
    for label, order in [("13/04/2026", DateOrder.MDY), ("03/04/2026", DateOrder.YMD)]:
        assert periods_of([label], order=order).wrong[0]

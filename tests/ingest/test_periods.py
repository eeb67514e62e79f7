"""Labels of periods: certain ones are read, doubtful days are asked about."""

from datetime import date

import pytest

from kpidash.domain.calendars import day_number
from kpidash.domain.period import Frequency
from kpidash.ingest.locales import names_of
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


@pytest.mark.parametrize(
    ("label", "frequency", "start"),
    [
        *((label, Frequency.MONTHLY, "2026-10-01") for label in (
            "202610", "10/2026", "10-2026", "10.2026", "2026/10", "2026.10", "Oct 2026", "oct-26", "Oct'26",
            "October 2026", "OCTOBER, 2026", "2026 Oct", "2026-Oct", "Oktober 2026", "Okt. 2026", "Okt-26")),
        *((label, Frequency.QUARTERLY, "2026-07-01") for label in (
            "Q3 2026", "q3-2026", "Q3/2026", "2026 Q3", "2026Q3", "3Q 2026", "Q3 FY2026", "FY2026 Q3",
            "Q3 FY26",
            "Q3'26", "3Q26", "Qtr 3 2026")),
        *((label, Frequency.WEEKLY, "2026-10-19") for label in (
            "W43 2026", "W43/2026", "KW 43 2026", "KW43/2026", "Week 43, 2026", "2026 KW 43", "2026W43",
            "CW43 2026")),
        *((label, Frequency.YEARLY, "2026-01-01") for label in ("FY 2026", "FY26", "fy2026",
            "Fiscal year 2026")),
        *((label, Frequency.DAILY, "2026-10-14") for label in (
            "14/10/2026", "10/14/2026", "14.10.2026", "14-10-2026", "2026.10.14", "14/10/26", "14.10.26",
            "20261014",
            "14 Oct 2026", "14-Oct-2026", "14-Oct-26", "Oct 14, 2026", "October 14 2026", "14. Oktober 2026",
            "14th October 2026", "2026-Oct-14", "Wed 14/10/2026", "Wednesday, October 14, 2026",
            "Mi., 14.10.2026",
            "14 Oct 2026 (Wed)", "10/14/2026 12:00:00 AM", "14/10/2026 00:00")),
        ("Wed 04/03/2026", Frequency.DAILY, "2026-03-04"),
        ("46309", Frequency.DAILY, "2026-10-14"),
        ("46309.0", Frequency.MONTHLY, "2026-10-01"),
        ("Mär 2026", Frequency.MONTHLY, "2026-03-01"),
    ],
)  # fmt: skip
def test_usual_notations_are_read_in_english_and_the_language_of_the_company(label, frequency, start):
    assert native(label, frequency, names=names_of("de_DE")) == start


@pytest.mark.parametrize(
    ("label", "start"),
    [("FY 2026-27", "2026-04-01"), ("FY2026/27", "2026-04-01"), ("2026-27", "2026-04-01"), ("FY26-27",
     "2026-04-01"),
     ("FY 2026-2027", "2026-04-01"), ("FY 2026", "2026-04-01"), ("FY27", None), ("FY 26", None)],
)  # fmt: skip
def test_a_fiscal_year_is_named_by_its_start_or_by_both_its_years(label, start):
    assert native(label, Frequency.YEARLY, fiscal_year_start=4) == start
    assert periods_of([label], fiscal_year_start=4).doubtful.tolist() == [start is None]


def test_a_quarter_of_a_fiscal_year_with_one_short_number_is_asked_about():
    assert native("Q3 FY2026-27", Frequency.QUARTERLY, fiscal_year_start=4) == "2026-10-01"
    assert native("Q3 2026", Frequency.QUARTERLY, fiscal_year_start=4) == "2026-10-01"
    assert periods_of(["Q3 FY26"], fiscal_year_start=4).doubtful.tolist() == [True]


@pytest.mark.parametrize(
    ("labels", "ranks"),
    [
        (["202610", "202611"], [2, 2]),
        (["202610", "202643"], [1, 1]),
        (["2011-12", "2010-11"], [2, 2]),
        (["2011-12", "2012-13"], [4, 4]),
        (["2011-12", "2012-13", "2026-10"], [-1, 4, 2]),
        (["46309", "46310"], [0, 0]),
        (["46309", "2026-10-15"], [-1, 0]),
        (["26-10-14", "26-10-15"], [-1, -1]),
        (["26-10-14", "26-10-32"], [0, 0]),
        (["14/10/26", "03/10/26"], [0, 0]),
    ],
)
def test_one_notation_holds_for_the_whole_column(labels, ranks):
    assert periods_of(labels, fiscal_year_start=4).ranks.tolist() == ranks


def test_two_digits_behind_a_month_are_a_year_only_near_today():
    assert native("Oct-26", Frequency.MONTHLY, today=date(2026, 10, 15)) == "2026-10-01"
    assert native("Oct-05", Frequency.MONTHLY, today=date(2026, 10, 15)) is None


def test_what_was_assumed_of_a_column_is_said():
    (order,) = periods_of(["03/04/2026", "13/04/2026"]).evidence
    assert (order.what, order.value) == ("date_order", "dmy")
    assert "'13/04/2026'" in order.sentence
    (numbers,) = periods_of(["46309"]).evidence
    assert "2026-10-14" in numbers.sentence
    assert periods_of(["2026-10", "Oct 2026"]).evidence == ()


def test_a_doubt_says_what_can_be_meant_and_how_to_answer():
    (sentence,) = periods_of(["03/04/2026"]).wrong
    assert sentence == (
        "'03/04/2026' can be 2026-03-04 or 2026-04-03; "
        "say in which order days are written: --date-order dmy or mdy"
    )


def test_fiscal_years_move_quarters_and_years():
    assert native("2026-Q3", Frequency.QUARTERLY, fiscal_year_start=4) == "2026-10-01"
    assert native("2026-02-03", Frequency.YEARLY, fiscal_year_start=4) == "2025-04-01"


@pytest.mark.parametrize(
    "label",
    ["", "abc", "2026", "2026-13", "2026-02-30", "2026-00-01", "31/02/2026",
     "2026-10-14 12:30", "20261314", "2026-Q5", "Q5 2026", "Q3", "W43", "Oct", "26-Oct", "October 14",
     "2026-W54", "W54 2026", "202654", "٢٠٢٦-١٠", "13/13/2026", "0000-01-01", "9999-12-31", "99/2026",
     "2026-10-14x", "4630", "01/02-2026", "Tue 14 Oct 2026", "FY", "FY2026-28", "H1 2026", "2026.1",
     "Wednesday", "32 Oct 2026", "NA", "0", "2026-10-14 to 2026-10-15", "Total", "FY0000", "Oct 2026 2026"],
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

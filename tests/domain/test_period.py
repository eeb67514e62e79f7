"""Periods, fiscal years, ISO weeks and windows (RULES.md §2)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidash.domain.calendars import calendar_of, day_of
from kpidash.domain.period import (
    Frequency,
    Period,
    add_months,
    fiscal_year,
    parse_period,
    parse_window,
    period_containing,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
YEAR_STARTS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("label", "year_start", "start", "end"),
    [
        ("2026-10-14", 1, "2026-10-14", "2026-10-15"),
        ("2024-02-29", 4, "2024-02-29", "2024-03-01"),
        ("2026-W43", 1, "2026-10-19", "2026-10-26"),
        ("2026-W01", 4, "2025-12-29", "2026-01-05"),
        ("2026-W53", 1, "2026-12-28", "2027-01-04"),
        ("2020-W53", 1, "2020-12-28", "2021-01-04"),
        ("2026-10", 4, "2026-10-01", "2026-11-01"),
        ("2026-12", 1, "2026-12-01", "2027-01-01"),
        ("2026-Q3", 1, "2026-07-01", "2026-10-01"),
        ("2026-Q3", 4, "2026-10-01", "2027-01-01"),
        ("2026-Q4", 4, "2027-01-01", "2027-04-01"),
        ("2026-Q1", 12, "2026-12-01", "2027-03-01"),
        ("FY2026", 1, "2026-01-01", "2027-01-01"),
        ("FY2026", 4, "2026-04-01", "2027-04-01"),
        ("FY2026", 12, "2026-12-01", "2027-12-01"),
    ],
)
def test_a_label_names_these_days(label: str, year_start: int, start: str, end: str) -> None:
    period = parse_period(label, year_start)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "2026-02-29", "2025-W53", "2026-W00", "2026-W54", "2026-Q0", "2026-Q5",
     "FY26", "0000-01", "9999-12", "2026/10", "October 2026", "2026-10-14T00:00", "２０２６-１０"],
)  # fmt: skip
def test_what_names_no_period_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period; write a day"):
        parse_period(text)


@given(DAYS, st.sampled_from(Frequency), YEAR_STARTS)
def test_a_period_is_the_one_that_its_label_names(day: date, frequency: Frequency, year_start: int) -> None:
    period = period_containing(day, frequency, year_start)
    assert period.start <= day < period.end
    assert parse_period(period.label(year_start), year_start) == period


@given(DAYS, st.sampled_from(Frequency), YEAR_STARTS)
def test_where_a_period_ends_the_next_one_starts(day: date, frequency: Frequency, year_start: int) -> None:
    period = period_containing(day, frequency, year_start)
    assert period_containing(period.end, frequency, year_start).start == period.end
    assert period_containing(period.end - timedelta(days=1), frequency, year_start) == period


@given(DAYS, YEAR_STARTS)
def test_a_fiscal_year_starts_in_the_calendar_year_of_its_name(day: date, year_start: int) -> None:
    year = period_containing(day, Frequency.YEARLY, year_start)
    assert year.start == date(fiscal_year(day, year_start), year_start, 1)
    assert year.label(year_start) == f"FY{year.start.year}"


def test_a_period_that_does_not_end_after_it_starts_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(Frequency.DAILY, date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [("2024-02-29", -12, "2023-02-01"), ("2026-01-31", 1, "2026-02-01"), ("2026-12-05", 1, "2027-01-01"),
     ("2026-01-05", -1, "2025-12-01"), ("2026-05-05", 0, "2026-05-01")],
)  # fmt: skip
def test_months_are_counted_from_the_first(day: str, months: int, found: str) -> None:
    assert add_months(date.fromisoformat(day), months).isoformat() == found


@pytest.mark.parametrize(
    ("text", "as_of", "year_start", "kind", "start", "end"),
    [
        ("2026-10", "2026-10-15", 4, "month", "2026-10-01", "2026-11-01"),
        ("2026-Q3", "2026-10-15", 4, "quarter", "2026-10-01", "2027-01-01"),
        ("2026-q3", "2026-10-15", 1, "quarter", "2026-07-01", "2026-10-01"),
        ("FY2026", "2026-10-15", 4, "year", "2026-04-01", "2027-04-01"),
        ("ytd", "2026-10-15", 4, "ytd", "2026-04-01", "2026-10-16"),
        ("YTD", "2026-03-31", 4, "ytd", "2025-04-01", "2026-04-01"),
        ("ytd", "2026-04-01", 4, "ytd", "2026-04-01", "2026-04-02"),
        ("r12", "2026-10-15", 4, "r12", "2025-11-01", "2026-11-01"),
        ("r12", "2024-02-29", 1, "r12", "2023-03-01", "2024-03-01"),
    ],
)
def test_a_window_shows_these_days(
    text: str, as_of: str, year_start: int, kind: str, start: str, end: str
) -> None:
    window = parse_window(text, date.fromisoformat(as_of), year_start)
    assert (window.kind, window.start.isoformat(), window.end.isoformat()) == (kind, start, end)


@pytest.mark.parametrize("text", ["2026-10-14", "2026-W43", "", "r13", "last month"])
def test_a_day_a_week_and_other_words_are_no_windows(text: str) -> None:
    with pytest.raises(ValueError, match="is not a window"):
        parse_window(text, date(2026, 10, 15))


@pytest.mark.parametrize(
    ("window", "as_of", "frequency", "first", "last", "count"),
    [
        ("2026-01", "2026-03-01", Frequency.WEEKLY, "2025-12-29", "2026-01-26", 5),
        ("2026-02", "2026-03-01", Frequency.WEEKLY, "2026-02-02", "2026-02-23", 4),
        ("2026-12", "2027-03-01", Frequency.WEEKLY, "2026-11-30", "2026-12-28", 5),
        ("FY2026", "2027-03-01", Frequency.WEEKLY, "2025-12-29", "2026-12-28", 53),
        ("FY2024", "2027-03-01", Frequency.DAILY, "2024-01-01", "2024-12-31", 366),
        ("2026-Q3", "2026-08-15", Frequency.MONTHLY, "2026-07-01", "2026-09-01", 3),
        ("r12", "2026-08-15", Frequency.QUARTERLY, "2025-10-01", "2026-07-01", 4),
        ("r12", "2026-08-15", Frequency.YEARLY, "2026-01-01", "2026-01-01", 1),
        ("2026-08", "2026-08-15", Frequency.QUARTERLY, "2026-04-01", "2026-04-01", 1),
        ("2026-09", "2026-09-29", Frequency.QUARTERLY, "2026-04-01", "2026-04-01", 1),
        ("2026-09", "2026-09-30", Frequency.QUARTERLY, "2026-07-01", "2026-07-01", 1),
        ("2026-07", "2026-09-30", Frequency.QUARTERLY, "2026-04-01", "2026-04-01", 1),
        ("2026-Q4", "2026-12-31", Frequency.YEARLY, "2026-01-01", "2026-01-01", 1),
        ("2026-Q4", "2026-12-30", Frequency.YEARLY, "2025-01-01", "2025-01-01", 1),
        ("2030-Q1", "2026-12-30", Frequency.YEARLY, "2025-01-01", "2025-01-01", 1),
    ],
)
def test_these_native_periods_belong_to_a_window(
    window: str, as_of: str, frequency: Frequency, first: str, last: str, count: int
) -> None:
    day = date.fromisoformat(as_of)
    calendar = calendar_of(parse_window(window, day), day, frequency, 1)
    found = [day_of(start).isoformat() for start in calendar.starts.tolist()]
    assert (found[0], found[-1], len(found)) == (first, last, count)

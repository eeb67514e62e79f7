"""Periods, windows and calendars: fiscal years, ISO weeks, half-open days.

Rules: RULES.md §2. Days travel as `datetime.date` where people name them and as int64 days since
1970-01-01 (numpy's epoch) where columns are computed.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
THURSDAY = 3
"""Days from a week's Monday to the day that decides where the week belongs."""


class Frequency(StrEnum):
    """How often a KPI is reported, from finest to coarsest."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def rank(self) -> int:
        """0 for the finest, 4 for the coarsest."""
        return _RANKS[self]


_RANKS = {frequency: rank for rank, frequency in enumerate(Frequency)}


@dataclass(frozen=True, slots=True)
class Period:
    """The days `[start, end)` of one frequency."""

    frequency: Frequency
    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"a period ends after it starts, not {self.start} to {self.end}")

    def label(self, fiscal_year_start: int = 1) -> str:
        """The period as files write it: `2026-10-14`, `2026-W43`, `2026-10`, `2026-Q3`, `FY2026`."""
        match self.frequency:
            case Frequency.DAILY:
                return self.start.isoformat()
            case Frequency.WEEKLY:
                year, week, _ = self.start.isocalendar()
                return f"{year}-W{week:02d}"
            case Frequency.MONTHLY:
                return f"{self.start:%Y-%m}"
        year = fiscal_year(self.start, fiscal_year_start)
        if self.frequency is Frequency.YEARLY:
            return f"FY{year}"
        return f"{year}-Q{(self.start.month - fiscal_year_start) % 12 // 3 + 1}"


@dataclass(frozen=True, slots=True)
class Window:
    """What a screen shows: the days `[start, end)` and the name they were asked for by."""

    kind: str
    label: str
    start: date
    end: date


def fiscal_year(day: date, fiscal_year_start: int) -> int:
    """The number of the fiscal year that holds `day`: the calendar year in which it starts."""
    return day.year if day.month >= fiscal_year_start else day.year - 1


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def period_containing(day: date, frequency: Frequency, fiscal_year_start: int = 1) -> Period:
    """The period of `frequency` that holds `day`."""
    if frequency is Frequency.DAILY:
        return Period(frequency, day, day + timedelta(days=1))
    if frequency is Frequency.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period(frequency, monday, monday + timedelta(days=7))
    length = MONTHS[frequency]
    start = add_months(day, -((day.month - fiscal_year_start) % length))
    return Period(frequency, start, add_months(start, length))


_LABELS = {
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII),
    "week": re.compile(r"(\d{4})-W(\d{2})", re.ASCII | re.IGNORECASE),
    "quarter": re.compile(r"(\d{4})-Q([1-4])", re.ASCII | re.IGNORECASE),
    "month": re.compile(r"(\d{4})-(\d{2})", re.ASCII),
    "year": re.compile(r"FY(\d{4})", re.ASCII | re.IGNORECASE),
}


def parse_period(text: str, fiscal_year_start: int = 1) -> Period:
    """The period that a label of RULES.md §2 names.

    Raises ValueError with a sentence for people when `text` is no such label or no such day exists.
    """
    text = text.strip()
    for name, pattern in _LABELS.items():
        if found := pattern.fullmatch(text):
            numbers = [int(part) for part in found.groups()]
            try:
                return _labelled(name, numbers, fiscal_year_start)
            except (ValueError, OverflowError):
                break
    raise ValueError(
        f"'{text}' is not a period; write a day 2026-10-14, a week 2026-W43, a month 2026-10, "
        "a quarter 2026-Q3 or a year FY2026"
    )


def _labelled(name: str, numbers: list[int], fiscal_year_start: int) -> Period:
    if not all(numbers[:1]) or numbers[0] > 9998:
        raise ValueError("no such year")
    match name:
        case "day":
            return period_containing(date(*numbers), Frequency.DAILY)
        case "week":
            return period_containing(date.fromisocalendar(numbers[0], numbers[1], 1), Frequency.WEEKLY)
        case "month":
            return period_containing(date(numbers[0], numbers[1], 1), Frequency.MONTHLY)
    first = date(numbers[0], fiscal_year_start, 1)
    if name == "year":
        return Period(Frequency.YEARLY, first, add_months(first, 12))
    start = add_months(first, 3 * (numbers[1] - 1))
    return Period(Frequency.QUARTERLY, start, add_months(start, 3))


_WINDOW_KINDS = {Frequency.MONTHLY: "month", Frequency.QUARTERLY: "quarter", Frequency.YEARLY: "year"}


def parse_window(text: str, as_of: date, fiscal_year_start: int = 1) -> Window:
    """The window that `text` asks for on the day `as_of`.

    `text` is a month, a fiscal quarter, a fiscal year, `ytd` or `r12`; anything else raises ValueError.
    """
    name = text.strip().lower()
    if name == "ytd":
        start = period_containing(as_of, Frequency.YEARLY, fiscal_year_start).start
        return Window("ytd", "ytd", start, as_of + timedelta(days=1))
    if name == "r12":
        return Window("r12", "r12", add_months(as_of, -11), add_months(as_of, 1))
    try:
        period = parse_period(text, fiscal_year_start)
        kind = _WINDOW_KINDS[period.frequency]
    except (ValueError, KeyError):
        raise ValueError(
            f"'{text}' is not a window; use a month 2026-10, a quarter 2026-Q3, a year FY2026, ytd or r12"
        ) from None
    return Window(kind, period.label(fiscal_year_start), period.start, period.end)

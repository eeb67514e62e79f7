"""Labels of months, weeks, quarters and years in the notations that people use.

They come with the month as ` Mnn ` where it was a name, in upper case, and single spaces (`notations`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kpidash.domain.period import Frequency, Period, parse_period, period_containing
from kpidash.ingest.locales import Names, names_of

CERTAIN = ""
STARTS, ENDS = "named by its start", "named by its end"
MONTH, SPAN = "a month", "a year span"
COMPACT, WEEK = "a month in six digits", "a week in six digits"
YEARS = range(1900, 2101)
"""Years that a notation without separators may mean."""
_FAR = 15
"""Years from today beyond which two digits behind a month are not believed to be a year: `Oct 05`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What labels are read with; `order` is the order of days that the person named."""

    fiscal_year_start: int = 1
    names: Names = names_of()  # noqa: RUF009 - cached and immutable
    today: date | None = None
    order: str | None = None


_SPAN = r"(?P<y>\d{4}|\d\d)(?: ?[-/–] ?(?P<e>\d\d(?:\d\d)?))?"
_GAP = r"[ \-/.,']*"
_JOINT = r"[ \-/.']*"
_WEEK = r"(?:W|WK|WEEK|KW|CW)\.?"
_QUARTER = r"(?:Q|QTR|QUARTER)\.? ?"
_COARSE = {
    "month": (
        rf"M(?P<m>\d\d){_JOINT}(?P<y>\d{{4}})",
        # "Oct 26" may be a day of no year
        r"M(?P<m>\d\d) ?[-/'] ?(?P<y>\d\d)",
        rf"(?P<y>\d{{4}}){_JOINT}M(?P<m>\d\d)",
        r"(?P<m>0?[1-9]|1[0-2])[-/. ](?P<y>\d{4})",
        r"(?P<y>\d{4})[-/](?P<m>0?[1-9]|1[0-2])",
        r"(?P<y>\d{4})[. ](?P<m>0[1-9]|1[0-2])",
    ),
    "week": (
        rf"{_WEEK}{_JOINT}(?P<w>\d\d?){_JOINT}(?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}}){_JOINT}{_WEEK}{_JOINT}(?P<w>\d\d?)",
    ),
    "quarter": (
        rf"{_QUARTER}(?P<q>[1-4]){_GAP}(?P<fy>FY)?{_JOINT}{_SPAN}",
        rf"(?P<q>[1-4])Q{_JOINT}(?P<fy>FY)?{_JOINT}{_SPAN}",
        rf"(?P<fy>FY)?{_JOINT}{_SPAN}{_GAP}{_QUARTER}(?P<q>[1-4])",
    ),
    "year": (rf"(?:FY|FISCAL YEAR|FINANCIAL YEAR){_JOINT}{_SPAN}",),
    "span": (r"(?P<y>\d{4}) ?[-/–] ?(?P<e>\d\d(?:\d\d)?)",),
}  # fmt: skip
_COMPILED = [(kind, re.compile(form, re.ASCII)) for kind, forms in _COARSE.items() for form in forms]
_COMPACT = re.compile(r"(\d{4})(\d\d)", re.ASCII)


def coarse(text: str, calendar: Calendar) -> Iterator[tuple[str, Period]]:
    """Readings as a month, week, quarter or year."""
    if found := _COMPACT.fullmatch(text):
        yield from _six_digits(int(found[1]), int(found[2]))
        return
    for kind, form in _COMPILED:
        if found := form.fullmatch(text):
            part = {name: value for name, value in found.groupdict().items() if value}
            yield from _read(kind, part, calendar)
            return


def _six_digits(year: int, number: int) -> Iterator[tuple[str, Period]]:
    if year not in YEARS:
        return
    if 1 <= number <= 12:
        yield COMPACT, _month(year, number)
    yield from ((WEEK, week) for week in _weeks(year, number))


def _read(kind: str, part: Mapping[str, str], calendar: Calendar) -> Iterator[tuple[str, Period]]:
    year = full_year(part["y"])
    start = calendar.fiscal_year_start
    if kind == "month":
        if len(part["y"]) == 2 and calendar.today and abs(year - calendar.today.year) > _FAR:
            raise ValueError(
                f"which year is meant is not clear; write {year}-{part['m']} if it is that month"
            )
        yield MONTH, _month(year, int(part["m"]))
        if len(part["m"]) == 2 and start != 1 and (year + 1) % 100 == int(part["m"]):
            # 2011-12 may be the fiscal year, where others of the column can be nothing else
            yield SPAN, parse_period(f"FY{year}", start)
    elif kind == "week":
        yield from ((CERTAIN, week) for week in _weeks(year, int(part["w"])))
    elif kind == "span":
        yield from ((SPAN, parse_period(f"FY{first}", start)) for _, first in _fiscal(part, year, start))
    else:
        for how, first in _fiscal(part, year, start):
            yield how, parse_period(f"{first}-Q{part['q']}" if kind == "quarter" else f"FY{first}", start)


def _fiscal(part: Mapping[str, str], year: int, fiscal_year_start: int) -> Iterator[tuple[str, int]]:
    """The calendar year in which the fiscal year of a label begins, under each convention."""
    if end := part.get("e"):
        # FY2026-27 says both; a span of other than one year is none
        if fiscal_year_start != 1 and full_year(end) == year + 1:
            yield CERTAIN, year
    elif fiscal_year_start == 1 or len(part["y"]) == 4:
        yield CERTAIN, year
    else:
        yield STARTS, year
        yield ENDS, year - 1


def _month(year: int, month: int) -> Period:
    return period_containing(date(year, month, 1), Frequency.MONTHLY)


def _weeks(year: int, week: int) -> Iterator[Period]:
    try:
        yield period_containing(date.fromisocalendar(year, week, 1), Frequency.WEEKLY)
    except ValueError:
        return


def full_year(digits: str) -> int:
    """Two digits are a year from 1970 to 2069."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)

"""Columns of text → periods, one distinct label at a time.

A label is one of RULES.md §2 or a day: `2026-10-14` (also `2026/10/14`, and with midnight behind it) is
certain; `03/04/2026` is a day of April or of March, which the other days of the column tell, or the person.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.calendars import Days, day_number, floor
from kpidash.domain.period import Frequency, Period, parse_period, period_containing
from kpidash.ingest.issues import Mask, shortened


class DateOrder(StrEnum):
    """In which order a day is written."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True, slots=True)
class Periods:
    """Distinct labels as periods: frequency rank, first day and day after the last, as int64 days.

    Rank −1: no period (`wrong` says why), or a day that can be read in two ways (`doubtful`).
    """

    ranks: NDArray[np.int64]
    starts: Days
    ends: Days
    doubtful: Mask
    wrong: tuple[str, ...]

    def native(self, frequency: Frequency, fiscal_year_start: int) -> Days:
        """The start of the period of `frequency` that each label is, or lies in; else NO_PERIOD."""
        known = (self.ranks >= 0) & (self.ranks <= frequency.rank)
        first = floor(self.starts, frequency, fiscal_year_start)
        last = floor(self.ends - 1, frequency, fiscal_year_start)
        return np.where(known & (first == last), first, NO_PERIOD)


NO_PERIOD = -(1 << 62)
"""Stands for 'no period' in a column of days."""

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?:[ T]00:00(?::00(?:\.0+)?)?)?")


def periods_of(
    labels: Sequence[str], *, order: DateOrder | None = None, fiscal_year_start: int = 1
) -> Periods:
    """The periods that distinct labels of one column name."""
    split = [_YEAR_LAST.fullmatch(label.strip()) for label in labels]
    read_as = order or _order(found for found in split if found)
    read = [
        _period(label.strip(), found, read_as, fiscal_year_start)
        for label, found in zip(labels, split, strict=True)
    ]
    periods = [each if isinstance(each, Period) else None for each in read]
    return Periods(
        ranks=np.array([each.frequency.rank if each else -1 for each in periods], dtype=np.int64),
        starts=np.array([day_number(each.start) if each else 0 for each in periods], dtype=np.int64),
        ends=np.array([day_number(each.end) if each else 1 for each in periods], dtype=np.int64),
        doubtful=np.array([each is None for each in read], dtype=bool),
        wrong=tuple(each if isinstance(each, str) else "" for each in read),
    )


def _order(days: Iterator[re.Match[str]]) -> DateOrder | None:
    """The order that days with a number above 12 show; None where there are none, or of both kinds."""
    shown = set()
    for found in days:
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            shown.add(DateOrder.DMY)
        if second > 12 >= first:
            shown.add(DateOrder.MDY)
    return shown.pop() if len(shown) == 1 else None


def _period(
    label: str, year_last: re.Match[str] | None, order: DateOrder | None, fiscal_year_start: int
) -> Period | str | None:
    """The period; a sentence where the label is none; None where it can be read in two ways."""
    try:
        if year_last:
            return _day(year_last, order)
        if found := _YEAR_FIRST.fullmatch(label):
            return _exact_day(found[0], int(found[1]), int(found[3]), int(found[4]))
        if not label.isascii():
            raise ValueError(f"'{shortened(label)}' has other than Latin digits and letters")
        return parse_period(label, fiscal_year_start)
    except ValueError as error:
        return str(error)


def _day(found: re.Match[str], order: DateOrder | None) -> Period | None:
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if order is DateOrder.YMD:
        raise ValueError(f"'{found[0]}' does not begin with the year")
    if order is None and first <= 12 and second <= 12 and first != second:
        return None
    swapped = order is DateOrder.MDY or (order is None and second > 12)
    month, day = (first, second) if swapped else (second, first)
    return _exact_day(found[0], year, month, day)


def _exact_day(label: str, year: int, month: int, day: int) -> Period:
    try:
        return period_containing(date(year, month, day), Frequency.DAILY)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no day '{label}'") from None

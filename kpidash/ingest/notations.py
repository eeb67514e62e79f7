"""One label → the periods that it can mean, by the convention under which it means them.

`03/04/2026` is 3 April by `dmy` and 4 March by `mdy`; `FY27` begins or ends in 2027. A label that means the
same under any convention has the one reading CERTAIN. Which convention holds is settled by `periods`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from kpidash.domain.period import Frequency, Period, parse_period, period_containing
from kpidash.ingest.coarse import CERTAIN, YEARS, Calendar, coarse, full_year
from kpidash.ingest.locales import Names, folded

Readings = Mapping[str, Period]
DMY, MDY, YMD = "dmy", "mdy", "ymd"
_SERIAL_BASE = date(1899, 12, 30).toordinal()
SERIALS = range(32_874, 55_153)
"""Spreadsheet numbers of the days 1990 to 2050."""


class _Day(NamedTuple):
    year: int
    month: int
    day: int


def serial(label: str) -> Period | None:
    """The day that a spreadsheet's number stands for; None for anything else."""
    if found := re.fullmatch(r"([0-9]{5})(?:\.0+)?", label):
        number = int(found[1])
        if number in SERIALS:
            return period_containing(date.fromordinal(_SERIAL_BASE + number), Frequency.DAILY)
    return None


def readings(label: str, calendar: Calendar) -> Readings:
    """What a label can mean. Raises ValueError with a sentence where it is no period in any notation."""
    text = " ".join(label.split())
    if found_east := _EASTERN.fullmatch(text):
        text = "-".join(part.zfill(2) for part in found_east.groups() if part)
    try:
        exact = parse_period(text, calendar.fiscal_year_start)
    except ValueError as error:
        sentence = str(error)
    else:
        if exact.frequency is not Frequency.MONTHLY:
            return {CERTAIN: exact}
    words, weekday = _without_weekday(_MIDNIGHT.sub("", text), calendar.names)
    words = _spelled(words, calendar.names)
    found = dict(coarse(words, calendar)) or dict(_days(words, calendar))
    if weekday is not None:
        found = {how: each for how, each in found.items() if each.start.weekday() == weekday}
    if not found:
        raise ValueError(sentence)
    return found


_EASTERN = re.compile(r"(\d{4}) ?[年년] ?(\d\d?) ?[月월](?: ?(\d\d?) ?[日일])?", re.ASCII)
_MIDNIGHT = re.compile(r"(?:[ T]00:00(?::00(?:\.0+)?)?Z?| 12:00(?::00)? ?AM)$", re.IGNORECASE)


_WITH_WEEKDAY = (
    re.compile(r"(?P<day>[^\d\s.,()]+)\.?,? (?P<rest>.*\d.*)"),
    re.compile(r"(?P<rest>.*\d.*?),? \(?(?P<day>[^\d\s.,()]+)\.?\)?"),
)


def _without_weekday(text: str, names: Names) -> tuple[str, int | None]:
    """A label without the name of the day before or behind it, and that day."""
    for pattern in _WITH_WEEKDAY:
        found = pattern.fullmatch(text)
        name = folded(found["day"]) if found else ""
        if found and name in names.days and name not in names.months:
            return found["rest"], names.days[name]
    return text, None


def _spelled(text: str, names: Names) -> str:
    """A label with its month, if it names one, as ` Mnn `; ordinals and small words left out."""
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|\bde(?:l)?\b", "", text.upper(), flags=re.IGNORECASE)

    def month(found: re.Match[str]) -> str:
        number = names.months.get(folded(found[0]))
        return found[0] if number is None else f" M{number:02d} "

    spelled = re.sub(r"[^\d\s\-/.,'()]+\.?", month, plain)
    return " ".join(spelled.replace(",", " ").split())


_NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})", re.ASCII)
_NAMED = (
    re.compile(r"(?P<d>\d\d?)[ .\-/]*M(?P<m>\d\d)[ .\-/']*(?P<y>\d{4}|\d\d)", re.ASCII),
    re.compile(r"M(?P<m>\d\d)[ .\-/]*(?P<d>\d\d?)[ \-/']+(?P<y>\d{4})", re.ASCII),
    re.compile(r"(?P<y>\d{4})[ .\-/]*M(?P<m>\d\d)[ .\-/]*(?P<d>\d\d?)", re.ASCII),
)


def _days(text: str, calendar: Calendar) -> Iterator[tuple[str, Period]]:
    """Readings as a day."""
    if found := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text, re.ASCII):
        if int(found[1]) in YEARS:
            yield from _existing(CERTAIN, _Day(int(found[1]), int(found[2]), int(found[3])))
        return
    for form in _NAMED:
        if found := form.fullmatch(text):
            yield from _existing(CERTAIN, _Day(full_year(found["y"]), int(found["m"]), int(found["d"])))
            return
    if found := _NUMERIC.fullmatch(text):
        yield from _numeric(found[1], found[2], found[3], found[4], calendar)


def _numeric(
    first: str, sign: str, second: str, third: str, calendar: Calendar
) -> Iterator[tuple[str, Period]]:
    if len(first) == 4 and len(third) <= 2:
        yield from _existing(CERTAIN, _Day(int(first), int(second), int(third)))
    if len(first) > 2 or len(third) not in {2, 4}:
        return
    year = full_year(third)
    yield from _existing(DMY, _Day(year, int(second), int(first)))
    yield from _existing(MDY, _Day(year, int(first), int(second)))
    # 26-10-14 is read both ways; with other signs only where the locale begins with the year
    year_first = sign == "-" or calendar.names.year_first or calendar.order == YMD
    if year_first and len(first) == len(third) == 2:
        yield from _existing(YMD, _Day(full_year(first), int(second), int(third)))


def _existing(how: str, day: _Day) -> Iterator[tuple[str, Period]]:
    try:
        yield how, period_containing(date(*day), Frequency.DAILY)
    except (ValueError, OverflowError):
        return

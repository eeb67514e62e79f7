"""Columns of text → periods, one distinct label at a time.

What a label can mean is said by `notations`; which of several meanings holds is told by the other labels of
the column, or by the person. `2026-10-14` is certain; `03/04/2026` is a day of April or of March.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kpidash.domain.calendars import Days, day_number, floor
from kpidash.domain.period import Frequency, Period
from kpidash.ingest.coarse import COMPACT, ENDS, MONTH, SPAN, STARTS, WEEK, Calendar
from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import Mask, shortened
from kpidash.ingest.locales import Names, names_of
from kpidash.ingest.notations import DMY, MDY, YMD, Readings, readings, serial


class DateOrder(StrEnum):
    """In which order a day is written."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


@dataclass(frozen=True, slots=True)
class Periods:
    """Distinct labels as periods: frequency rank, first day and day after the last, as int64 days.

    Rank −1: no period, or one that can be read in two ways (`doubtful`); `wrong` says why.
    """

    ranks: NDArray[np.int64]
    starts: Days
    ends: Days
    doubtful: Mask
    wrong: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()

    def native(self, frequency: Frequency, fiscal_year_start: int) -> Days:
        """The start of the period of `frequency` that each label is, or lies in; else NO_PERIOD."""
        known = (self.ranks >= 0) & (self.ranks <= frequency.rank)
        first = floor(self.starts, frequency, fiscal_year_start)
        last = floor(self.ends - 1, frequency, fiscal_year_start)
        return np.where(known & (first == last), first, NO_PERIOD)


NO_PERIOD = -(1 << 62)
"""Stands for 'no period' in a column of days."""

_FAMILIES = (
    frozenset({DMY, MDY, YMD}),
    frozenset({STARTS, ENDS}),
    frozenset({MONTH, SPAN}),
    frozenset({COMPACT, WEEK}),
)
"""Conventions of which one holds for all of a column."""
_USUAL = (MONTH, COMPACT)
"""Taken where nothing in a column speaks for the other convention of its family."""
_SPOKEN = {DMY: "the day first", MDY: "the month first", YMD: "the year first"}


@dataclass(frozen=True, slots=True)
class _Doubt:
    sentence: str


def periods_of(
    labels: Sequence[str],
    *,
    order: DateOrder | None = None,
    fiscal_year_start: int = 1,
    names: Names | None = None,
    today: date | None = None,
) -> Periods:
    """The periods that distinct labels of one column name, in words of `names` (English where None)."""
    calendar = Calendar(
        fiscal_year_start=fiscal_year_start, names=names or names_of(), today=today, order=order
    )
    said = [label.strip() for label in labels]
    days = [serial(label) for label in said]
    if said and all(days):
        read: list[Period | _Doubt | str] = [day for day in days if day]
        first = f"The periods are spreadsheet day numbers: '{said[0]}' is {days[0].start if days[0] else ''}."
        evidence: tuple[Evidence, ...] = (Evidence("period", "day numbers", first),)
    else:
        read, evidence = _settled(said, calendar)
    periods = [each if isinstance(each, Period) else None for each in read]
    return Periods(
        ranks=np.array([each.frequency.rank if each else -1 for each in periods], dtype=np.int64),
        starts=np.array([day_number(each.start) if each else 0 for each in periods], dtype=np.int64),
        ends=np.array([day_number(each.end) if each else 1 for each in periods], dtype=np.int64),
        doubtful=np.array([isinstance(each, _Doubt) for each in read], dtype=bool),
        wrong=tuple(_sentence(each) for each in read),
        evidence=evidence,
    )


def _sentence(read: "Period | _Doubt | str") -> str:
    if isinstance(read, Period):
        return ""
    return read.sentence if isinstance(read, _Doubt) else read


def _settled(
    labels: Sequence[str], calendar: Calendar
) -> tuple[list[Period | _Doubt | str], tuple[Evidence, ...]]:
    """Each label as the one period that it means beside the others, a doubt, or why it is none."""
    possible = [_possible(label, calendar) for label in labels]
    told: dict[str, frozenset[str]] = {}
    for family in _FAMILIES:
        of_family = [frozenset(each) for each in possible if not isinstance(each, str) and family & set(each)]
        allowed = family.intersection(*of_family)
        if allowed == {WEEK} and 2 * of_family.count(allowed) < len(of_family):
            # 202534 among months is a slip of the pen: it makes none of them a week
            allowed = family
        elif len(allowed) == 2 and (usual := allowed.intersection(_USUAL)):
            allowed = usual
        told.update(dict.fromkeys(family, allowed))
    read = [_chosen(label, each, told, calendar) for label, each in zip(labels, possible, strict=True)]
    return read, tuple(_order_evidence(labels, possible, told, calendar))


def _possible(label: str, calendar: Calendar) -> Readings | str:
    try:
        return readings(label, calendar)
    except (ValueError, OverflowError) as error:
        if serial(label):
            return f"'{label}' may be a spreadsheet's day number, and other cells are none; write the day"
        said = str(error)
        return said if label.isascii() and len(label) < 80 else f"'{shortened(label)}' is not a period"


def _chosen(
    label: str, possible: Readings | str, told: Mapping[str, frozenset[str]], calendar: Calendar
) -> Period | _Doubt | str:
    if isinstance(possible, str):
        return _Doubt(possible) if serial(label) else possible
    if calendar.order and (DMY in possible or MDY in possible or YMD in possible):
        return possible.get(calendar.order) or f"'{label}' is no day with {_SPOKEN[calendar.order]}"
    kept = {how: each for how, each in possible.items() if how in told.get(how, frozenset({how}))}
    one = _only(kept or possible)
    return one or _Doubt(_two_ways(label, possible, calendar.fiscal_year_start))


def _only(possible: Readings) -> Period | None:
    distinct = set(possible.values())
    return next(iter(distinct)) if len(distinct) == 1 else None


def _two_ways(label: str, possible: Readings, fiscal_year_start: int) -> str:
    means = " or ".join(sorted({each.label(fiscal_year_start) for each in possible.values()}))
    if _FAMILIES[0] & set(possible):
        orders = " or ".join(how for how in (DMY, MDY, YMD) if how in possible)
        return f"'{label}' can be {means}; say in which order days are written: --date-order {orders}"
    return f"'{label}' can be {means}; write the one that is meant"


def _order_evidence(
    labels: Sequence[str],
    possible: Sequence[Readings | str],
    told: Mapping[str, frozenset[str]],
    calendar: Calendar,
) -> Iterator[Evidence]:
    """What the column showed, where a label of it could be read in several ways without the others."""
    for family in (_FAMILIES[0], *_FAMILIES[2:]):
        settled = told[next(iter(family))]
        several = [at for at, each in enumerate(possible) if not isinstance(each, str) and not _only(each)]
        several = [at for at in several if family & set(possible[at])]
        if len(settled) != 1 or not several or calendar.order:
            continue
        how = next(iter(settled))
        if how in _USUAL:
            continue
        telling = next((at for at, each in enumerate(possible) if set(each) == {how}), None)
        if telling is not None:
            read = f"'{labels[several[0]]}' is read with {_SPOKEN.get(how, how)}"
            sentence = f"{read}, since '{labels[telling]}' can be read in no other way."
            yield Evidence("date_order" if how in _SPOKEN else "period", how, sentence)

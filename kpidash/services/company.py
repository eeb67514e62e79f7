"""The company as it stands: its catalogue made ready for arithmetic, its day, and its actuals by question."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd

from kpidash.domain.actuals import Actuals
from kpidash.domain.book import Book
from kpidash.domain.calendars import Days, day_number, first_day
from kpidash.domain.catalogue import Catalogue, Pace
from kpidash.domain.period import THURSDAY
from kpidash.domain.rollup import fold
from kpidash.services.amended import Amended
from kpidash.store import actuals as stored_actuals
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import rollups
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection

HOLIDAY_YEARS = range(1990, 2051)
"""The years for which holidays are looked up; a calendar that knows fewer gives those it knows."""

KEPT_APART = 64
"""Of how many questions it is remembered which months they took apart."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class OpenCompany:
    """The stored catalogue with the numbers that the database and the arithmetic know its KPIs by."""

    book: Book
    ids: Days
    """The database's kpi_id of each KPI, by its number in the book."""

    @property
    def catalogue(self) -> Catalogue:
        """The definitions."""
        return self.book.catalogue

    @cached_property
    def number_of(self) -> pd.Index:
        """Finds the number in the book of a kpi_id."""
        return pd.Index(self.ids)

    @cached_property
    def apart(self) -> dict[bytes, frozenset[tuple[int, int]]]:
        """By the reach of a question the months (with the KPI's number) of which it needed single periods."""
        return {}

    @cached_property
    def weekly_ids(self) -> frozenset[int]:
        """The kpi_ids whose native periods are weeks."""
        return frozenset(self.ids[self.book.rules["weekly"].to_numpy(np.bool_)].tolist())

    def around(self, code: str) -> "OpenCompany":
        """The company reduced to one KPI and what its formula needs."""
        return _around(self, code)

    def today(self) -> date:
        """The day it is in the company's time zone."""
        return datetime.now(ZoneInfo(self.catalogue.company.timezone)).date()


@lru_cache(maxsize=256)
def _around(company: OpenCompany, code: str) -> OpenCompany:
    book, catalogue, kept = company.book, company.catalogue, {code}
    waiting = [book.number[code]]
    while waiting:
        if formula := book.formulas.get(waiting.pop()):
            inputs = {needed.code for needed in formula.inputs} - kept
            kept |= inputs
            waiting += [book.number[needed] for needed in inputs]
    kpis = tuple(replace(kpi, parent=None) for kpi in catalogue.kpis if kpi.code in kept)
    ids = company.ids[[book.number[kpi.code] for kpi in kpis]]
    return OpenCompany(replace(book, catalogue=replace(catalogue, kpis=kpis)), ids)


def open_company(connection: Connection, *, known_at: datetime | None = None) -> OpenCompany:
    """The company as this transaction sees it; with `known_at` with the targets that were known then."""
    return opened(stored_catalogue.load(connection, known_at=known_at))


@lru_cache(maxsize=8)
def opened(stored: StoredCatalogue) -> OpenCompany:
    """Made once of each catalogue that the store remembers; nothing of it is ever changed."""
    return made_of(stored.catalogue, stored.ids)


def made_of(catalogue: Catalogue, numbers: Mapping[str, int]) -> OpenCompany:
    """The company of a catalogue whose KPIs the database knows by these numbers, by code."""
    ids = np.array([numbers[kpi.code] for kpi in catalogue.kpis], np.int64)
    paced = any(kpi.pace is Pace.WORKDAYS for kpi in catalogue.kpis)
    country = catalogue.company.holidays
    return OpenCompany(Book.of(catalogue, _holidays(country) if paced and country else ()), ids)


@lru_cache(maxsize=16)
def _holidays(country: str) -> tuple[int, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the calendar says which years it does not know
        days = holidays.country_holidays(country, years=HOLIDAY_YEARS)
    return tuple(sorted(day_number(day) for day in days))


def ask(
    connection: Connection,
    company: OpenCompany,
    reach: pd.DataFrame,
    question: Callable[[Actuals], Answer],
    *,
    known_at: datetime | None = None,
    amended: Amended | None = None,
) -> Answer:
    """The answer to `question` from the actuals in `reach` (kpi, first_month, last_month).

    The question is put on monthly rollups; where it needs single periods of a month it is put once more with
    those, and the next time with them at once. With `known_at` the actuals are those that were known at that
    time, with `amended` some months are other than stored.
    """
    weekly = company.book.rules["weekly"].tolist()
    if known_at is not None:
        pairs = _day_ranges(company, reach)
        periods = stored_actuals.known_at(connection, pairs, known_at)
        months = _numbered(company, fold(periods, company.weekly_ids))
        return question(Actuals.of(months, weekly, periods=_numbered(company, periods)))
    ranges = pd.DataFrame(
        {
            "kpi_id": company.ids[reach["kpi"]],
            "first_month": reach["first_month"],
            "last_month": reach["last_month"],
        }
    )
    stored = rollups.read(connection, ranges)
    months = _numbered(company, amended.over_months(stored) if amended else stored)
    apart, key = company.apart, reach.to_numpy().tobytes()
    known = apart.get(key, frozenset())
    actuals = Actuals.of(months, weekly, periods=_singles(connection, company, known, amended))
    answer = question(actuals)
    if actuals.unread <= known:
        return answer
    if len(apart) > KEPT_APART:
        apart.clear()
    apart[key] = known = known | actuals.unread
    return question(Actuals.of(months, weekly, periods=_singles(connection, company, known, amended)))


def _singles(
    connection: Connection, company: OpenCompany, months: frozenset[tuple[int, int]], amended: Amended | None
) -> pd.DataFrame | None:
    """The single periods of these months (KPI by its number, month); None where there are none."""
    if not months:
        return None
    pairs = pd.DataFrame(sorted(months), columns=["kpi", "first_month"])
    single = stored_actuals.periods(
        connection, _day_ranges(company, pairs.assign(last_month=pairs["first_month"]))
    )
    return _numbered(company, amended.over_periods(single) if amended else single)


def _day_ranges(company: OpenCompany, reach: pd.DataFrame) -> pd.DataFrame:
    """The start days, both included, of the native periods that can belong to the months of `reach`."""
    early = THURSDAY * company.book.rules["weekly"].to_numpy(np.int64)[reach["kpi"]]
    return pd.DataFrame(
        {
            "kpi_id": company.ids[reach["kpi"]],
            "first_day": first_day(reach["first_month"].to_numpy(np.int64)) - early,
            "last_day": first_day(reach["last_month"].to_numpy(np.int64) + 1) - 1 - early,
        }
    )


def _numbered(company: OpenCompany, rows: pd.DataFrame) -> pd.DataFrame:
    """Store rows by the KPI's number in the book; rows of retired KPIs are left out."""
    number = company.number_of.get_indexer(pd.Index(rows["kpi_id"]))
    return rows.drop(columns="kpi_id").assign(kpi=number)[number >= 0]

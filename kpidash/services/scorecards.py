"""The scorecard of what a person may see, and how its KPIs moved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.access import Capability, Scope
from kpidash.domain.period import Window, add_months, parse_window
from kpidash.domain.scorecard import Rolled, Scorecard
from kpidash.services import scored
from kpidash.services.company import Answer, OpenCompany, open_company
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.points import Line
from kpidash.store.engine import Connection, Database

YEARS = range(1900, 2200)
"""The years that can be looked at; arithmetic reaches some years beyond."""
Places = NDArray[np.intp]
_YEARS = f"{YEARS[0]} to {YEARS[-1]}"


def scorecard(
    database: Database,
    scope: Scope,
    *,
    window: str | None = None,
    as_of: date | None = None,
    department: str | None = None,
    known_at: datetime | None = None,
    revision: int | None = None,
) -> Scorecard:
    """The scored tree of `window` (default: the month of `as_of`) on the day `as_of` (default: today).

    Company totals are over the whole company; departments, KRAs and KPIs are those that `scope` may read,
    with `department` only those at and below it. With `known_at` (UTC) actuals and targets are those known
    then; definitions are those of now. Who knows that nothing of it changed since a `revision` says so: what
    was read for that is not read again.
    Raises WrongQuestion for a window that is none and NotThere for an unknown department.
    """
    scope.require(Capability.READ)
    read = _whole if revision is None else _known
    company, card = read(database, window, as_of, known_at, revision)
    return _seen(card, company, readable(company, scope, department))


def _whole(
    database: Database,
    window: str | None,
    as_of: date | None,
    known_at: datetime | None,
    _revision: int | None,
) -> tuple[OpenCompany, Scorecard]:
    """The scorecard of everything, and the company that it is of."""
    with database.read() as connection:
        company = open_company(connection)
        day = as_of or company.today()
        asked = window_of(company, window, day)
        if known_at is not None:
            return company, scored.card_of_then(connection, asked, day, known_at)
        return company, scored.card(connection, company, asked, day)


_known = lru_cache(maxsize=32)(_whole)


def trends(database: Database, scope: Scope, *, as_of: date | None = None, months: int = 13) -> pd.DataFrame:
    """Monthly points (`domain.series.monthly_points`) of all KPIs in scope, `months` months to `as_of`."""
    points, seen = _monthly(database, scope, as_of, months, scored.months)
    return points[points["code"].isin(seen)].reset_index(drop=True)


def lines(
    database: Database, scope: Scope, *, as_of: date | None = None, months: int = 13
) -> dict[str, Line]:
    """The same by code for sparklines: of what adds up without the month that still runs."""
    every, seen = _monthly(database, scope, as_of, months, scored.lines)
    return {code: line for code, line in every.items() if code in seen}


def _monthly(
    database: Database,
    scope: Scope,
    as_of: date | None,
    months: int,
    read: Callable[[Connection, OpenCompany, Window, date], Answer],
) -> tuple[Answer, frozenset[str]]:
    """What is known of all KPIs in so many months to a day, and the codes of those in scope."""
    scope.require(Capability.READ)
    with database.read() as connection:
        company = open_company(connection)
        day = as_of or company.today()
        span = Window("months", "months", add_months(day, 1 - months), add_months(day, 1))
        found = read(connection, company, span, day)
    return found, visible_kpis(company, readable(company, scope, None))


def window_of(company: OpenCompany, window: str | None, as_of: date) -> Window:
    """The window asked for; the month of `as_of` where none was."""
    if as_of.year not in YEARS:
        raise WrongQuestion(f"as of {as_of} is too far away; use a day of the years {_YEARS}")
    text = f"{as_of:%Y-%m}" if window is None else window
    try:
        found = parse_window(text, as_of, company.catalogue.company.fiscal_year_start)
    except ValueError as problem:
        raise WrongQuestion(str(problem)) from None
    if found.start.year not in YEARS:
        raise WrongQuestion(f"'{text}' is too far away; use a window of the years {_YEARS}")
    return found


def readable(company: OpenCompany, scope: Scope, department: str | None) -> frozenset[str]:
    """The codes of the departments to show; raises NotThere where `department` is none of them."""
    every = frozenset(one.code for one in company.catalogue.departments)
    may = every if scope.everywhere(Capability.READ) else scope.departments(Capability.READ) & every
    if department is None:
        return may
    if department not in may:
        raise NotThere(f"there is no department '{department}'")
    return may & company.catalogue.subtree(department)


def visible_kpis(company: OpenCompany, departments: frozenset[str]) -> frozenset[str]:
    """The codes of the KPIs under these departments."""
    return _cut(company, departments).codes


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """What there is under some departments: the places of each kind in the catalogue, and the KPIs' codes."""

    departments: Places
    kras: Places
    kpis: Places
    codes: frozenset[str]


@lru_cache(maxsize=256)
def _cut(company: OpenCompany, departments: frozenset[str]) -> _Cut:
    whole = company.catalogue
    codes = frozenset(kpi.code for kpi in whole.kpis_in(departments))
    return _Cut(
        _places(one.code in departments for one in whole.departments),
        _places(kra.department in departments for kra in whole.kras),
        _places(kpi.code in codes for kpi in whole.kpis),
        codes,
    )


def _places(wanted: Iterable[bool]) -> Places:
    return np.flatnonzero(np.fromiter(wanted, np.bool_))


def _seen(card: Scorecard, company: OpenCompany, departments: frozenset[str]) -> Scorecard:
    """What of a scorecard, which has everything in the catalogue's order, is under these departments."""
    everything = len(departments) == len(company.catalogue.departments)
    return card if everything else _part(card, company, departments)


@lru_cache(maxsize=128)
def _part(card: Scorecard, company: OpenCompany, departments: frozenset[str]) -> Scorecard:
    """Cut once for all who may read the same."""
    cut = _cut(company, departments)
    return replace(
        card,
        departments=_taken(card.departments, cut.departments),
        kras=_taken(card.kras, cut.kras),
        kpis=_taken(card.kpis, cut.kpis),
        hidden_reds=tuple(code for code in card.hidden_reds if code in cut.codes),
    )


def _taken(frame: pd.DataFrame, places: Places) -> pd.DataFrame:
    taken = frame.take(places)
    taken.index = pd.RangeIndex(len(places))
    return taken


_JSON_KPI = (
    "code", "kra", "actual", "compared_actual", "target_to_date", "target_to_date_low", "target_to_date_high",
    "baseline_to_date", "target", "variance", "attainment", "score", "status", "periods", "compared_periods",
    "last_period",
)  # fmt: skip


def as_json(card: Scorecard) -> dict[str, Any]:
    """The scorecard as the document of `scorecard --json`; missing numbers are None, days ISO 8601."""
    return {
        "as_of": card.as_of.isoformat(),
        "window": window_json(card.window),
        "company": _rolled(card.company),
        "departments": records(card.departments[["code", "parent", "score", "status", "coverage"]]),
        "kras": records(card.kras[["code", "department", "score", "status", "coverage"]]),
        "kpis": records(card.kpis[list(_JSON_KPI)]),
        "hidden_reds": list(card.hidden_reds),
    }


def window_json(window: Window) -> dict[str, str]:
    """kind, label, start and end (the day after the last) of a window."""
    return {
        "kind": window.kind,
        "label": window.label,
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as JSON can hold them."""
    columns = {name: _plain(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    if column.dtype.kind == "M":
        return [
            None if text == "NaT" else text for text in np.datetime_as_string(column.to_numpy(), unit="D")
        ]
    if column.dtype.kind == "f":
        return [value if np.isfinite(value) else None for value in column.tolist()]
    return [None if value is None or value != value else value for value in column.tolist()]


def _rolled(rolled: Rolled) -> dict[str, Any]:
    return {"score": rolled.score, "status": rolled.status, "coverage": rolled.coverage}

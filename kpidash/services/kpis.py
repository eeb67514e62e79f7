"""One KPI: how it stands, its points over time, its segments and targets."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.breakdown import contributions
from kpidash.domain.calendars import Calendar, day_number, day_of
from kpidash.domain.catalogue import Kpi, PeriodTarget, Trajectory
from kpidash.domain.judging import judge
from kpidash.domain.period import Frequency, Period, Window, add_months
from kpidash.domain.reach import months_needed
from kpidash.domain.series import native_points
from kpidash.services.breaking_down import parts, split
from kpidash.services.catalogues import without_others
from kpidash.services.company import OpenCompany, ask, open_company
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.scorecards import readable, records, visible_kpis, window_json, window_of
from kpidash.store.engine import Connection, Database
from kpidash.store.remembered import Remembered, elsewhere, state_of


@dataclass(frozen=True)
class KpiDetail:
    """`judged`: the KPI's row of the scorecard; `series`: `domain.series.native_points` with `period` labels;
    `segments`: `domain.breakdown.by_segment` of each dimension asked for, with each one's `contribution` to
    the variance.
    """

    kpi: Kpi
    as_of: date
    window: Window
    judged: dict[str, Any]
    series: pd.DataFrame
    segments: dict[str, pd.DataFrame]


def detail(
    database: Database,
    scope: Scope,
    code: str,
    *,
    window: str | None = None,
    as_of: date | None = None,
    by: str | None = None,
) -> KpiDetail:
    """All about one KPI in a window; segments by the dimension `by`, else by each of its dimensions.

    Raises NotThere for a KPI that does not exist or is not for this person, WrongQuestion for a dimension
    that the KPI does not have.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        company = open_company(connection)
        visible = visible_kpis(company, readable(company, scope, None))
        if code not in visible:
            raise NotThere(f"there is no KPI '{code}'")
        kpi = without_others(company.catalogue.kpi(code), visible)
        if by is not None and by not in kpi.dimensions:
            has = f"it has {', '.join(kpi.dimensions)}" if kpi.dimensions else "it has none"
            raise WrongQuestion(f"'{by}' is not a dimension of '{code}'; {has}")
        day = as_of or company.today()
        asked = window_of(company, window, day)
        judged, series, segments = _numbers(
            connection, company, code, asked, day, (by,) if by else kpi.dimensions
        )
    return KpiDetail(kpi, day, asked, judged, series, segments)


_Numbers = tuple[dict[str, Any], pd.DataFrame, dict[str, pd.DataFrame]]
"""`judged`, `series` and `segments` of a detail."""
_known: Remembered[_Numbers] = Remembered(64)


def _numbers(
    connection: Connection,
    company: OpenCompany,
    code: str,
    window: Window,
    day: date,
    dimensions: tuple[str, ...],
) -> _Numbers:
    """All numbers of a KPI, made once for all who may read it; nobody may change them."""
    small, kpi = company.around(code), company.catalogue.kpi(code)

    def make() -> _Numbers:
        judged = _judged(connection, small, code, window, day)
        series = _series(connection, small, code, window, day)
        return judged, series, _segments(connection, small, kpi, window, day, dimensions, judged)

    state = state_of(connection, code, window, day, dimensions)
    return _known.settled(connection, state, make, elsewhere(small.ids.tolist()))


def forget() -> None:
    """Start anew, as a new process does."""
    _known.forget()


def _judged(
    connection: Connection, company: OpenCompany, code: str, window: Window, day: date
) -> dict[str, Any]:
    """The KPI's row of the scorecard, by column."""
    book = company.book
    kpis = ask(
        connection,
        company,
        months_needed(book, window, day),
        lambda actuals: judge(book, window, day, actuals=actuals),
    )
    return {str(name): value for name, value in kpis.iloc[book.number[code]].items()}


MONTHS_SHOWN = {
    Frequency.DAILY: 12,
    Frequency.WEEKLY: 12,
    Frequency.MONTHLY: 24,
    Frequency.QUARTERLY: 36,
    Frequency.YEARLY: 72,
}
"""How far the points reach back beyond the end of the window, by frequency."""


def _series(
    connection: Connection, company: OpenCompany, code: str, window: Window, day: date
) -> pd.DataFrame:
    """The native periods to the end of the window with enough before it to see how they run."""
    book, kpi = company.book, company.catalogue.kpi(code)
    fiscal = company.catalogue.company.fiscal_year_start
    start = min(window.start, add_months(window.end, -MONTHS_SHOWN[kpi.frequency]))
    calendar = Calendar.between(day_number(start), day_number(window.end), kpi.frequency, fiscal)
    with_last_year = Window("span", "span", add_months(start, -13), window.end)
    points = ask(
        connection,
        company,
        months_needed(book, with_last_year, day),
        lambda actuals: native_points(book, book.number[code], calendar, day, actuals=actuals),
    )
    labels = [
        Period(kpi.frequency, day_of(int(first)), day_of(int(last))).label(fiscal)
        for first, last in zip(calendar.starts, calendar.ends, strict=True)
    ]
    points.insert(0, "period", labels)
    return points


def _segments(
    connection: Connection,
    company: OpenCompany,
    kpi: Kpi,
    window: Window,
    day: date,
    dimensions: tuple[str, ...],
    judged: dict[str, Any],
) -> dict[str, pd.DataFrame]:
    """The KPI by the values of each dimension, over the window's periods, with `contribution`."""
    now = split(connection, company, [kpi] if dimensions else [], window, day).get(kpi.code)
    if now is None:
        return {}
    first, last = (_a_year_earlier(one) for one in (window.start, min(window.end, day + timedelta(days=1))))
    before = parts(connection, {now.kpi_id: (day_number(first), day_number(last) - 1)})
    found = {dimension: now.by(dimension) for dimension in dimensions}
    for dimension, frame in found.items():
        a_year_ago = before.labelled(now.kpi_id, dimension)
        sums = a_year_ago.groupby("label", observed=True)["value"].sum()
        frame["contribution"] = _contributions(frame, kpi, judged, sums)
    return found


def _contributions(frame: pd.DataFrame, kpi: Kpi, judged: dict[str, Any], before: pd.Series) -> pd.Series:
    """See `domain.breakdown.contributions`; missing where not all periods are compared."""
    target = judged["target_to_date"]
    if judged["compared_periods"] != judged["periods"] or pd.isna(target):
        target = float("nan")
    found = contributions(frame, kpi, target, None if before.empty else before)
    return pd.Series(found, index=frame.index)


def _a_year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def as_json(found: KpiDetail) -> dict[str, Any]:
    """The detail as the document of `kpi --json`."""
    kpi = found.kpi
    judged = records(pd.DataFrame([found.judged]))[0]
    return {
        "code": kpi.code,
        "name": kpi.name,
        "kra": kpi.kra,
        "unit": kpi.unit.value,
        "direction": kpi.direction.value,
        "frequency": kpi.frequency.value,
        "aggregation": kpi.aggregation.value,
        "formula": kpi.formula,
        "as_of": found.as_of.isoformat(),
        "window": window_json(found.window),
        "kpi": judged,
        "series": records(found.series),
        "targets": [_target_json(target) for target in kpi.targets],
        "segments": [
            {"dimension": dimension, **row}
            for dimension, frame in found.segments.items()
            for row in records(frame.drop(columns="contribution").rename(columns={"label": "segment"}))
        ],
    }


def _target_json(target: PeriodTarget | Trajectory) -> dict[str, Any]:
    if isinstance(target, PeriodTarget):
        return {
            "start": target.period.start.isoformat(),
            "end": target.period.end.isoformat(),
            "value": target.value,
            "low": target.low,
            "high": target.high,
            "phasing": target.phasing,
        }
    return {
        "baseline": target.baseline,
        "from": target.begins.isoformat(),
        "due": target.due.isoformat(),
        "value": target.value,
        "change": target.change,
    }

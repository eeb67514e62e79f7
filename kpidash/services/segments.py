"""The KPIs of a department by the values of a dimension, side by side."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.breakdown import by_period, by_segment
from kpidash.domain.calendars import calendar_of, day_number
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import Window
from kpidash.services.breaking_down import parts, split
from kpidash.services.company import OpenCompany, open_company
from kpidash.services.errors import NotThere
from kpidash.services.kpis import detail
from kpidash.services.overview import records
from kpidash.services.scorecards import readable, window_of
from kpidash.store.engine import Connection, Database
from kpidash.store.remembered import Remembered, elsewhere, state_of


def by_dimension(
    database: Database,
    scope: Scope,
    department: str,
    dimension: str,
    *,
    window: str | None = None,
    as_of: date | None = None,
) -> dict[str, pd.DataFrame]:
    """The KPIs at and below a department that have the dimension, with values in the window, by code.

    Frames: label, actual, share, periods, the greatest actual first; see `domain.breakdown.by_segment`.
    Raises NotThere for a department that does not exist or is not for this person.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        company = open_company(connection)
        below = readable(company, scope, department)
        day = as_of or company.today()
        asked = window_of(company, window, day)
        wanted = [kpi for kpi in company.catalogue.kpis_in(below) if dimension in kpi.dimensions]
        frames = _frames(connection, company, wanted, dimension, asked, day)
    return {code: frame for code, frame in frames.items() if len(frame)}


_known: Remembered[pd.DataFrame] = Remembered(1024)


def _frames(
    connection: Connection, company: OpenCompany, kpis: list[Kpi], dimension: str, window: Window, day: date
) -> dict[str, pd.DataFrame]:
    """Each KPI by the dimension; only those that changed are made anew, and nobody may change them."""
    ids = {kpi.code: int(company.ids[company.book.number[kpi.code]]) for kpi in kpis}
    states = {code: state_of(connection, number, dimension, window, day) for code, number in ids.items()}
    found = {}
    for code, state in states.items():
        known = None if state is None else _known.latest(connection, state, elsewhere([ids[code]]))
        if known is not None:
            found[code] = known
    missing = [kpi for kpi in kpis if kpi.code not in found]
    for code, one in split(connection, company, missing, window, day).items():
        frame = one.by(dimension).dropna(subset=["actual"])
        found[code] = frame = frame.sort_values("actual", ascending=False, ignore_index=True)
        if (state := states[code]) is not None:
            _known.keep(connection, state, (), frame)
    return {kpi.code: found[kpi.code] for kpi in kpis if kpi.code in found}


def forget() -> None:
    """Start anew, as a new process does."""
    _known.forget()


@dataclass(frozen=True)
class SegmentDetail:
    """One value of a dimension: `points` (start, actual, whole: the KPI with all segments), what it is in the
    window (the row of `by_segment`, None where it reported nothing), and the same by the other dimensions.
    """

    kpi: Kpi
    dimension: str
    label: str
    points: pd.DataFrame
    now: dict[str, Any] | None
    within: dict[str, pd.DataFrame]


def segment(
    database: Database,
    scope: Scope,
    code: str,
    dimension: str,
    label: str,
    *,
    window: str | None = None,
    as_of: date | None = None,
) -> SegmentDetail:
    """One segment of a KPI, over time and in a window.

    Raises NotThere for a KPI, a dimension or a value that is not there, or not for this person.
    """
    whole = detail(database, scope, code, window=window, as_of=as_of)
    kpi = whole.kpi
    if dimension not in kpi.dimensions:
        raise NotThere(f"'{code}' has no dimension '{dimension}'")
    first, last = (pd.Timestamp(whole.series["start"].iloc[at]).date() for at in (0, -1))
    with database.read() as connection:
        company = open_company(connection)
        number = int(company.ids[company.book.number[code]])
        found = parts(connection, {number: (day_number(first), day_number(last))})
    rows = found.labelled(number, dimension)
    mine = rows[(rows["label"] == label).to_numpy()]
    if mine.empty:
        raise NotThere(f"'{code}' has nothing of {dimension} '{label}' in the time shown")
    own = by_period(mine, kpi)
    points = whole.series[["start", "running"]].assign(whole=whole.series["actual"])
    starts = own["period"].to_numpy("datetime64[D]").astype("datetime64[s]")
    points["actual"] = points["start"].map(pd.Series(own["actual"].to_numpy(), index=starts))
    fiscal = company.catalogue.company.fiscal_year_start
    calendar = calendar_of(whole.window, whole.as_of, kpi.frequency, fiscal)
    within = {
        other: by_segment(
            replace(found, rows={number: mine}).labelled(number, other),
            kpi,
            calendar,
            whole.as_of,
        )
        for other in kpi.dimensions
        if other != dimension
    }
    now = whole.segments.get(dimension, pd.DataFrame(columns=["label"]))
    rows_now = records(now[now["label"] == label])
    return SegmentDetail(kpi, dimension, label, points, rows_now[0] if rows_now else None, within)

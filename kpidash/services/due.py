"""What is due from a person: the values and targets that are missing of the KPIs they may upload."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain import due as periods
from kpidash.domain.access import Capability, Scope
from kpidash.domain.calendars import Days, day_number, day_of
from kpidash.domain.catalogue import Aggregation, Company, Direction, Kpi, Unit
from kpidash.domain.locking import targets_held, values_held
from kpidash.domain.period import Frequency, Period, period_containing
from kpidash.ingest.layout import Kind
from kpidash.ingest.templates import ABOUT
from kpidash.services.errors import NotThere
from kpidash.services.previews import terms_of
from kpidash.store import catalogue, closing, scanning, segments
from kpidash.store.engine import Connection, Database

MOST = 50_000
"""Rows that are given; of more the newest are."""
_SEEN = 3
"""How many times as far back as periods are asked for is looked at which segments are in use."""
_WHOLE = 1_000
"""From here on a number is for orientation without its decimals."""
_UNITS = {Unit.PERCENT: "in percent", Unit.DURATION: "in seconds", Unit.RATIO: "", Unit.NUMBER: ""}
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: one row per KPI, period and segment, with the columns of a file that gives the values.

    The columns to fill in are blank; the last one says what a row is about. `left_out` counts rows that are
    due and older than the MOST that are given. `through` is the first day of the newest period.
    """

    kind: Kind
    rows: pd.DataFrame
    left_out: int
    through: date | None

    @property
    def kpis(self) -> int:
        """How many KPIs have something due."""
        return int(self.rows["kpi"].nunique())


def due(
    database: Database,
    scope: Scope,
    kind: str = "actuals",
    *,
    kpis: Collection[str] | None = None,
    today: date | None = None,
) -> Due:
    """What is due of the KPIs that the person may upload (of `kpis` where given).

    Closed periods and calculated KPIs are never due. Raises NotPermitted for somebody who may upload nowhere
    and NotThere for a code of `kpis` that is none of theirs.
    """
    scope.require(Capability.UPLOAD)
    with database.read() as connection:
        stored = catalogue.load(connection)
        terms = terms_of(stored, scope, today)
        own = {kpi.code: kpi for kpi in stored.catalogue.kpis if kpi.code in terms.uploadable}
        if unknown := set(kpis or ()) - own.keys():
            raise NotThere(f"there is no KPI '{min(unknown)}' that you may upload")
        asked = {terms.ids[code]: kpi for code, kpi in own.items() if kpis is None or code in kpis}
        closed = np.array([one.month for one in closing.closed(connection)], np.int64)
        look = _Look(stored.catalogue.company, terms.today, closed)
        if Kind(kind) is Kind.TARGETS:
            return _given(Kind.TARGETS, _targets(asked.values(), look))
        return _given(Kind.ACTUALS, _actuals(connection, asked, look))


@dataclass(frozen=True, slots=True)
class _Look:
    """From where it is looked: the company, its day, and its closed months."""

    company: Company
    today: date
    closed: Days

    def period(self, start: int, frequency: Frequency) -> Period:
        """The period of a frequency that starts on a day."""
        return period_containing(day_of(start), frequency, self.company.fiscal_year_start)

    def label(self, period: Period) -> str:
        """The period as files write it."""
        return period.label(self.company.fiscal_year_start)

    def about(self, kpi: Kpi) -> str:
        """What a KPI's numbers are, for people."""
        unit = f"in {self.company.currency}" if kpi.unit is Unit.CURRENCY else _UNITS[kpi.unit]
        return ", ".join(part for part in (kpi.name, unit or kpi.unit_label) if part)


def _given(kind: Kind, found: Iterator[tuple[int, Row]]) -> Due:
    """The newest rows, in the order in which they were found, with the columns that any of them has."""
    rows = list(found)
    start = np.array([day for day, _ in rows], np.int64)
    kept = np.sort(np.argsort(-start, kind="stable")[:MOST])
    frame = pd.DataFrame([rows[at][1] for at in kept.tolist()]).astype(object).fillna("")
    order = [name for name in _ORDER if name in frame]
    own = [str(name) for name in frame if name not in _ORDER]
    at = order.index("note") if "note" in order else len(order) - 1
    frame = frame.reindex(columns=[*order[:at], *own, *order[at:]] if rows else list(_ORDER))
    return Due(kind, frame, len(rows) - len(kept), day_of(int(start.max())) if rows else None)


_ORDER = ("kpi", "period", "value", "numerator", "denominator", "target", "low", "high", "note", ABOUT)


def _actuals(connection: Connection, kpis: Mapping[int, Kpi], look: _Look) -> Iterator[tuple[int, Row]]:
    reported = {number: kpi for number, kpi in kpis.items() if kpi.formula is None}
    known = _reported(connection, reported, look)
    names = {number: json.loads(key) for key, number in segments.known(connection).items()}
    for number, kpi in reported.items():
        own = known.get(number, _NOTHING)
        last = {one: (day, value) for one, day, value in zip(
            own["segment_id"].tolist(), own["period"].tolist(), own["value"].tolist(), strict=True
        )}  # fmt: skip
        starts, used = periods.due(
            _open(kpi, look),
            own["period"].to_numpy(np.int64),
            own["segment_id"].to_numpy(np.int64),
            daily=kpi.frequency is Frequency.DAILY,
        )
        for start, segment in zip(starts.tolist(), used.tolist(), strict=True):
            about = look.about(kpi)
            if segment in last:
                day, value = last[segment]
                about += f"; {_plain(value, kpi)} in {look.label(look.period(day, kpi.frequency))}"
            yield start, _row(kpi, look.label(look.period(start, kpi.frequency)), names[segment], about)


def _row(kpi: Kpi, label: str, segment: Mapping[str, str], about: str) -> Row:
    numbers = ("numerator", "denominator") if kpi.aggregation is Aggregation.RATIO else ("value",)
    blank = dict.fromkeys((*numbers, *kpi.dimensions, "note"), "")
    return {"kpi": kpi.code, "period": label, **blank, **segment, ABOUT: about}


def _plain(value: float, kpi: Kpi) -> str:
    return f"{value:,.{max(kpi.decimals, 0 if abs(value) >= _WHOLE else 2)}f}"


def _open(kpi: Kpi, look: _Look, times: int = 1) -> Days:
    """The periods of the KPI that are over and not closed."""
    starts = periods.over(kpi.frequency, look.today, look.company.fiscal_year_start, times=times)
    ranks = np.full(len(starts), kpi.frequency.rank, np.int64)
    return starts[~values_held(starts, ranks, look.closed).held]


_NOTHING = pd.DataFrame({"period": [], "segment_id": [], "value": []}).astype(
    {"period": np.int64, "segment_id": np.int64}
)


def _reported(connection: Connection, kpis: Mapping[int, Kpi], look: _Look) -> Mapping[int, pd.DataFrame]:
    """What each KPI reported lately: period, segment_id, value, ascending."""
    starts = {
        frequency: int(periods.over(frequency, look.today, look.company.fiscal_year_start, times=_SEEN)[0])
        for frequency in Frequency
    }
    spans = pd.DataFrame(
        {
            "kpi_id": np.array(list(kpis), np.int64),
            "first_day": np.array([starts[kpi.frequency] for kpi in kpis.values()], np.int64),
            "last_day": day_number(look.today),
        }
    )
    found = scanning.scan(connection, spans)
    return {int(str(number)): rows for number, rows in found.groupby("kpi_id")}


def _targets(kpis: Collection[Kpi], look: _Look) -> Iterator[tuple[int, Row]]:
    for kpi in kpis:
        blank = dict.fromkeys(("low", "high") if kpi.direction is Direction.MAINTAIN else ("target",), "")
        for period in periods.targets_due(kpi, look.today, look.company.fiscal_year_start):
            start, rank = (
                np.array([one], np.int64) for one in (day_number(period.start), period.frequency.rank)
            )
            if not targets_held(start, rank, look.closed).held.any():
                row = {"kpi": kpi.code, "period": look.label(period), **blank, ABOUT: look.about(kpi)}
                yield int(start[0]), row

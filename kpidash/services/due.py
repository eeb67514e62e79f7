"""What is due from a person: the values and targets that are missing of the KPIs they may upload."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpidash.domain import due as periods
from kpidash.domain.access import Capability, Scope
from kpidash.domain.calendars import day_number, day_of
from kpidash.domain.catalogue import Aggregation, Direction, Kpi, Unit
from kpidash.domain.locking import targets_held
from kpidash.ingest.layout import Kind
from kpidash.ingest.templates import ABOUT
from kpidash.services.errors import NotThere
from kpidash.services.missing import Look, look_of, missing
from kpidash.services.previews import terms_of
from kpidash.store import catalogue, segments
from kpidash.store.engine import Connection, Database

MOST = 50_000
"""Rows that are given; of more the newest are."""
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
        look = look_of(connection, stored.catalogue.company, terms.today)
        if Kind(kind) is Kind.TARGETS:
            return _given(Kind.TARGETS, _targets(asked.values(), look))
        return _given(Kind.ACTUALS, _actuals(connection, asked, look))


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


def _actuals(connection: Connection, kpis: Mapping[int, Kpi], look: Look) -> Iterator[tuple[int, Row]]:
    names = {number: json.loads(key) for key, number in segments.known(connection).items()}
    found = missing(connection, kpis, look)
    at, where, day, value = (found.last[name].tolist() for name in ("kpi", "segment_id", "period", "value"))
    last = dict(zip(zip(at, where, strict=True), zip(day, value, strict=True), strict=True))
    for place, start, segment in found.missing.itertuples(index=False, name=None):
        kpi = found.kpis[place]
        about = _about(kpi, look)
        if (place, segment) in last:
            newest, said = last[place, segment]
            about += f"; {_plain(said, kpi)} in {look.label(look.period(newest, kpi.frequency))}"
        yield start, _row(kpi, look.label(look.period(start, kpi.frequency)), names[segment], about)


def _about(kpi: Kpi, look: Look) -> str:
    """What a KPI's numbers are, for people."""
    unit = f"in {look.company.currency}" if kpi.unit is Unit.CURRENCY else _UNITS[kpi.unit]
    return ", ".join(part for part in (kpi.name, unit or kpi.unit_label) if part)


def _row(kpi: Kpi, label: str, segment: Mapping[str, str], about: str) -> Row:
    numbers = ("numerator", "denominator") if kpi.aggregation is Aggregation.RATIO else ("value",)
    blank = dict.fromkeys((*numbers, *kpi.dimensions, "note"), "")
    return {"kpi": kpi.code, "period": label, **blank, **segment, ABOUT: about}


def _plain(value: float, kpi: Kpi) -> str:
    return f"{value:,.{max(kpi.decimals, 0 if abs(value) >= _WHOLE else 2)}f}"


def _targets(kpis: Collection[Kpi], look: Look) -> Iterator[tuple[int, Row]]:
    for kpi in kpis:
        blank = dict.fromkeys(("low", "high") if kpi.direction is Direction.MAINTAIN else ("target",), "")
        for period in periods.targets_due(kpi, look.today, look.company.fiscal_year_start):
            start, rank = (
                np.array([one], np.int64) for one in (day_number(period.start), period.frequency.rank)
            )
            if not targets_held(start, rank, look.closed).held.any():
                row = {"kpi": kpi.code, "period": look.label(period), **blank, ABOUT: _about(kpi, look)}
                yield int(start[0]), row

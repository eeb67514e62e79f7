"""Where a KPI's numbers came from: the uploads of the KPI, and each point down to its uploads and rows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.calendars import Calendar, day_number
from kpidash.domain.catalogue import Aggregation, Kpi, Unit
from kpidash.domain.period import Period, Window, add_months, parse_period, period_containing
from kpidash.domain.reach import months_needed
from kpidash.domain.series import native_points
from kpidash.services.catalogues import without_others
from kpidash.services.company import OpenCompany, ask, open_company
from kpidash.services.errors import NotThere
from kpidash.services.scorecards import YEARS, readable, visible_kpis
from kpidash.services.upload_history import Past
from kpidash.store import actuals, past_uploads, segments, touches, uploads
from kpidash.store.engine import Connection, Database

MOST = 200
"""Values of one point that are told."""
_SCALE = {Unit.PERCENT: 100.0}


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody said a value was: the number (a ratio's from its parts), and the upload and its row.

    `until` is the upload that put something else in its place; `back_by` the undo that put it back.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    note: str | None
    source: Past
    row: int | None
    until: Past | None = None
    back_by: Past | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """One segment of a native period: `now` is None where its value was taken away; `earlier` newest first.

    `where` is empty for the segment without dimensions.
    """

    where: tuple[str, ...]
    now: Given | None
    earlier: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A point that another one is made of: of `kpi`, in the period of that label."""

    kpi: Kpi
    label: str
    actual: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a KPI with what is behind it, as far as the person may see it.

    A native period has `origins` (MOST of `total`); a coarser one, or a calculated KPI's, has `parts`: the
    native periods inside, or the inputs. `hidden` counts the inputs that are not this person's to read.
    """

    kpi: Kpi
    period: Period
    label: str
    actual: float | None = None
    origins: tuple[Origin, ...] = ()
    total: int = 0
    parts: tuple[Part, ...] = ()
    hidden: int = 0


def uploads_of(database: Database, scope: Scope, code: str, *, most: int = 5) -> list[Past]:
    """The uploads that changed a KPI, the newest first; raises NotThere as `services.kpis.detail` does."""
    scope.require(Capability.READ)
    with database.read() as connection:
        company, _ = seen(connection, scope, code)
        number = int(company.ids[company.book.number[code]])
        latest = touches.latest_of(connection, number, most)
        found = [uploads.find(connection, upload_id) for upload_id in latest]
    return [Past(upload) for upload in found if upload is not None]


def point(database: Database, scope: Scope, code: str, label: str, *, today: date | None = None) -> Point:
    """The point of a KPI in the period of `label`; one finer than the KPI's is that of the period around it.

    Raises NotThere for a KPI that does not exist or is not for this person, and for a label that is none.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        company, visible = seen(connection, scope, code)
        kpi = without_others(company.catalogue.kpi(code), visible)
        period = _period(company, kpi, label)
        day, small = today or company.today(), company.around(code)
        named = period.label(company.catalogue.company.fiscal_year_start)
        inside = _points(connection, small, kpi, period, day)
        if period.frequency is not kpi.frequency:
            return Point(kpi=kpi, period=period, label=named, parts=tuple(inside))
        found = Point(kpi=kpi, period=period, label=named, actual=inside[0].actual if inside else None)
        if kpi.formula is not None:
            return _of_inputs(company, found, visible)
        number = int(company.ids[company.book.number[code]])
        return _of_rows(connection, found, number)


def seen(connection: Connection, scope: Scope, code: str) -> tuple[OpenCompany, frozenset[str]]:
    """The company and the KPIs in scope; raises NotThere where `code` is none of these."""
    company = open_company(connection)
    visible = visible_kpis(company, readable(company, scope, None))
    if code not in visible:
        raise NotThere(f"there is no KPI '{code}'")
    return company, visible


def _period(company: OpenCompany, kpi: Kpi, label: str) -> Period:
    fiscal = company.catalogue.company.fiscal_year_start
    try:
        period = parse_period(label, fiscal)
    except ValueError as problem:
        raise NotThere(str(problem)) from None
    if period.start.year not in YEARS:
        raise NotThere(f"'{label}' is too far away")
    if period.frequency.rank < kpi.frequency.rank:
        return period_containing(period.start, kpi.frequency, fiscal)
    return period


def _points(connection: Connection, company: OpenCompany, kpi: Kpi, period: Period, day: date) -> list[Part]:
    """The native periods inside that have an actual, in order of time."""
    book, fiscal = company.book, company.catalogue.company.fiscal_year_start
    first, end = day_number(period.start), day_number(period.end)
    calendar = Calendar.between(first, end, kpi.frequency, fiscal)
    if not len(calendar):
        return []
    if period.frequency is kpi.frequency:
        calendar = Calendar(kpi.frequency, np.array([first]), np.array([end]))
    span = Window("span", "span", add_months(period.start, -13), add_months(period.end, 1))
    found = ask(
        connection,
        company,
        months_needed(book, span, day),
        lambda values: native_points(book, book.number[kpi.code], calendar, day, actuals=values),
    )
    known = found[found["actual"].notna()]
    return [
        Part(kpi, period_containing(start.date(), kpi.frequency, fiscal).label(fiscal), float(actual))
        for start, actual in zip(known["start"], known["actual"], strict=True)
    ]


def _of_inputs(company: OpenCompany, found: Point, visible: frozenset[str]) -> Point:
    """The same with the points of the formula's inputs, of each once."""
    fiscal, formula = (
        company.catalogue.company.fiscal_year_start,
        company.book.formulas[company.book.number[found.kpi.code]],
    )
    parts: dict[tuple[str, str], Part] = {}
    hidden = set()
    for needed in formula.inputs if formula else ():
        if needed.code not in visible:
            hidden.add(needed.code)
            continue
        start = add_months(found.period.start, -12) if needed.year_ago else found.period.start
        label = period_containing(start, found.period.frequency, fiscal).label(fiscal)
        parts[needed.code, label] = Part(without_others(company.catalogue.kpi(needed.code), visible), label)
    return Point(
        kpi=found.kpi, period=found.period, label=found.label, actual=found.actual,
        parts=tuple(parts.values()), hidden=len(hidden),
    )  # fmt: skip


def _of_rows(connection: Connection, found: Point, number: int) -> Point:
    """The same with the values stored for its native period and those before them."""
    day = day_number(found.period.start)
    now, earlier = actuals.segments(connection, number, day, day), actuals.earlier(connection, number, day)
    ids = pd.concat([now["segment_id"], earlier["segment_id"]]).unique().tolist()
    keys = segments.keys(connection, ids)
    named = {one: tuple(str(value) for value in json.loads(keys.get(one, "{}")).values()) for one in ids}
    told = sorted(ids, key=lambda one: named[one])[:MOST]
    now, earlier = now[now["segment_id"].isin(told)], earlier[earlier["segment_id"].isin(told)]
    past = _past(connection, now, earlier)
    current = {int(row["segment_id"]): _given(found.kpi, row, past) for row in now.to_dict("records")}
    before: dict[int, list[Given]] = {one: [] for one in told}
    for row in earlier.to_dict("records"):
        before[int(row["segment_id"])].append(_given(found.kpi, row, past))
    origins = tuple(Origin(named[one], current.get(one), tuple(before[one])) for one in told)
    return Point(
        kpi=found.kpi, period=found.period, label=found.label, actual=found.actual,
        origins=origins, total=len(ids),
    )  # fmt: skip


def _past(connection: Connection, *frames: pd.DataFrame) -> Mapping[int, Past]:
    """The uploads that rows name, by their numbers."""
    names = ("source_id", "upload_id", "superseded_by")
    columns = [frame[name] for frame in frames for name in names if name in frame]
    numbers: Iterable[int] = pd.concat(columns).dropna().astype("int64").unique().tolist()
    return {one.id: Past(one) for one in past_uploads.of(connection, numbers)}


def _given(kpi: Kpi, row: Mapping[Any, Any], past: Mapping[int, Past]) -> Given:
    value, numerator, denominator, at = (
        _number(row[name]) for name in ("value", "numerator", "denominator", "row")
    )
    if kpi.aggregation is Aggregation.RATIO and numerator is not None and denominator:
        value = _SCALE.get(kpi.unit, 1.0) * numerator / denominator
    source, by = int(row["source_id"]), int(row["upload_id"])
    until = row.get("superseded_by")
    note = row.get("note")
    return Given(
        value, numerator, denominator, str(note) if note else None, past[source],
        None if at is None else int(at), None if until is None else past[int(until)],
        past[by] if by != source else None,
    )  # fmt: skip


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None

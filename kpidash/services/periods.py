"""Closed periods: an administrator closes months, and no upload changes anything in them until they are open.

See `kpidash.domain.locking` for which values and targets a closed month holds fast. Definitions are not held:
whoever applies a catalogue is an administrator, and could open the month.
"""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import Kpi
from kpidash.domain.locking import targets_held, values_held
from kpidash.domain.period import parse_period
from kpidash.services.errors import WrongQuestion
from kpidash.store import audit, closing, saving
from kpidash.store import catalogue as stored_catalogue
from kpidash.store.closing import Closed
from kpidash.store.engine import Connection, Database

__all__ = [
    "Closed", "close", "closed", "first_of", "held_by", "label_of", "month_of", "reopen", "sentences",
]  # fmt: skip


def closed(database: Database, scope: Scope) -> tuple[Closed, ...]:
    """The closed months, ascending; for everybody who may read, upload or define anything."""
    if not any(scope.may(one) for one in (Capability.READ, Capability.UPLOAD)):
        scope.require(Capability.DEFINE)
    with database.read() as connection:
        return closing.closed(connection)


def close(
    database: Database, scope: Scope, label: str, *, reason: str | None = None, today: date | None = None
) -> tuple[int, ...]:
    """Close the months of a period (2026-09, 2026-Q2, FY2026) that are still open; returns these.

    Uploads that are being written at this moment are waited for. Raises WrongQuestion for a label that names
    no whole months, or months that are not over.
    """
    scope.require_everywhere(Capability.DEFINE)
    with database.write() as connection:
        saving.lock(connection)
        months, company = _months(connection, label)
        now = today or datetime.now(ZoneInfo(company)).date()
        if months[-1] >= month_of(now):
            raise WrongQuestion(f"{label_of(max(months[0], month_of(now)))} is not over; close it when it is")
        fresh = sorted(set(months) - {one.month for one in closing.closed(connection)})
        if fresh:
            said = (reason or "").strip() or None
            closing.close(connection, fresh, actor=scope.actor, reason=said)
            _record(connection, scope, "period.close", label, fresh, said)
    return tuple(fresh)


def reopen(database: Database, scope: Scope, label: str) -> tuple[int, ...]:
    """Open the closed months of a period again; returns these. Raises WrongQuestion as `close` does."""
    scope.require_everywhere(Capability.DEFINE)
    with database.write() as connection:
        saving.lock(connection)
        months, _ = _months(connection, label)
        known = sorted(set(months) & {one.month for one in closing.closed(connection)})
        if known:
            closing.reopen(connection, known)
            _record(connection, scope, "period.open", label, known, None)
    return tuple(known)


def label_of(month: int) -> str:
    """The label of a month number since 1970-01."""
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"


def month_of(day: date) -> int:
    """The number of the month of a day, since 1970-01."""
    return (day.year - 1970) * 12 + day.month - 1


def first_of(month: int) -> date:
    """The first day of a month number since 1970-01."""
    return date(1970 + month // 12, month % 12 + 1, 1)


def sentences(connection: Connection) -> dict[int, str]:
    """What to say of each closed month: by whom and when it was closed."""
    return {
        one.month: f"{label_of(one.month)} was closed by {one.actor} on {one.closed_at:%Y-%m-%d}"
        for one in closing.closed(connection)
    }


def held_by(connection: Connection, keys: pd.DataFrame, kpis: Mapping[int, Kpi]) -> tuple[str, ...]:
    """The labels of the closed months that hold any of `keys` (kpi_id, period, and kind of targets).

    Asked in the writing transaction after `store.saving.keep` it stays true: nobody closes a month meanwhile.
    """
    months = np.array([one.month for one in closing.closed(connection)], np.int64)
    if not len(months) or keys.empty:
        return ()
    start = keys["period"].to_numpy(np.int64)
    if "kind" in keys:
        kind = keys["kind"].to_numpy(np.int64)
        usual = kind < _KINDS
        found = targets_held(start[usual], kind[usual], months)
    else:
        numbers, at = np.unique(keys["kpi_id"].to_numpy(), return_inverse=True)
        ranks = np.array([kpis[number].frequency.rank for number in numbers.tolist()], np.int64)
        found = values_held(start, ranks[at], months)
    return tuple(label_of(month) for month in sorted(set(found.month[found.held].tolist())))


_KINDS = 5
"""Kinds of targets that are for a period; a trajectory has none, and no closed month holds it."""


def _months(connection: Connection, label: str) -> tuple[list[int], str]:
    """The months of a label, and the company's time zone."""
    company = stored_catalogue.load(connection).catalogue.company
    try:
        period = parse_period(label, company.fiscal_year_start)
    except ValueError as problem:
        raise WrongQuestion(str(problem)) from None
    if period.start.day != 1 or period.end.day != 1:
        raise WrongQuestion(f"'{label}' is no month; close whole months, quarters or years")
    return list(range(month_of(period.start), month_of(period.end))), company.timezone


def _record(
    connection: Connection, scope: Scope, action: str, label: str, months: list[int], reason: str | None
) -> None:
    before, after = ("open", "closed") if action == "period.close" else ("closed", "open")
    named = [label_of(month) for month in months]
    detail = {"months": named, "before": before, "after": after, **({"reason": reason} if reason else {})}
    audit.record(connection, scope, action=action, subject=label, detail=detail)

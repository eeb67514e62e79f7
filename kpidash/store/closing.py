"""Months that an administrator closed, with who, when and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from kpidash.store.tables import closed_month
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True)
class Closed:
    """One closed month (a month number since 1970-01), by whom, since when (UTC) and why."""

    month: int
    actor: str
    closed_at: datetime
    reason: str | None


def closed(connection: Connection) -> tuple[Closed, ...]:
    """The closed months, ascending."""
    rows = connection.execute(select(closed_month).order_by(closed_month.c.month))
    return tuple(Closed(row.month, row.actor, moment(row.closed_at), row.reason) for row in rows)


def close(connection: Connection, months: Collection[int], *, actor: str, reason: str | None) -> None:
    """Close months that are open."""
    now = microseconds(datetime.now(UTC))
    rows = [{"month": month, "actor": actor, "closed_at": now, "reason": reason} for month in sorted(months)]
    if rows:
        connection.execute(insert(closed_month), rows)


def reopen(connection: Connection, months: Collection[int]) -> None:
    """Open months that are closed."""
    connection.execute(delete(closed_month).where(closed_month.c.month.in_(sorted(months))))

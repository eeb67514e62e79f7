"""What the changes after a revision touched, so that nothing else need be read or made again.

Every change raises the revision by one. An upload of actuals says where it changed them; of every other
change it is only known that it may concern anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, select

from kpidash.store.tables import upload, upload_touch
from kpidash.store.uploads import Kind, moment

MOST = 500
"""Revisions that are looked at one by one; after more of them anything may have changed."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A change: its revision, when it was (UTC), and of which KPIs (by id) it changed actuals.

    `touched` holds the first and the last day on which a period of theirs begins that it changed; it is None
    where the change may concern anything.
    """

    revision: int
    at: datetime
    touched: Mapping[int, tuple[int, int]] | None


def since(connection: Connection, seen: int, now: int, at: datetime) -> list[Movement]:
    """The changes after the revision `seen` up to `now`, which is of the moment `at`; ascending."""
    if now - seen > MOST:
        return [Movement(now, at, None)]
    found = {}
    for number, uploads in groupby(_uploads(connection, seen, now), key=attrgetter("revision")):
        kept = list(uploads)
        found[number] = Movement(number, moment(kept[0].committed_at), _touched(kept))
    return [found.get(number) or Movement(number, at, None) for number in range(seen + 1, now + 1)]


def from_state(connection: Connection, state: tuple[int, int], now: int) -> list[Movement] | None:
    """The changes since a `state` (a revision and its time in microseconds) up to the revision `now`.

    None where the database was another one at that revision: one that was restored has other times.
    """
    seen, at = state
    if seen == now or now - seen > MOST or not _had(connection, seen, at):
        return None
    return since(connection, seen, now, moment(at))


def _touched(uploads: Sequence[Any]) -> dict[int, tuple[int, int]] | None:
    if any(one.kind != Kind.ACTUALS for one in uploads):
        return None
    found: dict[int, tuple[int, int]] = {}
    for one in uploads:
        if one.kpi_id is not None:
            first, last = found.get(one.kpi_id, (one.first_day, one.last_day))
            found[one.kpi_id] = min(first, one.first_day), max(last, one.last_day)
    return found


def _uploads(connection: Connection, seen: int, now: int) -> Sequence[Any]:
    """The uploads, in one row for each KPI that they touched."""
    joined = upload.outerjoin(upload_touch, upload_touch.c.upload_id == upload.c.id)
    touch = (upload_touch.c.kpi_id, upload_touch.c.first_day, upload_touch.c.last_day)
    query = select(upload.c.revision, upload.c.committed_at, upload.c.kind, *touch).select_from(joined)
    between = (upload.c.revision > seen) & (upload.c.revision <= now)
    return connection.execute(query.where(between).order_by(upload.c.revision)).all()


def _had(connection: Connection, number: int, at: int) -> bool:
    query = select(upload.c.id).where((upload.c.revision == number) & (upload.c.committed_at == at)).limit(1)
    found: Row[tuple[int]] | None = connection.execute(query).first()
    return found is not None

"""What the changes after a revision touched, so that nothing else need be read or made again.

Every change raises the revision by one. An upload of actuals says which KPIs it touched; of every other
change it is only known that it may concern anything.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, Row, select

from kpidash.store.columns import rows_of
from kpidash.store.tables import upload, upload_touch
from kpidash.store.uploads import Kind, moment

MOST = 500
"""Revisions that are looked at one by one; after more of them anything may have changed."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A change: its revision, when it was (UTC), and the KPIs (by id) of which it changed actuals.

    `kpi_ids` is None where it may have changed anything.
    """

    revision: int
    at: datetime
    kpi_ids: frozenset[int] | None


def since(connection: Connection, seen: int, now: int, at: datetime) -> list[Movement]:
    """The changes after the revision `seen` up to `now`, which is of the moment `at`; ascending."""
    if now - seen > MOST:
        return [Movement(now, at, None)]
    found = {}
    for number, uploads in groupby(_uploads(connection, seen, now), key=itemgetter(0)):
        kept = list(uploads)
        only_actuals = all(kind == Kind.ACTUALS for _, _, kind, _ in kept)
        touched = frozenset(kpi for *_, kpi in kept if kpi is not None)
        found[number] = Movement(number, moment(kept[0][1]), touched if only_actuals else None)
    return [found.get(number) or Movement(number, at, None) for number in range(seen + 1, now + 1)]


def only_actuals(connection: Connection, state: tuple[int, int], now: int) -> bool:
    """Whether all changes since a `state` (revision and its time in microseconds) were of actuals alone.

    False also where the database was another one at that revision: one that was restored has other times.
    """
    seen, at = state
    if now - seen > MOST or not _had(connection, seen, at):
        return False
    moves = since(connection, seen, now, moment(at))
    return all(one.kpi_ids is not None for one in moves)


def _uploads(connection: Connection, seen: int, now: int) -> list[tuple[int, int, str, int | None]]:
    """Revision, time, kind and a touched KPI of each upload, one row for each of its KPIs."""
    joined = upload.outerjoin(upload_touch, upload_touch.c.upload_id == upload.c.id)
    columns = (upload.c.revision, upload.c.committed_at, upload.c.kind, upload_touch.c.kpi_id)
    between = (upload.c.revision > seen) & (upload.c.revision <= now)
    query = select(*columns).select_from(joined).where(between).order_by(upload.c.revision)
    return rows_of(connection, query)


def _had(connection: Connection, number: int, at: int) -> bool:
    query = select(upload.c.id).where((upload.c.revision == number) & (upload.c.committed_at == at)).limit(1)
    found: Row[tuple[int]] | None = connection.execute(query).first()
    return found is not None

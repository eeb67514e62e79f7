"""When each person looked at the company: this visit, and the one before it; in UTC."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from kpidash.store import bulk
from kpidash.store.tables import last_look
from kpidash.store.uploads import microseconds, moment

PAUSE = timedelta(minutes=30)
"""Whoever looks again after less than this has not been away."""


def before(connection: Connection, actor: str, at: datetime) -> datetime | None:
    """When the person last looked before the visit that `at` is part of, if ever."""
    last, earlier = _known(connection, actor)
    return earlier if last is not None and at - last < PAUSE else last


def note(connection: Connection, actor: str, at: datetime) -> None:
    """Remember that the person looks."""
    earlier = before(connection, actor, at)
    values = {"actor": actor, "at": microseconds(at), "before": earlier and microseconds(earlier)}
    statement = bulk.insert(connection, last_look).values(values)
    new = {"at": statement.excluded.at, "before": statement.excluded.before}
    connection.execute(statement.on_conflict_do_update(index_elements=["actor"], set_=new))


def _known(connection: Connection, actor: str) -> tuple[datetime | None, datetime | None]:
    found = connection.execute(
        select(last_look.c.at, last_look.c.before).where(last_look.c.actor == actor)
    ).one_or_none()
    if found is None:
        return None, None
    return moment(found.at), None if found.before is None else moment(found.before)

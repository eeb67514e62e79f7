"""When each person last looked at the company, in UTC."""

from datetime import datetime

from sqlalchemy import Connection, select

from kpidash.store import bulk
from kpidash.store.tables import last_look
from kpidash.store.uploads import microseconds, moment


def last(connection: Connection, actor: str) -> datetime | None:
    """When the person last looked, if ever."""
    at = connection.execute(select(last_look.c.at).where(last_look.c.actor == actor)).scalar_one_or_none()
    return None if at is None else moment(at)


def note(connection: Connection, actor: str, at: datetime) -> None:
    """Remember that the person looked."""
    statement = bulk.insert(connection, last_look).values(actor=actor, at=microseconds(at))
    known = statement.on_conflict_do_update(index_elements=["actor"], set_={"at": statement.excluded.at})
    connection.execute(known)

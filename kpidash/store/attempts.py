"""Failed attempts to sign in, counted for all processes in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select

from kpidash.store import bulk
from kpidash.store.tables import failed_sign_in
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True)
class Failed:
    """The moments (UTC) of what was counted, the newest first: of one account, and from one address."""

    account: Sequence[datetime]
    address: Sequence[datetime]


def lock(connection: Connection) -> None:
    """Keep others from counting until the transaction ends."""
    bulk.one_at_a_time(connection, failed_sign_in.name)


def count(connection: Connection, *, account: str, address: str, since: datetime) -> Failed:
    """What failed since a moment; older ones are deleted. An empty address is nobody's."""
    columns, first = failed_sign_in.c, microseconds(since)
    connection.execute(delete(failed_sign_in).where(columns.at <= first))
    which = or_(columns.account == account, (columns.address == address) & (columns.address != ""))
    rows = connection.execute(select(failed_sign_in).where(which).order_by(columns.at.desc())).fetchall()
    return Failed(
        [moment(row.at) for row in rows if row.account == account],
        [moment(row.at) for row in rows if row.address == address and address],
    )


def add(connection: Connection, *, account: str, address: str, at: datetime) -> int:
    """Count one more; returns its number."""
    values = {"account": account, "address": address, "at": microseconds(at)}
    added = insert(failed_sign_in).values(values).returning(failed_sign_in.c.id)
    return int(connection.execute(added).scalar_one())


def take_back(connection: Connection, number: int) -> None:
    """Count it no more: it did not fail."""
    connection.execute(delete(failed_sign_in).where(failed_sign_in.c.id == number))

"""Entries of the audit trail by what is asked for: found and cut to pages by the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from kpidash.store.audit import Entry, entry
from kpidash.store.tables import audit
from kpidash.store.uploads import microseconds

_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries; what is None or empty leaves nothing out.

    `text` stands anywhere in who, where from, what, or before and after. Entries count from `since` on and
    until `before`, both with their time zone.
    """

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    text: str = ""
    since: datetime | None = None
    before: datetime | None = None


def page(
    connection: Connection, wanted: Wanted, *, count: int, below: int | None = None, above: int | None = None
) -> Sequence[Entry]:
    """`count` entries, the newest first: those next `below` a number, or next `above` one."""
    query = select(audit).where(_those(wanted)).limit(count)
    if above is not None:
        rows = connection.execute(query.where(audit.c.sequence > above).order_by(audit.c.sequence)).fetchall()
        return [entry(row) for row in reversed(rows)]
    if below is not None:
        query = query.where(audit.c.sequence < below)
    return [entry(row) for row in connection.execute(query.order_by(audit.c.sequence.desc()))]


def every(connection: Connection, wanted: Wanted) -> Iterator[Entry]:
    """All entries, the oldest first, few at a time in memory."""
    query = select(audit).where(_those(wanted)).order_by(audit.c.sequence)
    for row in connection.execute(query.execution_options(yield_per=_AT_A_TIME)):
        yield entry(row)


def find(connection: Connection, sequence: int) -> Entry | None:
    """The entry with this number."""
    row = connection.execute(select(audit).where(audit.c.sequence == sequence)).one_or_none()
    return None if row is None else entry(row)


def total(connection: Connection, wanted: Wanted) -> int:
    """How many there are."""
    query = select(func.count()).select_from(audit).where(_those(wanted))
    return int(connection.execute(query).scalar_one())


def actors(connection: Connection) -> Sequence[str]:
    """Who stands in the trail, in order."""
    return connection.execute(select(audit.c.actor).distinct().order_by(audit.c.actor)).scalars().all()


def actions(connection: Connection) -> Sequence[str]:
    """What was done, in order."""
    return connection.execute(select(audit.c.action).distinct().order_by(audit.c.action)).scalars().all()


def _those(wanted: Wanted) -> ColumnElement[bool]:
    c = audit.c
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (c.actor, wanted.actor), (c.action, wanted.action), (c.subject, wanted.subject),
    ):  # fmt: skip
        if value:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(c.at >= microseconds(wanted.since))
    if wanted.before is not None:
        conditions.append(c.at < microseconds(wanted.before))
    if text := wanted.text.strip():
        found = [one.icontains(text, autoescape=True) for one in (c.actor, c.origin, c.subject, c.detail)]
        number = text.removeprefix("#")
        if number.isascii() and number.isdigit() and len(number) < 10:
            found.append(c.sequence == int(number))
        conditions.append(or_(*found))
    return and_(true(), *conditions)

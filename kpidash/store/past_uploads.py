"""Past uploads by what is asked for: filtered, counted and cut to pages by the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from kpidash.store.tables import upload, upload_touch
from kpidash.store.uploads import Kind, State, Upload, made, microseconds

DIGEST = 6
"""Digits from which on a text may be the beginning of a digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which uploads; what is None or empty leaves nothing out.

    `text` is part of the file's name, the upload's number, or the beginning of the digest. Uploads count from
    `since` on and until `before`, both with their time zone. `kpi_id` is a KPI that they changed. With `seen`
    it is only those that changed one of these KPIs or that `seen_actor` made.
    """

    kind: Kind | None = None
    state: State | None = None
    actor: str | None = None
    text: str = ""
    since: datetime | None = None
    before: datetime | None = None
    kpi_id: int | None = None
    seen: frozenset[int] | None = None
    seen_actor: str | None = None


def page(connection: Connection, wanted: Wanted, *, start: int = 0, count: int = 50) -> Sequence[Upload]:
    """`count` uploads from `start` on, the newest first."""
    query = select(upload).where(_those(wanted)).order_by(upload.c.id.desc())
    return [made(row) for row in connection.execute(query.offset(start).limit(count))]


def total(connection: Connection, wanted: Wanted) -> int:
    """How many there are."""
    query = select(func.count()).select_from(upload).where(_those(wanted))
    return int(connection.execute(query).scalar_one())


def actors(connection: Connection, wanted: Wanted) -> Sequence[str]:
    """Who made them, in order."""
    query = select(upload.c.actor).where(_those(wanted)).distinct().order_by(upload.c.actor)
    return connection.execute(query).scalars().all()


def of(connection: Connection, upload_ids: Iterable[int]) -> Sequence[Upload]:
    """The uploads with these numbers."""
    return [made(row) for row in connection.execute(select(upload).where(upload.c.id.in_(list(upload_ids))))]


def undone_by(connection: Connection, upload_ids: Iterable[int]) -> Mapping[int, int]:
    """The undo that took each of these uploads back, where one did and still counts."""
    query = (
        select(upload.c.undoes, func.max(upload.c.id))
        .where(upload.c.undoes.in_(list(upload_ids)), upload.c.state == State.COMMITTED)
        .group_by(upload.c.undoes)
    )
    return {int(taken): int(undo) for taken, undo in connection.execute(query)}


def _those(wanted: Wanted) -> ColumnElement[bool]:
    c = upload.c
    conditions: list[ColumnElement[bool]] = []
    for column, value in ((c.kind, wanted.kind), (c.state, wanted.state), (c.actor, wanted.actor)):
        if value is not None:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(c.committed_at >= microseconds(wanted.since))
    if wanted.before is not None:
        conditions.append(c.committed_at < microseconds(wanted.before))
    if wanted.kpi_id is not None:
        conditions.append(_changed([wanted.kpi_id]))
    if wanted.seen is not None:
        conditions.append(or_(c.actor == wanted.seen_actor, _changed(wanted.seen)))
    if wanted.text.strip():
        conditions.append(_named(wanted.text.strip()))
    return and_(true(), *conditions)


def _changed(kpi_ids: Iterable[int]) -> ColumnElement[bool]:
    touched = select(upload_touch.c.upload_id).where(upload_touch.c.kpi_id.in_(list(kpi_ids)))
    return upload.c.id.in_(touched)


def _named(text: str) -> ColumnElement[bool]:
    found = [upload.c.file_name.icontains(text, autoescape=True)]
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        found.append(upload.c.id == int(number))
    if len(text) >= DIGEST:
        found.append(upload.c.digest.startswith(text.lower(), autoescape=True))
    return or_(*found)

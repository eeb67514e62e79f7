"""The list of past uploads: what a person asks to see of it, cut to pages by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kpidash.domain.access import Capability, Scope
from kpidash.services.upload_history import Past, seen_by
from kpidash.store import catalogue, past_uploads
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Database
from kpidash.store.past_uploads import Wanted
from kpidash.store.uploads import Kind, State

PAGE = 50
"""Uploads of one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which uploads; what is None or empty leaves nothing out.

    `text` is part of the file's name, the upload's number, or the beginning of the digest; `code` a KPI that
    they changed. `since` and `until` are days in the company's time zone, both included.
    """

    kind: Kind | None = None
    state: State | None = None
    person: str | None = None
    text: str = ""
    code: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some uploads from `start` on, the newest first, and how many there are in all."""

    past: Sequence[Past]
    start: int
    total: int


def listed(database: Database, scope: Scope, asked: Asked, *, start: int = 0, count: int = PAGE) -> Listed:
    """The uploads that are asked for, as far as the person sees them; from the last page where `start` is
    beyond all of them. A KPI that is none, or not for this person, has no uploads.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        stored = catalogue.load(connection)
        wanted = _wanted(stored, scope, asked)
        total = past_uploads.total(connection, wanted)
        start = max(0, min(start, (total - 1) // count * count))
        found = past_uploads.page(connection, wanted, start=start, count=count)
        undone = past_uploads.undone_by(connection, [one.id for one in found])
    return Listed([Past(one, undone.get(one.id)) for one in found], start, total)


def people(database: Database, scope: Scope) -> Sequence[str]:
    """Who made the uploads that the person sees."""
    scope.require(Capability.READ)
    with database.read() as connection:
        return past_uploads.actors(connection, seen_by(catalogue.load(connection), scope))


def _wanted(stored: StoredCatalogue, scope: Scope, asked: Asked) -> Wanted:
    seen, zone = seen_by(stored, scope), ZoneInfo(stored.catalogue.company.timezone)
    kpi_id = None
    if asked.code is not None:
        known = stored.ids.get(asked.code, _NONE)
        kpi_id = known if seen.seen is None or known in seen.seen else _NONE
    return Wanted(
        kind=asked.kind,
        state=asked.state,
        actor=asked.person,
        text=asked.text,
        since=datetime.combine(asked.since, time(), zone) if asked.since else None,
        before=datetime.combine(asked.until + timedelta(days=1), time(), zone) if asked.until else None,
        kpi_id=kpi_id,
        seen=seen.seen,
        seen_actor=seen.seen_actor,
    )


_NONE = -1
"""The number of no KPI."""

"""What screens read, kept between runs: keyed by who may see what, by window and day, and by revision.

No function takes a frame, none keeps more than it says, and none is ever cleared: a change of the data
raises the revision and with it changes every key. People whose scopes see the same share what is kept, as it
is: nobody may change it. Of those who ask at once for the same one reads it, and the others wait.
"""

# ruff: noqa: ARG001 - arguments that nothing reads are what the caches are keyed by

from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import lru_cache
from threading import Condition
from typing import Any, Concatenate, ParamSpec, TypeVar

import cachetools
import pandas as pd

from kpidash.domain.access import Capability, Scope, asking_from, narrowed
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.scorecard import Scorecard
from kpidash.services import access, catalogues, kpis, lineage, scorecards, segments, upload_changes
from kpidash.services import due as due_services
from kpidash.services import events as event_services
from kpidash.services import goalposts as goalpost_services
from kpidash.services import health as health_services
from kpidash.services import news as news_services
from kpidash.services.database import Database
from kpidash.services.events import Event
from kpidash.services.goalposts import Goalpost
from kpidash.services.kpis import KpiDetail
from kpidash.services.lineage import Point
from kpidash.services.points import Line
from kpidash.services.upload_changes import UploadChanges
from kpidash.services.upload_history import Past

Asked = ParamSpec("Asked")
Read = TypeVar("Read")
_Reading = Callable[Concatenate[Database, Scope, Asked], Read]
_CACHES: list[cachetools.Cache[Hashable, Any]] = []


def _kept(
    most: int, *, seconds: float | None = None
) -> Callable[[_Reading[Asked, Read]], _Reading[Asked, Read]]:
    """The same function with its last answers kept, `most` at a time, for so long."""
    found: cachetools.Cache[Hashable, Any] = (
        cachetools.LRUCache(most) if seconds is None else cachetools.TTLCache(most, seconds)
    )
    _CACHES.append(found)
    return cachetools.cached(found, key=_shared_by, condition=Condition())


def _shared_by(database: Database, scope: Scope, *asked: Hashable) -> Hashable:
    return database, scope.key, *asked


def forget() -> None:
    """Start anew, as a new process does; while nobody reads."""
    for found in _CACHES:
        found.clear()


@lru_cache(maxsize=512)
def scope(database: Database, user: str, origin: str, revision: int) -> Scope:
    """What the person, who asks from `origin`, may do, as of this revision."""
    return asking_from(access.sign_in(database, user), origin)


@lru_cache(maxsize=512)
def reading(database: Database, scope: Scope, department: str | None, revision: int) -> Scope:
    """What is left of it for reading a department with all below it; without one, for reading."""
    where = None if department is None else [department]
    return narrowed(scope, [Capability.READ], where, catalogue(database, scope, revision))


@lru_cache(maxsize=8)
def personas(database: Database, revision: int) -> tuple[access.Persona, ...]:
    """The people one can look as in demo mode."""
    return access.personas(database)


@lru_cache(maxsize=512)
def catalogue(database: Database, scope: Scope, revision: int) -> Catalogue:
    """The definitions in scope; frozen, so one copy serves all."""
    return catalogues.catalogue(database, scope)


@_kept(256)
def card(database: Database, scope: Scope, window: str, as_of: date, revision: int) -> Scorecard:
    """The scorecard of a window."""
    return scorecards.scorecard(database, scope, window=window, as_of=as_of, revision=revision)


@_kept(64)
def trends(database: Database, scope: Scope, as_of: date, revision: int) -> pd.DataFrame:
    """Thirteen months of every KPI, for sparklines."""
    return scorecards.trends(database, scope, as_of=as_of)


@_kept(64)
def lines(database: Database, scope: Scope, as_of: date, revision: int) -> dict[str, Line]:
    """The whole months of every KPI, for sparklines."""
    return scorecards.lines(database, scope, as_of=as_of)


@_kept(64)
def detail(database: Database, scope: Scope, code: str, window: str, as_of: date, revision: int) -> KpiDetail:
    """All about one KPI."""
    return kpis.detail(database, scope, code, window=window, as_of=as_of)


@_kept(256)
def uploads_of(database: Database, scope: Scope, code: str, revision: int) -> list[Past]:
    """The latest uploads that changed a KPI."""
    return lineage.uploads_of(database, scope, code)


@_kept(4, seconds=900)
def changes_of(database: Database, scope: Scope, actor: str, upload_id: str, revision: int) -> UploadChanges:
    """What one upload did; of few uploads and not for long, as one may have a million values.

    By person too: whoever made an upload sees it, and has its file, by that.
    """
    return upload_changes.changes_of(database, scope, upload_id)


@_kept(32)
def due(database: Database, scope: Scope, kind: str, today: date, revision: int) -> due_services.Due:
    """The values or targets that are due from the person."""
    return due_services.due(database, scope, kind, today=today)


@_kept(256)
def point(database: Database, scope: Scope, code: str, label: str, as_of: date, revision: int) -> Point:
    """Where one point of a KPI comes from."""
    return lineage.point(database, scope, code, label, today=as_of)


@_kept(256)
def goalposts(database: Database, scope: Scope, code: str, revision: int) -> list[Goalpost]:
    """Which targets of a KPI were moved."""
    return goalpost_services.goalposts(database, scope, code)


@_kept(256)
def events(database: Database, scope: Scope, code: str, since: date, revision: int) -> list[Event]:
    """What was noted of a KPI's values."""
    return event_services.events(database, scope, code, since=since)


@_kept(32)
def health(database: Database, scope: Scope, today: date, revision: int) -> pd.DataFrame:
    """How complete the data of each KPI is on its day."""
    return health_services.health(database, scope, today=today)


@_kept(64)
def news(
    database: Database, scope: Scope, since: datetime, window: str, before: str, as_of: date,
    revision: int,
) -> news_services.News:  # fmt: skip
    """What is new since the person last looked."""
    return news_services.news(database, scope, since, window=window, as_of=as_of, before=before)


@_kept(64)
def by_dimension(
    database: Database, scope: Scope, department: str, dimension: str, window: str, as_of: date,
    revision: int,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """A department's KPIs by the values of a dimension."""
    return segments.by_dimension(database, scope, department, dimension, window=window, as_of=as_of)


@_kept(64)
def segment(
    database: Database, scope: Scope, code: str, dimension: str, label: str, window: str,
    as_of: date, revision: int,
) -> segments.SegmentDetail:  # fmt: skip
    """One segment of a KPI."""
    return segments.segment(database, scope, code, dimension, label, window=window, as_of=as_of)

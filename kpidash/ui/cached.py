"""What screens read, kept between runs: keyed by who may see what, by window and day, and by revision.

No function takes a frame, none keeps more than it says, and none is ever cleared: a change of the data
raises the revision and with it changes every key. What all share as it is nobody may change.
"""

# ruff: noqa: ARG001 - arguments that nothing reads are what the caches are keyed by

from datetime import date, datetime
from functools import lru_cache

import pandas as pd
import streamlit as st

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


@lru_cache(maxsize=512)
def scope(database: Database, user: str, origin: str, revision: int) -> Scope:
    """What the person, who asks from `origin`, may do, as of this revision."""
    return asking_from(access.sign_in(database, user), origin)


@lru_cache(maxsize=512)
def reading(database: Database, scope: Scope, department: str, revision: int) -> Scope:
    """What is left of it for reading a department with all below it."""
    return narrowed(scope, [Capability.READ], [department], catalogue(database, scope, revision))


@lru_cache(maxsize=8)
def personas(database: Database, revision: int) -> tuple[access.Persona, ...]:
    """The people one can look as in demo mode."""
    return access.personas(database)


@lru_cache(maxsize=512)
def catalogue(database: Database, scope: Scope, revision: int) -> Catalogue:
    """The definitions in scope; frozen, so one copy serves all."""
    return catalogues.catalogue(database, scope)


@st.cache_resource(max_entries=256, show_spinner=False)
def card(_database: Database, _scope: Scope, key: str, window: str, as_of: date, revision: int) -> Scorecard:
    """The scorecard of a window."""
    return scorecards.scorecard(_database, _scope, window=window, as_of=as_of)


@st.cache_resource(max_entries=64, show_spinner=False)
def trends(_database: Database, _scope: Scope, key: str, as_of: date, revision: int) -> pd.DataFrame:
    """Thirteen months of every KPI, for sparklines."""
    return scorecards.trends(_database, _scope, as_of=as_of)


@st.cache_resource(max_entries=64, show_spinner=False)
def lines(_database: Database, _scope: Scope, key: str, as_of: date, revision: int) -> dict[str, Line]:
    """The whole months of every KPI, for sparklines."""
    return scorecards.lines(_database, _scope, as_of=as_of)


@st.cache_resource(max_entries=64, show_spinner=False)
def detail(
    _database: Database, _scope: Scope, key: str, code: str, window: str, as_of: date, revision: int
) -> KpiDetail:
    """All about one KPI."""
    return kpis.detail(_database, _scope, code, window=window, as_of=as_of)


@st.cache_data(max_entries=256, show_spinner=False)
def uploads_of(_database: Database, _scope: Scope, key: str, code: str, revision: int) -> list[Past]:
    """The latest uploads that changed a KPI."""
    return lineage.uploads_of(_database, _scope, code)


@st.cache_resource(max_entries=4, ttl=900, show_spinner=False)
def changes_of(
    _database: Database, _scope: Scope, key: str, actor: str, upload_id: str, revision: int
) -> UploadChanges:
    """What one upload did; of few uploads and not for long, as one may have a million values.

    By person too: whoever made an upload sees it, and has its file, by that.
    """
    return upload_changes.changes_of(_database, _scope, upload_id)


@st.cache_resource(max_entries=32, show_spinner=False)
def due(
    _database: Database, _scope: Scope, key: str, kind: str, today: date, revision: int
) -> due_services.Due:
    """The values or targets that are due from the person."""
    return due_services.due(_database, _scope, kind, today=today)


@st.cache_data(max_entries=256, show_spinner=False)
def point(
    _database: Database, _scope: Scope, key: str, code: str, label: str, as_of: date, revision: int
) -> Point:
    """Where one point of a KPI comes from."""
    return lineage.point(_database, _scope, code, label, today=as_of)


@st.cache_data(max_entries=256, show_spinner=False)
def goalposts(_database: Database, _scope: Scope, key: str, code: str, revision: int) -> list[Goalpost]:
    """Which targets of a KPI were moved."""
    return goalpost_services.goalposts(_database, _scope, code)


@st.cache_data(max_entries=256, show_spinner=False)
def events(
    _database: Database, _scope: Scope, key: str, code: str, since: date, revision: int
) -> list[Event]:
    """What was noted of a KPI's values."""
    return event_services.events(_database, _scope, code, since=since)


@st.cache_resource(max_entries=32, show_spinner=False)
def health(_database: Database, _scope: Scope, key: str, today: date, revision: int) -> pd.DataFrame:
    """How complete the data of each KPI is on its day."""
    return health_services.health(_database, _scope, today=today)


@st.cache_data(max_entries=64, show_spinner=False)
def news(
    _database: Database, _scope: Scope, key: str, since: datetime, window: str, before: str, as_of: date,
    revision: int,
) -> news_services.News:  # fmt: skip
    """What is new since the person last looked."""
    return news_services.news(_database, _scope, since, window=window, as_of=as_of, before=before)


@st.cache_data(max_entries=64, show_spinner=False)
def by_dimension(
    _database: Database, _scope: Scope, key: str, department: str, dimension: str, window: str, as_of: date,
    revision: int,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """A department's KPIs by the values of a dimension."""
    return segments.by_dimension(_database, _scope, department, dimension, window=window, as_of=as_of)


@st.cache_data(max_entries=64, show_spinner=False)
def segment(
    _database: Database, _scope: Scope, key: str, code: str, dimension: str, label: str, window: str,
    as_of: date, revision: int,
) -> segments.SegmentDetail:  # fmt: skip
    """One segment of a KPI."""
    return segments.segment(_database, _scope, code, dimension, label, window=window, as_of=as_of)

"""Who looks, at what: every page begins with `require`, which answers with everything it may work with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from kpidash import settings
from kpidash.domain.access import Capability, NotPermitted, Scope, asking_from
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.scorecard import Scorecard
from kpidash.services import access, overview
from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated, shared
from kpidash.services.errors import WrongQuestion
from kpidash.services.events import Event
from kpidash.services.goalposts import Goalpost
from kpidash.services.kpis import KpiDetail
from kpidash.services.lineage import Point
from kpidash.services.points import Line
from kpidash.services.signed_in import signed_in_to
from kpidash.services.upload_changes import UploadChanges
from kpidash.services.upload_history import Past
from kpidash.services.watching import watcher_of
from kpidash.ui import belongings, cached
from kpidash.ui.address import View
from kpidash.ui.elements import element, show
from kpidash.ui.formats import Formats

PERSON = "person"
"""The session-state key of the person whose eyes are borrowed in demo mode."""
LOCALE = "locale"
"""The session-state key of the locale in which the person wants numbers and days; empty is the company's."""


@dataclass(frozen=True)
class Viewer:
    """One person looking at one state of the data: the day is settled and the revision fixed.

    `shows` are the codes of the KPIs that the screen depends on, None for all there are; `revision` is that
    of the newest change that can concern them. `granted` is what the person might do when this was made,
    `signed` the id of their session; there is none in the demo.
    """

    database: Database
    granted: Scope
    catalogue: Catalogue
    formats: Formats
    view: View
    today: date
    revision: int
    people: tuple[access.Persona, ...]
    shows: frozenset[str] | None = None
    signed: str | None = None

    @property
    def scope(self) -> Scope:
        """What the person may do, as long as that is what they might do when this was made.

        Fragments and callbacks hold on to a viewer: raises NotPermitted once the session or the role is gone.
        """
        if (
            self.signed is not None
            and signed_in_to(self.database).scope(self.signed).held != self.granted.held
        ):
            raise NotPermitted("your role has changed since this was shown")
        return self.granted

    @property
    def outdated(self) -> bool:
        """Whether the person may do something else now; not while nobody can say."""
        try:
            return self.scope is not self.granted
        except (NotPermitted, DatabaseUnavailable, SchemaOutdated) as problem:
            return isinstance(problem, NotPermitted)

    @cached_property
    def key(self) -> str:
        """Text that is equal for viewers who see the same: for parts of screens that are kept."""
        return repr((self.scope.key, self.formats, self.view, self.today, self.revision, hash(self.shows)))

    def about(self, codes: Iterable[str]) -> "Viewer":
        """The same for what shows these KPIs alone: changes of others leave it as it is."""
        shows = frozenset(codes)
        return replace(self, shows=shows, revision=watcher_of(self.database).of(shows).revision)

    @cached_property
    def scoped(self) -> "Viewer":
        """The same for what shows the KPIs in scope alone."""
        return self.about(kpi.code for kpi in self.catalogue.kpis)

    @cached_property
    def defined(self) -> "Viewer":
        """The same for what shows definitions alone."""
        return self.about(())

    @property
    def as_of(self) -> date:
        """The day from which everything is seen."""
        return min(self.view.as_of or self.today, self.today)

    @property
    def window(self) -> str:
        """The window's label, as services name it."""
        return self.view.label(self.as_of, self.catalogue.company.fiscal_year_start)

    def card(self, window: str | None = None, as_of: date | None = None) -> Scorecard:
        """The scorecard of the window on the screen, or of another."""
        asked = window or self.window, as_of or self.as_of
        try:
            if asked not in self._cards:
                self._cards[asked] = cached.card(
                    self.database, self.scope, self.scope.key, *asked, self.revision
                )
            return self._cards[asked]
        except WrongQuestion as problem:
            stop("This link asks for something that is no period", str(problem), self.view.here(""))

    @cached_property
    def _cards(self) -> dict[tuple[str, date], Scorecard]:
        """What was asked for in this run."""
        return {}

    def judged(self, code: str, window: str) -> dict[str, Any]:
        """A KPI's row of the scorecard of another window."""
        kpis = self.card(window).kpis
        return {str(name): value for name, value in kpis[kpis["code"] == code].iloc[0].items()}

    @cached_property
    def comparison(self) -> overview.Earlier:
        """What the window on the screen is compared with."""
        fiscal = self.catalogue.company.fiscal_year_start
        return overview.comparison(self.card().window, self.as_of, fiscal)

    def earlier(self) -> Scorecard:
        """The scorecard that the one on the screen is compared with."""
        return self.card(self.comparison.window, self.comparison.as_of)

    def trends(self) -> pd.DataFrame:
        """Thirteen months of every KPI in scope."""
        return cached.trends(self.database, self.scope, self.scope.key, self.as_of, self.revision)

    def lines(self) -> dict[str, Line]:
        """The whole months of each KPI in scope, for sparklines."""
        return cached.lines(
            self.database, self.scope, self.catalogue, self.scope.key, self.as_of, self.revision
        )

    def detail(self, code: str) -> KpiDetail:
        """All about one KPI."""
        return cached.detail(
            self.database, self.scope, self.scope.key, code, self.window, self.as_of, self.revision
        )

    def uploads_of(self, code: str) -> list[Past]:
        """The latest uploads that changed a KPI."""
        return cached.uploads_of(self.database, self.scope, self.scope.key, code, self.revision)

    def changes_of(self, upload_id: str) -> UploadChanges:
        """What one upload did."""
        scope = self.scope
        return cached.changes_of(self.database, scope, scope.key, scope.actor, upload_id, self.revision)

    def point(self, code: str, label: str) -> Point:
        """Where one point of a KPI comes from."""
        return cached.point(self.database, self.scope, self.scope.key, code, label, self.as_of, self.revision)

    def goalposts(self, code: str) -> list[Goalpost]:
        """Which targets of a KPI were moved, the latest first."""
        return cached.goalposts(self.database, self.scope, self.scope.key, code, self.revision)

    def events(self, code: str, since: date) -> list[Event]:
        """What was noted of a KPI's values, the latest first."""
        return cached.events(self.database, self.scope, self.scope.key, code, since, self.revision)

    def health(self) -> pd.DataFrame:
        """How complete the data of each KPI is today."""
        return cached.health(self.database, self.scope, self.scope.key, self.today, self.revision)

    def own_kpis(self) -> list[str]:
        """The codes of the KPIs that name the person as their owner."""
        actor = self.scope.actor.casefold()
        return [kpi.code for kpi in self.catalogue.kpis if (kpi.owner or "").casefold() == actor]

    def name(self, user: str | None) -> str:
        """The name of a person; what stands before the @ where there is no name."""
        if user is None:
            return "no owner yet"
        plain = user.partition("@")[0].replace(".", " ").capitalize()
        return self._names.get(user.casefold(), plain)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {person.email.casefold(): person.name for person in self.people}


def require(capability: Capability) -> Viewer:
    """The viewer, who may do this; anybody else gets a sentence and nothing of the page."""
    viewer = _VIEWER.get() or current()
    if not viewer.scope.may(capability):
        stop(
            "This page is not for your role",
            f"{viewer.name(viewer.scope.actor)} may not {_DEEDS.get(capability, 'do this')}. "
            "An administrator can change that"
            + ("." if viewer.signed else "; in the demo, look as somebody else in the sidebar."),
        )
    return viewer


_DEEDS = {
    Capability.READ: "read the numbers",
    Capability.UPLOAD: "upload data",
    Capability.DEFINE: "change what the company measures",
    Capability.AUDIT: "read the audit trail",
}


_VIEWER: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


@contextmanager
def looking(viewer: Viewer) -> Iterator[None]:
    """Within, the page that `viewer` was found for runs: it need not be found again."""
    token = _VIEWER.set(viewer)
    try:
        yield
    finally:
        _VIEWER.reset(token)


def current(*, narrow: bool = False) -> Viewer:
    """The person of this session, whatever they may do; a `narrow` screen shows the KPIs in scope alone."""
    try:
        base = database()
        watcher = watcher_of(base)
        watcher.catch_up(base.revision())
        settled, latest = watcher.settled.revision, watcher.latest.revision
        people = cached.personas(base, settled)
        signed = None if settings.load().auth == "demo" else _signed(base)
        scope = _scope(base, people, settled) if signed is None else signed_in_to(base).scope(signed)
    except (DatabaseUnavailable, SchemaOutdated) as problem:
        said = str(problem).rstrip(".")
        stop(
            "There is no database to read yet",
            f"{said[:1].upper()}{said[1:]}. For a look around, run kpidash demo.",
        )
    except NotPermitted as problem:
        stop("You have no role in this company yet", str(problem))
    known = cached.catalogue(base, scope, scope.key, settled)
    shows = frozenset(kpi.code for kpi in known.kpis) if narrow else None
    return Viewer(
        database=base,
        granted=scope,
        catalogue=known,
        formats=Formats.of(known.company, st.session_state.get(LOCALE) or None),
        view=View.of(st.query_params),
        today=datetime.now(ZoneInfo(known.company.timezone)).date(),
        revision=latest if shows is None else watcher.of(shows).revision,
        people=people,
        shows=shows,
        signed=signed,
    )


def database() -> Database:
    """The process' one database."""
    return shared(settings.load())


def _signed(base: Database) -> str:
    """The id of the session of whoever looks, which the gate found; ends the run where it is no more."""
    found = st.user.get(belongings.KEY)
    if not isinstance(found, str) or signed_in_to(base).by_id(found) is None:
        stop("You are signed out", "Sign in again to go on.")
    return found


def _scope(base: Database, people: tuple[access.Persona, ...], revision: int) -> Scope:
    """In demo mode the person chosen, else the first; a company without people has its owner at the desk."""
    if not people:
        return access.system_user("local", origin=_origin())
    chosen = st.session_state.get(PERSON)
    known = {person.email for person in people}
    found = cached.scope(base, chosen if chosen in known else people[0].email, revision)
    return asking_from(found, _origin())


def _origin() -> str:
    """From where the person asks, as the audit trail shall say it."""
    return f"browser, {st.context.ip_address or 'this machine'}"


def stop(title: str, explanation: str, back: str | None = None) -> NoReturn:
    """Say why there is nothing to see and what to do, and end the run."""
    link = element("p", element("a", "Back to the company", href=back, klass="action")) if back else None
    show(
        element("section", element("h1", title), element("p", explanation), link, klass="empty"),
        key="stopped",
    )
    st.stop()

"""One person looking at one state of the data: everything that a page may ask, and nothing else."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NoReturn

import pandas as pd
from streamlit.runtime.scriptrunner import StopException

from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.scorecard import Scorecard
from kpidash.services import access, overview
from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated
from kpidash.services.errors import WrongQuestion
from kpidash.services.events import Event
from kpidash.services.goalposts import Goalpost
from kpidash.services.kpis import KpiDetail
from kpidash.services.lineage import Point
from kpidash.services.points import Line
from kpidash.services.signed_in import signed_in_to
from kpidash.services.upload_changes import UploadChanges
from kpidash.services.upload_history import Past
from kpidash.services.watching import Known
from kpidash.ui import cached
from kpidash.ui.address import View
from kpidash.ui.elements import element, show
from kpidash.ui.formats import Formats


@dataclass(frozen=True)
class Viewer:
    """One person looking at one state of the data: the day is settled and the revision fixed.

    `shows` are the codes of the KPIs that the screen depends on, None for all. `granted` is what the
    person might do when this was made, `signed` the id of their session; there is none in the demo. `lent` is
    the part of it with which is looked, None for all.
    """

    database: Database
    granted: Scope
    catalogue: Catalogue
    formats: Formats
    view: View
    today: date
    known: Known
    people: tuple[access.Persona, ...]
    shows: frozenset[str] | None = None
    signed: str | None = None
    lent: Scope | None = None

    @cached_property
    def revision(self) -> int:
        """The newest change that can concern what is shown."""
        return self.known.of(self.shows).revision

    @property
    def scope(self) -> Scope:
        """What the person may do, as long as that is what they might do when this was made.

        Fragments and callbacks hold on to a viewer: raises NotPermitted once the session or the role is gone.
        """
        self._require_what_was_granted()
        return self.lent or self.granted

    @property
    def outdated(self) -> bool:
        """Whether the person may do something else now; not while nobody can say."""
        try:
            self._require_what_was_granted()
        except (NotPermitted, DatabaseUnavailable, SchemaOutdated) as problem:
            return isinstance(problem, NotPermitted)
        return False

    def _require_what_was_granted(self) -> None:
        if (
            self.signed is not None
            and signed_in_to(self.database).scope(self.signed).held != self.granted.held
        ):
            raise NotPermitted("your role has changed since this was shown")

    @cached_property
    def key(self) -> str:
        """Text that is equal for viewers who see the same: for parts of screens that are kept."""
        return repr((self.scope.key, self.formats, self.view, self.today, self.revision, hash(self.shows)))

    def about(self, codes: Iterable[str]) -> "Viewer":
        """The same for what shows these KPIs alone: changes of others leave it as it is."""
        shows = frozenset(codes)
        return self._found((False, shows), lambda: replace(self, shows=shows))

    def reading(self, department: str | None = None) -> "Viewer":
        """The same for somebody who may read this department with all below it, and may do nothing else.

        Without one, who may read what this person may. Nothing that is made for them tells more than that, so
        all who may read as much share it. Raises NotPermitted for who may not.
        """
        self.scope.require(Capability.READ, department)
        return self._found((True, department), lambda: self._lent(department))

    def _lent(self, department: str | None) -> "Viewer":
        scope, revision = self.scope, self.known.settled.revision
        lent = cached.reading(self.database, scope, department, revision)
        return replace(self, lent=lent, catalogue=cached.catalogue(self.database, lent, revision))

    def _found(self, asked: Hashable, make: Callable[[], "Viewer"]) -> "Viewer":
        """As this one is kept from run to run, so are those that were made of it."""
        if asked not in self._others:
            self._others[asked] = make()
        return self._others[asked]

    @cached_property
    def _others(self) -> "dict[Hashable, Viewer]":
        return {}

    @cached_property
    def scoped(self) -> "Viewer":
        """The same for what shows the KPIs in scope alone."""
        return self.about(self.catalogue.codes)

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
                self._cards[asked] = cached.card(self.database, self.scope, *asked, self.revision)
            return self._cards[asked]
        except WrongQuestion as problem:
            stop("This link asks for something that is no period", str(problem), self.view.here(""))

    @cached_property
    def _cards(self) -> dict[tuple[str, date], Scorecard]:
        """What was asked for before."""
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
        return cached.trends(self.database, self.scope, self.as_of, self.revision)

    def lines(self) -> dict[str, Line]:
        """The whole months of each KPI in scope, for sparklines."""
        return cached.lines(self.database, self.scope, self.as_of, self.revision)

    def detail(self, code: str) -> KpiDetail:
        """All about one KPI."""
        return cached.detail(self.database, self.scope, code, self.window, self.as_of, self.revision)

    def uploads_of(self, code: str) -> list[Past]:
        """The latest uploads that changed a KPI."""
        return cached.uploads_of(self.database, self.scope, code, self.revision)

    def changes_of(self, upload_id: str) -> UploadChanges:
        """What one upload did."""
        scope = self.scope
        return cached.changes_of(self.database, scope, scope.actor, upload_id, self.revision)

    def point(self, code: str, label: str) -> Point:
        """Where one point of a KPI comes from."""
        return cached.point(self.database, self.scope, code, label, self.as_of, self.revision)

    def goalposts(self, code: str) -> list[Goalpost]:
        """Which targets of a KPI were moved, the latest first."""
        return cached.goalposts(self.database, self.scope, code, self.revision)

    def events(self, code: str, since: date) -> list[Event]:
        """What was noted of a KPI's values, the latest first."""
        return cached.events(self.database, self.scope, code, since, self.revision)

    def health(self) -> pd.DataFrame:
        """How complete the data of each KPI is today."""
        return cached.health(self.database, self.scope, self.today, self.revision)

    def own_kpis(self) -> tuple[str, ...]:
        """The codes of the KPIs that name the person as their owner."""
        return self.catalogue.owned_by(self.scope.actor.lower())

    def name(self, user: str | None) -> str:
        """The name of a person; what stands before the @ where there is no name."""
        if user is None:
            return "no owner yet"
        plain = user.partition("@")[0].replace(".", " ").capitalize()
        return self._names.get(user.lower(), plain)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {person.email.lower(): person.name for person in self.people}


class Ended(StopException):
    """A page has said all that there is to say; the frame around it goes on.

    It ends a fragment as `st.stop` does. A whole run must not end so: Streamlit would keep the fragments of
    the run before, and draw one that the browser has just asked for where the screen has no place for it.
    """


class Stopped(Ended):
    """There is nothing to see for this person, until definitions or what they may do change."""


def stop(
    title: str, explanation: str, back: str | None = None, *, way: str = "Back to the company"
) -> NoReturn:
    """Say why there is nothing to see and what to do, with the `way` to go on at `back`, and end the page."""
    link = element("p", element("a", way, href=back, klass="action")) if back else None
    show(
        element("section", element("h1", title), element("p", explanation), link, klass="empty"),
        key="stopped",
    )
    raise Stopped

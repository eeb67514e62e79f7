"""Who looks, at what: every page begins with `require`, which answers with everything it may work with."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from kpidash import settings
from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.services import access
from kpidash.services.database import Database, DatabaseUnavailable, SchemaOutdated, shared
from kpidash.services.errors import sentence
from kpidash.services.signed_in import signed_in_to
from kpidash.services.watching import Known, watcher_of
from kpidash.ui import belongings, cached
from kpidash.ui.address import View
from kpidash.ui.formats import Formats
from kpidash.ui.viewer import Viewer, stop

__all__ = ["LOCALE", "PERSON", "Viewer", "current", "database", "looking", "require", "stop"]

PERSON = "person"
"""The session-state key of the person whose eyes are borrowed in demo mode."""
DESK = "browser, this machine"
"""From where people ask in the demo, which answers nobody else."""
_SITTING = "sitting"
"""The session-state key of what its runs have found out."""
LOCALE = "locale"
"""The session-state key of the locale in which the person wants numbers and days; empty is the company's."""


@dataclass(slots=True)
class _Sitting:
    """What the runs of a session find out for those that come: where the data is, and who looked last."""

    database: Database
    demo: bool
    viewer: Viewer | None = None
    """None until a screen is open."""


def require(capability: Capability | None) -> Viewer:
    """The viewer, who may do this; anybody else gets a sentence and nothing of the page.

    None is for what is everybody's who may do anything here.
    """
    viewer = _VIEWER.get() or current()
    if capability is not None and not _may(viewer.scope, capability):
        stop(
            "This page is not for your role",
            f"{viewer.name(viewer.scope.actor)} may not {_DEEDS.get(capability, 'do this')}"
            + (" of the whole company, only of a part. " if viewer.scope.may(capability) else ". ")
            + "An administrator can change that"
            + ("." if viewer.signed else "; in the demo, look as somebody else in the sidebar."),
        )
    return viewer


def _may(scope: Scope, capability: Capability) -> bool:
    return scope.everywhere(capability) if capability in _WHOLE else scope.may(capability)


_WHOLE = frozenset({Capability.DEFINE, Capability.AUDIT, Capability.MANAGE_USERS})
"""What concerns the whole company, and so needs a role on it."""
_DEEDS = {
    Capability.READ: "read the numbers",
    Capability.UPLOAD: "upload data",
    Capability.DEFINE: "change the definitions",
    Capability.AUDIT: "read the audit trail",
    Capability.MANAGE_USERS: "manage people",
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
        sitting = _sitting()
        base = sitting.database
        known = _known(sitting)
        settled = known.settled.revision
        people = cached.personas(base, settled)
        signed = None if sitting.demo else _signed(base)
        scope = _scope(base, people, settled) if signed is None else signed_in_to(base).scope(signed)
    except (DatabaseUnavailable, SchemaOutdated) as problem:
        stop("There is no database to read yet", f"{sentence(problem)} For a look around, run kpidash demo.")
    except NotPermitted as problem:
        leave = None if sitting.demo else "/sign-out"
        stop("You have no role in this company yet", sentence(problem), leave, way="Sign out")
    catalogue = cached.catalogue(base, scope, settled)
    viewer = Viewer(
        database=base,
        granted=scope,
        catalogue=catalogue,
        formats=Formats.of(catalogue.company, st.session_state.get(LOCALE) or None),
        view=View.of(st.query_params.to_dict()),
        today=datetime.now(ZoneInfo(catalogue.company.timezone)).date(),
        known=known,
        people=people,
        shows=catalogue.codes if narrow else None,
        signed=signed,
    )
    if viewer != sitting.viewer:
        sitting.viewer = viewer
    return sitting.viewer  # with what it has found out before


def _sitting() -> _Sitting:
    sitting: _Sitting | None = st.session_state.get(_SITTING)
    if sitting is None:
        found = settings.load()
        st.session_state[_SITTING] = sitting = _Sitting(shared(found), found.auth == "demo")
    return sitting


def _known(sitting: _Sitting) -> Known:
    """How new the data is, with everything that this process has written.

    What others write the watcher tells of within a moment, with what screens will ask for at hand; a screen
    that opens, and any while the watcher cannot look, does not wait for that.
    """
    watcher = watcher_of(sitting.database)
    if sitting.viewer is not None and watcher.reachable:
        watcher.catch_up(sitting.database.written)
    else:
        watcher.look()
    return watcher.known


def database() -> Database:
    """The process' one database."""
    return shared(settings.load())


def _signed(base: Database) -> str:
    """The id of the session of whoever looks, which the gate found; ends the run where it is no more."""
    found = st.user.get(belongings.KEY)
    if not isinstance(found, str) or signed_in_to(base).by_id(found) is None:
        stop("You are signed out", "Sign in again to go on.", "/sign-in", way="Sign in")
    return found


def _scope(base: Database, people: tuple[access.Persona, ...], revision: int) -> Scope:
    """In demo mode the person chosen, else the first; a company without people has its owner at the desk."""
    if not people:
        return access.system_user("local", origin=DESK)
    chosen = st.session_state.get(PERSON)
    known = any(person.email == chosen for person in people)
    return cached.scope(base, chosen if known else people[0].email, DESK, revision)

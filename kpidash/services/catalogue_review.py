"""Looking at a change of the definitions before it is applied: what differs, and whom and what it concerns.

Nothing is written by looking. Applying takes just the change that was looked at, and no other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Difference, Kind, differences, entities
from kpidash.domain.problems import Problem
from kpidash.ingest.definitions import codes_in, read_definitions
from kpidash.services.affected import Affected, Turn, affected, turns
from kpidash.services.catalogues import Applied, apply_catalogue, reported
from kpidash.services.retrying import again_when_beaten
from kpidash.services.saved_values import SavedValues, saved_values
from kpidash.services.standings import Standings, standings
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import saving, users
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection, Database


@dataclass(frozen=True, eq=False)
class Review:
    """What a file would do to the definitions in force, which are `before`.

    With `problems` it can do nothing. With `moved` others are in force by now than those that the file was
    made from: these are the differences. `left_out` counts the definitions that the file does not name and
    that stay, `uploaded` the targets that it does not name and that stay because people uploaded them.
    `names` are those of people, by their address in lower case.
    """

    content: bytes
    prune: bool
    before: Catalogue
    after: Catalogue | None = None
    problems: tuple[Problem, ...] = ()
    moved: tuple[Difference, ...] = ()
    differences: tuple[Difference, ...] = ()
    left_out: int = 0
    uploaded: int = 0
    people: tuple[Affected, ...] = ()
    turns: tuple[Turn, ...] = ()
    standings: Standings = field(default_factory=Standings)
    saved: tuple[SavedValues, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether there is something to apply."""
        return bool(self.differences) and not self.problems and not self.moved


def definitions(database: Database, scope: Scope) -> Catalogue:
    """All definitions, for somebody who may change them."""
    scope.require_everywhere(Capability.DEFINE)
    with database.read() as connection:
        return stored_catalogue.load(connection).catalogue


@again_when_beaten
def review(
    database: Database,
    scope: Scope,
    content: bytes,
    *,
    prune: bool,
    expected: Catalogue | None = None,
    today: date | None = None,
) -> Review:
    """What applying a YAML file would do; with `expected` only while those definitions are in force.

    Statuses and scores are told as far as `scope` may read them.
    """
    scope.require_everywhere(Capability.DEFINE)
    with _rehearsing(database) as connection:
        saving.lock(connection)
        stored = stored_catalogue.load(connection)
        before = stored.catalogue
        if expected is not None and before != expected:
            return Review(content, prune, before, moved=differences(expected, before))
        known = reported(connection, stored)
        read = read_definitions(content, before, prune=prune, reported=known)
        if read.catalogue is None:
            return Review(content, prune, before, problems=read.problems)
        saving.save(connection, read.catalogue, actor=scope.actor, prune=prune)
        after = stored_catalogue.load(connection).catalogue
    return _looked_at(database, scope, stored, after, read.catalogue, content, prune, today)


class _Rehearsed(Exception):  # noqa: N818 - nothing failed
    """Drops what a rehearsal has written."""


@contextmanager
def _rehearsing(database: Database) -> Iterator[Connection]:
    """A transaction of which nothing remains, however it ends."""
    try:
        with database.write() as connection:
            yield connection
            raise _Rehearsed
    except _Rehearsed:
        return


def _looked_at(
    database: Database,
    scope: Scope,
    stored: StoredCatalogue,
    after: Catalogue,
    read: Catalogue,
    content: bytes,
    prune: bool,
    today: date | None,
) -> Review:
    """What differs, and whom and what it concerns."""
    before = stored.catalogue
    found = differences(before, after)
    with database.read() as connection:
        people = users.everyone(connection)
        shown = standings(connection, scope, stored, after, today=today) if found else Standings()
        saved = saved_values(connection, stored, after, found)
    grants = {one.email: one.grants for one in people if one.disabled_at is None}
    return Review(
        content,
        prune,
        before,
        after,
        differences=found,
        left_out=0 if prune else _left_out(content, before),
        uploaded=_targets(after) - _targets(read),
        people=affected(before, after, found),
        turns=turns(before, after, found, grants),
        standings=shown,
        saved=saved,
        names={one.email: one.name for one in people},
    )


def _targets(catalogue: Catalogue) -> int:
    return sum(len(kpi.targets) for kpi in catalogue.kpis)


def _left_out(content: bytes, before: Catalogue) -> int:
    """How many of the definitions there are the file does not name."""
    kinds = (Kind.DEPARTMENT, Kind.KRA, Kind.KPI)
    return sum(len(entities(before, kind).keys() - set(codes_in(content, kind))) for kind in kinds)


def apply(database: Database, scope: Scope, reviewed: Review) -> Applied:
    """Apply what was looked at, in one transaction; nothing where other definitions are in force by now.

    `moved` of the answer then says how these differ from those that were looked at.
    """
    return apply_catalogue(
        database,
        scope,
        reviewed.content,
        dry_run=False,
        prune=reviewed.prune,
        expected=reviewed.before,
    )

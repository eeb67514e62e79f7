"""Definitions in and out, and the part of them that a person may see."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import Catalogue, Kpi
from kpidash.domain.differences import Difference, differences
from kpidash.domain.problems import Problem
from kpidash.ingest.definitions import plain_definitions, read_definitions, write_definitions
from kpidash.services.alterations import altered
from kpidash.services.company import OpenCompany, open_company
from kpidash.services.retrying import again_when_beaten
from kpidash.services.scorecards import readable, visible_kpis
from kpidash.store import audit, rollups, saving
from kpidash.store import catalogue as stored_catalogue
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection, Database

ELSEWHERE = "{of-another-department}"
"""Stands in formulas for KPIs that are not for the person who reads them."""


@dataclass(frozen=True)
class Applied:
    """What became of a catalogue file: `state` is applied, preview, unchanged, refused or stale.

    `changes`: what was added, changed and removed, each with the codes by kind (departments, kras, kpis).
    `moved`: how the definitions differ from those that were expected; nothing was written then.
    """

    state: str
    problems: tuple[Problem, ...] = ()
    changes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    moved: tuple[Difference, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "state": self.state,
            "changes": self.changes,
            "problems": [
                {"path": problem.path, "line": problem.line, "message": problem.message}
                for problem in self.problems
            ],
        }

    def in_words(self, name: str) -> str:
        """The same for people; `name` is the file's."""
        if self.problems:
            found = [
                f"{name}:{problem.line or '?'}: {problem.path}: {problem.message}"
                for problem in self.problems
            ]
            count = f"{len(found)} problem{'s' if len(found) > 1 else ''}"
            return "\n".join([*found, f"{count}; nothing was written."])
        lines = [
            f"{what.capitalize()}: "
            + ", ".join(f"{len(codes)} {kind}" for kind, codes in kinds.items() if codes)
            for what, kinds in self.changes.items()
            if any(kinds.values())
        ]
        outcome = {
            "unchanged": "Nothing to do: the definitions are as the file says.",
            "preview": "This would change the definitions; nothing was written.",
        }.get(self.state, "The definitions are as the file says.")
        return "\n".join([*lines, outcome])


@again_when_beaten
def apply_catalogue(
    database: Database,
    scope: Scope,
    content: bytes,
    *,
    dry_run: bool,
    prune: bool,
    expected: Catalogue | None = None,
) -> Applied:
    """Bring the definitions to what a YAML file says; a wrong file changes nothing.

    Where others than the `expected` ones are in force by now, nothing is changed either.
    """
    scope.require_everywhere(Capability.DEFINE)
    try:
        with database.write() as connection:
            outcome = _applied(connection, scope, content, prune=prune, expected=expected)
            if dry_run:
                raise _Rehearsed
    except _Rehearsed:
        return replace(outcome, state="preview") if outcome.state == "applied" else outcome
    return outcome


class _Rehearsed(Exception):  # noqa: N818 - nothing failed
    """Drops what a dry run has written."""


def _applied(
    connection: Connection, scope: Scope, content: bytes, *, prune: bool, expected: Catalogue | None
) -> Applied:
    saving.lock(connection)  # nobody shall redefine a KPI between our look and our change
    stored = stored_catalogue.load(connection)
    if expected is not None and stored.catalogue != expected:
        return Applied("stale", moved=differences(expected, stored.catalogue))
    read = read_definitions(content, stored.catalogue, prune=prune, reported=reported(connection, stored))
    if read.catalogue is None:
        return Applied("refused", read.problems)
    saved = saving.save(connection, read.catalogue, actor=scope.actor, prune=prune)
    kinds = {"departments": saved.departments, "kras": saved.kras, "kpis": saved.kpis}
    changes = {
        what: {kind: list(getattr(codes, what)) for kind, codes in kinds.items()}
        for what in ("added", "changed", "removed")
    }
    changes["changed"]["company"] = ["company"] if saved.company else []
    if saved.nothing:
        return Applied("unchanged", changes=changes)
    # the batch of the changed targets is an upload, and the file is known by its digest
    detail = {**changes, **altered(stored.catalogue, read.catalogue), "upload": saved.upload_id}
    digest = sha256(content).hexdigest()
    audit.record(
        connection, scope, action="catalogue.apply", subject="catalogue", detail=detail | {"digest": digest}
    )
    return Applied("applied", changes=changes)


def reported(connection: Connection, stored: StoredCatalogue) -> dict[str, Kpi]:
    """The KPIs that have actuals, by code; retired ones too, as their numbers come back with their code."""
    known = {stored.ids[kpi.code]: kpi for kpi in stored.catalogue.kpis} | stored.retired
    return {known[number].code: known[number] for number in rollups.reported(connection) if number in known}


def export_catalogue(database: Database, scope: Scope) -> str:
    """All definitions as YAML that `apply_catalogue` takes back."""
    scope.require_everywhere(Capability.DEFINE)
    with database.read() as connection:
        return write_definitions(stored_catalogue.load(connection).catalogue)


def definitions(database: Database, scope: Scope) -> dict[str, Any]:
    """What `catalogue` has, for machines: the keys are those of the YAML file, days ISO 8601."""
    scope.require(Capability.READ)
    return plain_definitions(catalogue(database, scope))


def catalogue(database: Database, scope: Scope) -> Catalogue:
    """The definitions that `scope` may read; nothing in them names what it may not.

    Formulas that need a KPI of another department are left out; `services.kpis.detail` has them.
    """
    with database.read() as connection:
        company = open_company(connection)
    return _cut(company, readable(company, scope, None))


@lru_cache(maxsize=256)
def _cut(company: OpenCompany, seen: frozenset[str]) -> Catalogue:
    """What is under these departments; frozen, so that all who see the same share it."""
    whole = company.catalogue
    if len(seen) == len(whole.departments):
        return whole
    kpis = visible_kpis(company, seen)
    return replace(
        whole,
        departments=tuple(
            replace(one, parent=one.parent if one.parent in seen else None)
            for one in whole.departments
            if one.code in seen
        ),
        kras=tuple(kra for kra in whole.kras if kra.department in seen),
        kpis=tuple(_alone(without_others(kpi, kpis)) for kpi in whole.kpis if kpi.code in kpis),
    )


def _alone(kpi: Kpi) -> Kpi:
    """The KPI as a catalogue can hold it: without a formula when that needs what is not in there."""
    return replace(kpi, formula=None) if kpi.formula and ELSEWHERE in kpi.formula else kpi


def without_others(kpi: Kpi, seen: frozenset[str]) -> Kpi:
    """The KPI without the codes of KPIs that are not in `seen`."""

    def shown(found: re.Match[str]) -> str:
        return found[0] if found[1].strip() in seen else ELSEWHERE

    return replace(
        kpi,
        parent=kpi.parent if kpi.parent in seen else None,
        formula=kpi.formula and re.sub(r"\{([^{}]*)\}", shown, kpi.formula),
    )

"""Checking what is kept against what it was made from, and the audit trail against itself and a kept head."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kpidash.domain.access import Capability, Scope
from kpidash.services.audit_trail import Head, as_json
from kpidash.store import audit_chain, rollups
from kpidash.store import catalogue as stored_catalogue
from kpidash.store.audit_chain import Checked, Flaw, Kind
from kpidash.store.engine import Connection, Database


@dataclass(frozen=True)
class Verification:
    """How many monthly rollups were recomputed, each difference as a sentence, and the `head` of the audit
    trail as it was found; `kept` is the head that it was held against.
    """

    rollups: int
    differences: tuple[str, ...]
    head: Head
    kept: Head | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "state": "different" if self.differences else "clean",
            "rollups": self.rollups,
            "entries": self.head.entries,
            "head": as_json(self.head),
            "differences": list(self.differences),
        }

    def in_words(self) -> str:
        """The same for people."""
        if self.differences:
            count = len(self.differences)
            return "\n".join([*self.differences, f"{count} difference{'' if count == 1 else 's'}."])
        return (
            f"All {self.rollups:,} monthly rollups agree with the actuals; the audit trail is whole"
            f"{f', through entry {self.head.sequence:,}' if self.head.sequence else ''}."
        ) + self._against()

    def _against(self) -> str:
        if self.kept is None:
            return ""
        return f"\nIt leads on from entry {self.kept.sequence:,}, whose head was kept."


@dataclass(frozen=True)
class Trail:
    """What was found of the audit trail: its head, and each broken place as a sentence."""

    head: Head
    differences: tuple[str, ...]


def verify(database: Database, scope: Scope, *, kept: Head | None = None) -> Verification:
    """Recompute all rollups from the actuals; look for what was done to the audit trail.

    With a `kept` head it is also looked for its entry, from which the trail must lead on to the newest.
    """
    scope.require_everywhere(Capability.AUDIT)
    with database.read() as connection:
        wrong = _differing(connection)
        count = rollups.count(connection)
        found = _trail(connection, kept)
    return Verification(count, (*wrong, *found.differences), found.head, kept)


def trail(database: Database, scope: Scope, *, kept: Head | None = None) -> Trail:
    """The audit trail alone."""
    scope.require_everywhere(Capability.AUDIT)
    with database.read(newest=True) as connection:
        return _trail(connection, kept)


def _trail(connection: Connection, kept: Head | None) -> Trail:
    found = audit_chain.checked(connection, kept)
    return Trail(audit_chain.head(connection), _sentences(found))


def _differing(connection: Connection) -> list[str]:
    codes = {number: code for code, number in stored_catalogue.load(connection).ids.items()}
    found = rollups.differences(connection)
    months = found["month"].to_numpy(np.int64).astype("datetime64[M]").astype(str)
    return [
        f"{codes.get(number, f'retired KPI {number}')} {month}: {column} is kept as {stored:g}, "
        f"the actuals say {computed:g}"
        for number, month, column, stored, computed in zip(
            found["kpi_id"].tolist(),
            months.tolist(),
            found["column"].tolist(),
            found["stored"].tolist(),
            found["computed"].tolist(),
            strict=True,
        )
    ]


def _sentences(found: Checked) -> tuple[str, ...]:
    more = [f"the audit trail has {found.more:,} more broken places"] if found.more else []
    return (*(_sentence(flaw) for flaw in found.flaws), *more)


def _sentence(flaw: Flaw) -> str:
    """A broken place in words."""
    first, last = f"{flaw.first:,}", f"{flaw.last:,}"
    one = flaw.first == flaw.last
    which = f"entry {first}" if one else f"entries {first} to {last}"
    match flaw.kind:
        case Kind.MISSING:
            return f"{which} of the audit trail {'is' if one else 'are'} missing"
        case Kind.INSERTED:
            return f"{which} of the audit trail {'was' if one else 'were'} slipped in"
        case Kind.MOVED:
            return f"entry {first} of the audit trail is out of order: it was written as entry {last}"
        case Kind.REPLACED:
            return f"{which} of the audit trail is not the one whose head was kept"
        case Kind.CUT if flaw.last:
            return f"the audit trail was cut: it ends with entry {first}, the kept head is of entry {last}"
        case Kind.CUT if flaw.first:
            return f"the audit trail was cut or changed at its end, after entry {first} or in it"
        case Kind.CUT:
            return "the audit trail was cut: all entries are gone"
    if one:
        return f"{which} of the audit trail was changed, or the one before it"
    return f"{which} of the audit trail were changed, or the one before them"

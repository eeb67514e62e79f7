"""Checking what is kept against what it was made from."""

from dataclasses import dataclass
from typing import Any

from kpidash.domain.access import Capability, Scope
from kpidash.store import audit, rollups
from kpidash.store.engine import Database


@dataclass(frozen=True)
class Verification:
    """How many monthly rollups were recomputed, and each difference as a sentence."""

    rollups: int
    differences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "state": "different" if self.differences else "clean",
            "rollups": self.rollups,
            "differences": list(self.differences),
        }

    def in_words(self) -> str:
        """The same for people."""
        if self.differences:
            return "\n".join([*self.differences, f"{len(self.differences)} differences."])
        return f"All {self.rollups:,} monthly rollups agree with the actuals; the audit trail is whole."


def verify(database: Database, scope: Scope) -> Verification:
    """Recompute all rollups from the actuals and check the audit trail for gaps."""
    scope.require(Capability.AUDIT)
    with database.read() as connection:
        found = rollups.differences(connection)
        gaps = audit.gaps(connection)
        count = rollups.count(connection)
    sentences = tuple(
        f"rollup of KPI {row.kpi_id}, month {row.month}: {row.reason}"
        for row in found.itertuples(index=False)
    )
    return Verification(count, (*sentences, *gaps))

"""Checking what is kept against what it was made from."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kpidash.domain.access import Capability, Scope
from kpidash.store import audit, rollups
from kpidash.store import catalogue as stored_catalogue
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
    """Recompute all rollups from the actuals; look for entries of the audit trail that were tampered with."""
    scope.require(Capability.AUDIT)
    with database.read() as connection:
        codes = {number: code for code, number in stored_catalogue.load(connection).ids.items()}
        found = rollups.differences(connection)
        count = rollups.count(connection)
        broken = audit.broken(connection)
    months = found["month"].to_numpy(np.int64).astype("datetime64[M]").astype(str)
    wrong = [
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
    trail = [
        "the newest entries of the audit trail are gone"
        if sequence < 0
        else f"entry {sequence} of the audit trail does not follow from the one before"
        for sequence in broken
    ]
    return Verification(count, (*wrong, *trail))

"""Rows of one file with the same key: the same thing said twice, or two things of which one is wrong."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kpidash.ingest.checks import Code, Rows
from kpidash.ingest.issues import Finding, Mask
from kpidash.ingest.keys import repeated


def duplicates(ordered: pd.DataFrame) -> tuple[Mask, Mask]:
    """Of rows sorted by key: those that say what an earlier one says; those of keys with several values."""
    same = repeated(ordered["key"].to_numpy())
    nothing = np.zeros(len(ordered), dtype=bool)
    if not same.any():
        return nothing, nothing
    group = np.cumsum(~same) - 1
    first = np.flatnonzero(~same)[group]
    unlike = nothing.copy()
    for name in ("value", "numerator", "denominator"):
        column = ordered[name].to_numpy()
        unlike |= ~np.isclose(column, column[first], rtol=0, atol=0, equal_nan=True)
    several = np.bincount(group, weights=unlike) > 0
    return same & ~several[group], several[group]


def duplicate_findings(rows: Rows, ordered: pd.DataFrame) -> Iterator[Finding]:
    """`ordered` are the rows of keys with several values, sorted by key."""
    position, key = ordered["position"].to_numpy(), ordered["key"].to_numpy()
    where = np.zeros(len(rows.parsed), dtype=bool)
    where[position] = True
    key_at = dict(zip(position.tolist(), key.tolist(), strict=True))

    def message(at: int) -> str:
        first, last = np.searchsorted(key, key_at[at]), np.searchsorted(key, key_at[at], side="right")
        numbers = sorted(rows.parsed.rows[position[first:last]].tolist())
        named = ", ".join(str(number) for number in numbers[:5]) + (" …" if len(numbers) > 5 else "")
        return f"Rows {named} give different values for the same KPI, period and segment."

    yield from rows.find(Code.DUPLICATE_KEY, "kpi", where, message)

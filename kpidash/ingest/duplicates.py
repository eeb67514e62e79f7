"""Rows of one file with the same key: the same thing said twice, or two things of which one is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kpidash.ingest.checks import Code, Rows
from kpidash.ingest.issues import Finding, Mask
from kpidash.ingest.keys import repeated


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be stored, and what is wrong with the rest.

    `rows` is a frame with one row per key, sorted by it. Of actuals: kpi_id, period (int64 days), segment
    (index into `segments`), value, numerator, denominator, note (text or None), row (of the spreadsheet).
    Of targets: kpi_id, period, kind (rank of the period's frequency), value, low, high, row. `repeated`
    counts rows left out because an earlier one says exactly the same.
    """

    rows: pd.DataFrame
    segments: tuple[str, ...]
    findings: tuple[Finding, ...]
    repeated: int


def settled(
    rows: Rows,
    ordered: pd.DataFrame,
    findings: Sequence[Finding],
    *,
    values: Sequence[str],
    segments: tuple[str, ...] = (),
) -> Checked:
    """What is left of the rows that passed all other checks when each key is kept once.

    `ordered` are these rows sorted by `key` (one number per key), with their `position` in the file.
    """
    twice, differing = _duplicates(ordered, values)
    found = (*findings, *_findings(rows, ordered[differing]))
    left_out = twice | differing
    kept = ordered.drop(columns=["key", "position"])
    if left_out.any():
        kept = kept[~left_out].reset_index(drop=True)
    return Checked(kept, segments, found, int(twice.sum()))


def _duplicates(ordered: pd.DataFrame, values: Sequence[str]) -> tuple[Mask, Mask]:
    """Of rows sorted by key: those that say what an earlier one says; those of keys with several values."""
    same = repeated(ordered["key"].to_numpy())
    nothing = np.zeros(len(ordered), dtype=bool)
    if not same.any():
        return nothing, nothing
    group = np.cumsum(~same) - 1
    first = np.flatnonzero(~same)[group]
    unlike = nothing.copy()
    for name in values:
        column = ordered[name].to_numpy()
        unlike |= ~np.isclose(column, column[first], rtol=0, atol=0, equal_nan=True)
    several = np.bincount(group, weights=unlike) > 0
    return same & ~several[group], several[group]


def _findings(rows: Rows, ordered: pd.DataFrame) -> Iterator[Finding]:
    """`ordered` are the rows of keys with several values, sorted by key."""
    position, key = ordered["position"].to_numpy(), ordered["key"].to_numpy()
    where = np.zeros(len(rows.parsed), dtype=bool)
    where[position] = True
    key_at = dict(zip(position.tolist(), key.tolist(), strict=True))

    def message(at: int) -> str:
        first, last = np.searchsorted(key, key_at[at]), np.searchsorted(key, key_at[at], side="right")
        numbers = sorted(set(rows.parsed.rows[position[first:last]].tolist()))
        named = ", ".join(str(number) for number in numbers[:5]) + (" …" if len(numbers) > 5 else "")
        what = "Rows" if len(numbers) > 1 else "Columns of row"
        return f"{what} {named} give different values for the same KPI, period and segment."

    layout = rows.parsed.grid.layout
    yield from rows.find(Code.DUPLICATE_KEY, layout.roles[0] if layout.sparse else "kpi", where, message)

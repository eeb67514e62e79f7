"""Saving the targets that a catalogue gives, as one batch."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from kpidash.domain.catalogue import Kpi
from kpidash.store import targets, uploads
from kpidash.store.tables import upload


def save(
    connection: Connection,
    kpis: Iterable[Kpi],
    ids: Mapping[str, int],
    *,
    actor: str,
    prune: bool,
    file_name: str | None,
) -> tuple[int | None, set[str]]:
    """Write the targets of `kpis` that differ; returns the batch (None when none did) and the KPIs' codes.

    With `prune` other targets of these KPIs are removed, unless people uploaded them.
    """
    wanted = targets.columns_of((ids[one.code], goal) for one in kpis for goal in one.targets)
    stored = targets.current(connection)
    changes = _differing(wanted, stored)
    surplus = _surplus(connection, wanted, stored, [ids[one.code] for one in kpis]) if prune else stored[:0]
    if changes.empty and surplus.empty:
        return None, set()
    batch = uploads.insert(
        connection, kind=uploads.Kind.CATALOGUE, actor=actor, file_name=file_name, rows=len(wanted)
    )
    applied = targets.apply(connection, changes, batch)
    targets.remove(connection, surplus, batch)
    uploads.count(connection, batch, applied)
    touched = {*changes["kpi_id"].tolist(), *surplus["kpi_id"].tolist()}
    return batch, {one.code for one in kpis if ids[one.code] in touched}


def _differing(wanted: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The rows of `wanted` that are not stored just so."""
    key = targets.KEPT.key
    place = pd.MultiIndex.from_frame(stored[key]).get_indexer(pd.MultiIndex.from_frame(wanted[key]))
    same = place >= 0
    for name in targets.KEPT.fields:
        old, new = stored[name].to_numpy()[place] if len(stored) else wanted[name], wanted[name].to_numpy()
        same &= (old == new) | (pd.isna(old) & pd.isna(new))
    return wanted[~same]


def _surplus(
    connection: Connection, wanted: pd.DataFrame, stored: pd.DataFrame, of: list[int]
) -> pd.DataFrame:
    """The stored targets of the KPIs `of` that are not in `wanted` and came from a catalogue."""
    key = targets.KEPT.key
    batches = select(upload.c.id).where(upload.c.kind == uploads.Kind.CATALOGUE)
    given = np.fromiter(connection.execute(batches).scalars(), np.int64)
    named = pd.MultiIndex.from_frame(stored[key]).isin(pd.MultiIndex.from_frame(wanted[key]))
    return stored[stored["source_id"].isin(given) & stored["kpi_id"].isin(of) & ~named]

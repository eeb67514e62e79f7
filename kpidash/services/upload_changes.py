"""What one upload did to each value, and what of it is something else by now."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import Aggregation, Kpi, Unit
from kpidash.ingest.layout import Kind
from kpidash.ingest.ledgers import LEDGERS
from kpidash.ingest.undo import NotUndoable, kind_of
from kpidash.services.change_pages import ChangePages
from kpidash.services.naming import Naming, naming_of
from kpidash.services.originals import FileState, state
from kpidash.services.previews import terms_of
from kpidash.services.upload_history import Past, seen_upload
from kpidash.store import catalogue, past_uploads, touches
from kpidash.store.engine import Connection, Database
from kpidash.store.given import given
from kpidash.store.uploads import Upload

PARTS = ("changed", "added", "removed")
"""Values that were other before, that were not there before, and that an undo took away."""


@dataclass(frozen=True, slots=True)
class UploadChanges:
    """One upload with what a person may see of what it did.

    `kind` is what it changed, also for an undo; of definitions that is the targets among them. `counts` is
    how many values each of PARTS has. `kpis` are those that it changed with the number of values of
    each, the most first; `hidden` is how many other KPIs it changed. `since` are the later uploads by which
    values are something else now, with how many, the newest first.
    """

    past: Past
    file: FileState
    kind: Kind
    pages: ChangePages
    counts: Mapping[str, int]
    kpis: tuple[tuple[Kpi, int], ...] = ()
    hidden: int = 0
    since: tuple[tuple[int, int], ...] = ()


def changes_of(database: Database, scope: Scope, upload_id: int | str) -> UploadChanges:
    """What an upload did; raises NotThere where there is none that the person may see."""
    scope.require(Capability.READ)
    with database.read() as connection:
        upload = seen_upload(connection, scope, upload_id)
        undone = past_uploads.undone_by(connection, [upload.id])
        past, file = Past(upload, undone.get(upload.id)), state(connection, scope, upload)
        stored = catalogue.load(connection)
        naming = naming_of(connection, stored, terms_of(stored, scope).visible)
        touched = touches.kpis_of(connection, [upload.id])
        hidden = len(touched - naming.kpis.keys())
        kind = _kind(connection, upload)
        rows = given(connection, LEDGERS[kind].kept, upload.id)
    rows = _with_ratios(rows[rows["kpi_id"].isin(list(naming.kpis))], naming)
    parts = _parts(rows)
    kpis = tuple((naming.kpis[number], size) for number, size in _counted(rows["kpi_id"]))
    since = tuple(sorted(_counted(rows["since"].dropna().astype("int64")), reverse=True))
    counts = {part: len(frame) for part, frame in parts.items()}
    return UploadChanges(past, file, kind, ChangePages(parts, naming), counts, kpis, hidden, since)


def _kind(connection: Connection, upload: Upload) -> Kind:
    try:
        return kind_of(connection, upload)
    except NotUndoable:  # definitions: the values among them are targets
        return Kind.TARGETS


def _parts(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    old = [name for name in rows if str(name).startswith("old_")]
    was = rows[old].notna().any(axis=1)
    masks = {"changed": rows["gave"] & was, "added": rows["gave"] & ~was, "removed": ~rows["gave"]}
    return {part: rows[mask].reset_index(drop=True) for part, mask in masks.items()}


def _counted(numbers: pd.Series) -> list[tuple[int, int]]:
    found = numbers.value_counts()
    return list(zip(found.index.tolist(), found.tolist(), strict=True))


def _with_ratios(rows: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """The rows with the value of each ratio, which is kept as its two parts."""
    if "numerator" not in rows:
        return rows
    ratios = {
        number: 100.0 if kpi.unit is Unit.PERCENT else 1.0
        for number, kpi in naming.kpis.items()
        if kpi.aggregation is Aggregation.RATIO
    }
    scale = rows["kpi_id"].map(ratios)
    for old in ("", "old_"):
        denominator = rows[f"{old}denominator"]
        ratio = scale * rows[f"{old}numerator"] / denominator.where(denominator != 0)
        rows = rows.assign(**{f"{old}value": rows[f"{old}value"].fillna(ratio)})
    return rows

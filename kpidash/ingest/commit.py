"""Applying a change set: exactly what was shown, in the caller's transaction, or nothing.

Exceptions leave the transaction to be rolled back.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kpidash.ingest.diff import ChangeSet, Shape, diff
from kpidash.ingest.layout import Kind
from kpidash.ingest.ledgers import LEDGERS
from kpidash.store import audit, rollups, segments, uploads
from kpidash.store.engine import Connection
from kpidash.store.versions import Applied


class Conflict(Exception):  # noqa: N818 - reads as what happened
    """Somebody changed keys of this upload after its preview; `keys` has the columns of the shape's key."""

    def __init__(self, keys: pd.DataFrame) -> None:
        super().__init__(f"{len(keys)} values were changed by another upload since the preview")
        self.keys = keys.reset_index(drop=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is known of an upload besides its changes.

    `new_segments` are the keys that segment ids −1, −2, … of the change set stand for.
    """

    kind: Kind
    actor: str
    file_name: str
    digest: str
    rows: int
    idempotency_key: str
    new_segments: tuple[str, ...] = ()


def commit(connection: Connection, changes: ChangeSet, batch: Batch) -> int:
    """The id of the upload that applied `changes`.

    Raises Conflict, with nothing applied, when a key no longer has the value that the change set was made
    against, and AlreadyCommitted when the idempotency key was used before.
    """
    upload_id = uploads.insert(
        connection,
        kind=uploads.Kind(batch.kind),
        actor=batch.actor,
        file_name=batch.file_name,
        digest=batch.digest,
        rows=batch.rows,
        rejected=changes.rejected,
        idempotency_key=batch.idempotency_key,
    )
    ledger = LEDGERS[batch.kind]
    if batch.new_segments:
        changes = _numbered(connection, changes, batch.new_segments)
    uploaded = pd.concat([changes.added, changes.changed, changes.unchanged], ignore_index=True)
    refuse_conflicts(ledger.current(connection, uploaded, True), _seen(changes, ledger.shape), ledger.shape)
    written = pd.concat([changes.added, changes.changed], ignore_index=True)
    applied = ledger.apply(connection, written, upload_id)
    if (applied.added, applied.changed) != (len(changes.added), len(changes.changed)):
        # keys that were absent cannot be locked: somebody added one between our look and our insert
        now = ledger.current(connection, changes.added, False)
        raise Conflict(now.loc[now["upload_id"] != upload_id, ledger.shape.key])
    finish(connection, upload_id, replace(applied, unchanged=len(changes.unchanged)), written, batch)
    return upload_id


def finish(
    connection: Connection, upload_id: int, applied: Applied, written: pd.DataFrame, batch: Batch
) -> None:
    """Note what was applied, in the upload, the rollups and the audit trail."""
    uploads.count(connection, upload_id, applied)
    if batch.kind is Kind.ACTUALS:
        rollups.refresh(connection, written[["kpi_id", "period"]])
    audit.record(
        connection,
        actor=batch.actor,
        action="upload.commit",
        subject=str(upload_id),
        detail={
            "kind": batch.kind.value,
            "file": batch.file_name,
            "digest": batch.digest,
            "added": applied.added,
            "changed": applied.changed,
        },
    )


def refuse_conflicts(now: pd.DataFrame, seen: pd.DataFrame, shape: Shape) -> None:
    """Raise Conflict with the keys whose values `now` are not those that were `seen`."""
    moved = diff(seen, now, shape=shape)
    gone = diff(now, seen, shape=shape).added
    if moved or len(gone):
        raise Conflict(pd.concat([moved.added, moved.changed, gone])[shape.key])


def _seen(changes: ChangeSet, shape: Shape) -> pd.DataFrame:
    """The stored values that the change set was made against."""
    values = [*shape.numbers, shape.text]
    before = {f"old_{name}": name for name in values}
    old = changes.changed[[*shape.key, *before]].rename(columns=before)
    same = changes.unchanged[[*shape.key, *values]]
    return pd.concat([frame for frame in (old, same) if len(frame)] or [old], ignore_index=True)


def _numbered(connection: Connection, changes: ChangeSet, new: tuple[str, ...]) -> ChangeSet:
    """The change set with stored ids in place of the stand-ins for new segments."""
    ids = segments.ids(connection, new)
    stored = np.array([ids[key] for key in new], dtype=np.int64)
    segment = changes.added["segment_id"].to_numpy()
    stand_in = segment < 0
    segment = np.where(stand_in, stored[np.where(stand_in, -1 - segment, 0)], segment)
    return replace(changes, added=changes.added.assign(segment_id=segment))

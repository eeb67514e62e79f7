"""Applying a change set: exactly what was shown, in the caller's transaction, or nothing.

Exceptions leave the transaction to be rolled back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kpidash.domain.access import Scope
from kpidash.ingest.diff import ChangeSet, Shape, diff
from kpidash.ingest.layout import Kind
from kpidash.ingest.ledgers import LEDGERS
from kpidash.store import audit, rollups, segments, touches, undoing, uploads
from kpidash.store.columns import joined
from kpidash.store.engine import Connection
from kpidash.store.failures import KeyTaken
from kpidash.store.versions import Applied

AT_A_TIME = 1 << 20
"""Rows whose months are brought up to date at one time; more of one KPI stay together."""


class Conflict(Exception):  # noqa: N818 - reads as what happened
    """Somebody changed keys of this upload after its preview; `keys` has the columns of the shape's key."""

    def __init__(self, keys: pd.DataFrame) -> None:
        super().__init__(f"{len(keys)} values were changed by another upload since the preview")
        self.keys = keys.reset_index(drop=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is known of an upload besides its changes.

    `scope` is that of the person who commits it. `revision` is the one that the change set was made at.
    `new_segments` are the keys that segment ids −1, −2, … of the change set stand for.
    """

    kind: Kind
    scope: Scope
    file_name: str
    digest: str
    rows: int
    idempotency_key: str
    revision: int
    new_segments: tuple[str, ...] = ()


def commit(connection: Connection, changes: ChangeSet, batch: Batch) -> int:
    """The id of the upload that applied `changes`.

    Raises Conflict, with nothing applied, when a key no longer has the value that the change set was made
    against, and AlreadyCommitted when the idempotency key was used before.
    """
    upload_id = uploads.insert(
        connection,
        kind=uploads.Kind(batch.kind),
        actor=batch.scope.actor,
        file_name=batch.file_name,
        digest=batch.digest,
        rows=batch.rows,
        rejected=changes.rejected,
        idempotency_key=batch.idempotency_key,
    )
    if batch.new_segments:
        changes = _numbered(connection, changes, batch.new_segments)
    applied = _written(connection, changes, batch, upload_id)
    finish(connection, upload_id, applied, changes, batch)
    return upload_id


def _written(connection: Connection, changes: ChangeSet, batch: Batch, upload_id: int) -> Applied:
    """Write the change set, unless it is not what it was made against that would be changed.

    Only what other uploads touched since is read again. Of those that are being committed at this moment we
    see nothing at first; but they hold the rows that they set, so our writing waits for them, and then they
    are seen.
    """
    ledger = LEDGERS[batch.kind]
    keys = joined([part[ledger.shape.key] for part in (changes.added, changes.changed, changes.unchanged)])
    later = touches.since(connection, batch.revision, keys)
    if later:
        moved = frozenset[int]().union(*later.values())
        again = keys[keys["kpi_id"].isin(list(moved))]
        now = _exactly(ledger.stored(connection, again), again, ledger.shape)
        refuse_conflicts(now, _of(changes, moved), ledger.shape)
    try:
        applied = ledger.write(connection, changes.added, changes.changed, upload_id)
    except KeyTaken:
        # some of our own may be there; of the others there may be more than the first that was met
        now = ledger.current(connection, keys, False)
        refuse_conflicts(now[now["upload_id"] != upload_id], changes, ledger.shape)
        raise Conflict(changes.added[ledger.shape.key]) from None  # and has taken them away again
    if applied.changed < len(changes.changed) or touches.since(connection, batch.revision, keys) != later:
        replaced = undoing.previous(connection, ledger.kept, upload_id)
        refuse_conflicts(replaced, replace(changes, unchanged=changes.unchanged[:0]), ledger.shape)
    return replace(applied, unchanged=len(changes.unchanged))


def _exactly(stored: pd.DataFrame, keys: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """The stored values of these keys and no others."""
    return stored.merge(keys, on=shape.key)


def finish(
    connection: Connection, upload_id: int, applied: Applied, changes: ChangeSet, batch: Batch
) -> None:
    """Note what was applied, in the upload, the rollups and the audit trail."""
    uploads.count(connection, upload_id, applied)
    if batch.kind is Kind.ACTUALS:
        for written in _some_kpis(changes):
            rollups.refresh(connection, written, standing=written)
    audit.record(
        connection,
        batch.scope,
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


def _some_kpis(changes: ChangeSet) -> Iterator[pd.DataFrame]:
    """The rows that were written, all of some KPIs at a time, in the order of the KPIs."""
    parts = changes.added, changes.changed[list(changes.added)]
    kpis, counts = np.unique(joined([part[["kpi_id"]] for part in parts])["kpi_id"], return_counts=True)
    turn = (np.cumsum(counts) - 1) // AT_A_TIME
    for number in np.unique(turn):
        some = kpis[turn == number]
        yield joined([_between(part, some[0], some[-1]) for part in parts])


def _between(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """The rows, which ascend by KPI, from the first to the last of these KPIs."""
    kpis = rows["kpi_id"].to_numpy()
    return rows.iloc[np.searchsorted(kpis, first) : np.searchsorted(kpis, last, side="right")]


def refuse_conflicts(now: pd.DataFrame, changes: ChangeSet, shape: Shape) -> None:
    """Raise Conflict with the keys whose values `now` are not those that the change set was made against."""
    before, same = _before(changes, shape), changes.unchanged
    seen = pd.concat([frame for frame in (before, same[list(before)]) if len(frame)] or [before])
    # An unchanged row that is silent about the text says nothing of the stored one; of others it is known.
    told = now[~pd.MultiIndex.from_frame(now[shape.key]).isin(pd.MultiIndex.from_frame(same[shape.key]))]
    # Both ways, as a text that is not there any more is no change to `diff`.
    there, back = diff(before, told, shape=shape), diff(now, seen, shape=shape)
    moved = [part[shape.key] for part in (there.added, there.changed, back.added, back.changed)]
    if any(len(part) for part in moved):
        raise Conflict(pd.concat(moved).drop_duplicates())


def _of(changes: ChangeSet, kpis: frozenset[int]) -> ChangeSet:
    """What there is of some KPIs."""
    changed, unchanged = (
        part[part["kpi_id"].isin(list(kpis))] for part in (changes.changed, changes.unchanged)
    )
    return replace(changes, changed=changed, unchanged=unchanged)


def _before(changes: ChangeSet, shape: Shape) -> pd.DataFrame:
    """The stored values that the change set would replace."""
    before = {f"old_{name}": name for name in (*shape.numbers, shape.text)}
    return changes.changed[[*shape.key, *before]].rename(columns=before)


def _numbered(connection: Connection, changes: ChangeSet, new: tuple[str, ...]) -> ChangeSet:
    """The change set with stored ids in place of the stand-ins for new segments."""
    ids = segments.ids(connection, new)
    segment = changes.added["segment_id"].to_numpy()
    stored = np.array([ids[key] for key in new], dtype=segment.dtype)
    stand_in = segment < 0
    segment = np.where(stand_in, stored[np.where(stand_in, -1 - segment, 0)], segment)
    return replace(changes, added=changes.added.assign(segment_id=segment))

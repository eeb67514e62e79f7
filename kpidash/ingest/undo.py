"""Taking an upload back: what was there before is there again, as a new upload of kind `undo`."""

import pandas as pd

from kpidash.domain.access import Scope
from kpidash.ingest.layout import Kind
from kpidash.ingest.ledgers import LEDGERS
from kpidash.store import audit, rollups, undoing, uploads
from kpidash.store.engine import Connection
from kpidash.store.uploads import Upload
from kpidash.store.versions import Applied


class Blocked(Exception):  # noqa: N818 - reads as what happened
    """Later uploads changed the same values: `keys` has the key columns and each later `upload_id`."""

    def __init__(self, keys: pd.DataFrame) -> None:
        changed = len(keys.drop_duplicates([*keys.columns.difference(["upload_id"])]))
        super().__init__(f"{changed} values were changed by later uploads")
        self.keys = keys

    @property
    def by(self) -> tuple[int, ...]:
        """The later uploads, the newest first: the order in which they can be undone."""
        return tuple(sorted({int(number) for number in self.keys["upload_id"]}, reverse=True))


class NotUndoable(Exception):  # noqa: N818 - reads as what happened
    """There is nothing to take back; the message says why."""


def kind_of(connection: Connection, upload: Upload) -> Kind:
    """What an upload changed; for an undo what the upload that it undid changed. Raises NotUndoable."""
    while upload.kind is uploads.Kind.UNDO and upload.undoes is not None:
        earlier = uploads.find(connection, upload.undoes)
        if earlier is None:
            break
        upload = earlier
    try:
        return Kind(upload.kind.value)
    except ValueError:
        message = "Definitions are taken back by applying the earlier catalogue file."
        raise NotUndoable(message) from None


def undo(connection: Connection, upload: Upload, scope: Scope, *, plan: undoing.Plan, kind: Kind) -> int:
    """The id of the new upload that undid `upload` as `plan` (made under lock in this transaction) says.

    Raises Blocked when later uploads stand in the way, and NotUndoable when it was undone before.
    """
    if not uploads.mark_undone(connection, upload.id):
        raise NotUndoable(f"Upload {upload.id} was undone before.")
    if len(plan.conflicts):
        raise Blocked(plan.conflicts)
    _turn(connection, upload)
    ledger = LEDGERS[kind]
    undo_id = uploads.insert(
        connection,
        kind=uploads.Kind.UNDO,
        actor=scope.actor,
        file_name=upload.file_name,
        digest=upload.digest,
        rows=len(plan.restore) + len(plan.remove),
        undoes=upload.id,
    )
    removed = ledger.remove(connection, plan.remove, undo_id) if len(plan.remove) else 0
    done = Applied(0, removed, 0)
    if len(plan.restore):
        applied = ledger.apply(connection, plan.restore, undo_id)
        if applied.added < len(plan.absent):
            # What is not there cannot be locked: meanwhile somebody gave one of these keys a value.
            found = undoing.previous(connection, ledger.kept, undo_id)
            raise Blocked(found.merge(plan.absent)[[*plan.absent, "upload_id"]])
        done = Applied(applied.added, removed + applied.changed, applied.unchanged)
    uploads.count(connection, undo_id, done)
    if kind is Kind.ACTUALS:
        touched = [plan.remove[["kpi_id", "period"]], plan.restore[["kpi_id", "period"]]]
        rollups.refresh(connection, pd.concat(touched, ignore_index=True))
    audit.record(
        connection,
        scope,
        action="upload.undo",
        subject=str(upload.id),
        detail={"upload": undo_id, "removed": removed, "restored": len(plan.restore)},
    )
    return undo_id


def _turn(connection: Connection, upload: Upload) -> None:
    """What an undo took back counts again when the undo itself is taken back, and so on down the line."""
    counts, earlier = True, upload.undoes
    while earlier is not None:
        mark = uploads.mark_committed if counts else uploads.mark_undone
        mark(connection, earlier)
        found = uploads.find(connection, earlier)
        counts, earlier = not counts, found.undoes if found else None

"""Taking uploads back: what that would do, one alone, and one with the later ones that stand in the way."""

from dataclasses import dataclass, replace

import pandas as pd

from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.domain.progress import advance
from kpidash.ingest.layout import Kind
from kpidash.ingest.ledgers import LEDGERS
from kpidash.ingest.undo import Blocked, NotUndoable, kind_of
from kpidash.ingest.undo import undo as take_back
from kpidash.services.errors import NotThere, Standing
from kpidash.services.periods import held_by
from kpidash.services.receipts import Receipt, receipt_of
from kpidash.services.retrying import again_when_beaten
from kpidash.services.upload_history import seen_upload, sees
from kpidash.services.writable import require_writable
from kpidash.store import saving, touches, undoing, uploads
from kpidash.store.engine import Connection, Database
from kpidash.store.uploads import State, Upload


@dataclass(frozen=True, slots=True)
class UndoOutlook:
    """What taking an upload back would do, as things stand.

    `restored` values become what they were before, `removed` ones go, as there was nothing before. `later`
    are the uploads that would have to be taken back first, in that order: the newest first. `problem` is the
    sentence that says why the person cannot do it at all, None where he can.
    """

    upload: Upload
    restored: int = 0
    removed: int = 0
    later: tuple[Upload, ...] = ()
    problem: str | None = None


def outlook(database: Database, scope: Scope, upload_id: int | str) -> UndoOutlook:
    """What taking the upload back would do; raises NotThere where the person sees no such upload."""
    scope.require(Capability.READ)
    with database.read() as connection:
        found = seen_upload(connection, scope, upload_id)
        if found.state is State.UNDONE:
            return UndoOutlook(found, problem=f"Upload {found.id} was undone before.")
        try:
            kind = kind_of(connection, found)
        except NotUndoable as reason:
            return UndoOutlook(found, problem=str(reason))
        later = _in_the_way(connection, found, kind)
        if hidden := _problem(connection, scope, (*later, found)):
            # what stands in the way may be of others
            later = tuple(one for one in later if sees(connection, scope, one))
        plan = undoing.plan(connection, LEDGERS[kind].kept, found.id)
        seen = UndoOutlook(found, len(plan.restore), len(plan.remove), later)
        seen = replace(seen, problem=hidden)
    undone = any(one.undoes is not None for one in (*later, found))
    return _rehearsed(database, scope, seen, kind) if later and undone and not seen.problem else seen


@again_when_beaten
def undo(database: Database, scope: Scope, upload_id: int | str, *, with_later: bool = False) -> Receipt:
    """Take an upload back: every value that it set is again what it was before, absent ones absent.

    Where later uploads changed the same values it is refused: `blocked_by` has these and `later` all that
    would have to go, the newest first. With `with_later` they are taken back first, and those in their way,
    and so on; each becomes an undo of its own, and all happen together or none. Uploads of other values stay.

    Raises NotThere for an upload that the person cannot see, NotPermitted where one of them changed KPIs that
    he may not write, and Standing where there is nothing to take back.
    """
    scope.require(Capability.UPLOAD)
    try:
        with database.write() as connection:
            saving.keep(connection)
            found = seen_upload(connection, scope, upload_id)
            kind = kind_of(connection, found)
            require_writable(connection, scope, touches.kpis_of(connection, [found.id]))
            if with_later and found.state is State.COMMITTED:
                taken = _with_later(connection, scope, found, kind)
            else:
                taken = {found.id: _one(connection, scope, found, kind)}
    except Blocked as blocked:
        return _refused(database, scope, upload_id, blocked.by)
    except NotUndoable as reason:
        raise Standing(str(reason)) from None
    *first, own = taken
    with database.read() as connection:
        return replace(receipt_of(_found(connection, taken[own])), taken_back=tuple(first))


def _one(connection: Connection, scope: Scope, found: Upload, kind: Kind) -> int:
    """Take one upload back; returns the id of its undo. Raises Blocked when later ones stand in the way."""
    plan = undoing.plan(connection, LEDGERS[kind].kept, found.id, lock=True)
    key = LEDGERS[kind].shape.key
    keys = pd.concat([plan.restore[key], plan.remove[key]], ignore_index=True)
    kpis = require_writable(connection, scope, keys["kpi_id"].unique())
    if held := held_by(connection, keys, kpis):
        months = ", ".join(held)
        raise Standing(f"It would change closed periods ({months}); ask an administrator to open them again.")
    return take_back(connection, found, scope, plan=plan, kind=kind)


def _with_later(connection: Connection, scope: Scope, found: Upload, kind: Kind) -> dict[int, int]:
    """Take back what stands in the way, the newest first, and then the upload; the undo of each, in order."""
    waiting = {one.id for one in _in_the_way(connection, found, kind)} | {found.id}
    taken: dict[int, int] = {}
    while waiting:
        newest = max(waiting)
        one = _found(connection, newest)
        if newest != found.id and one.state is State.UNDONE:
            waiting.discard(newest)  # what it did went with another one
            continue
        _require_takeable(connection, one)
        advance("Taking back", len(taken), len(taken) + len(waiting))
        if later := _conflicts(connection, one.id, kind) - taken.keys() - set(taken.values()):
            waiting |= later
            continue
        taken[newest] = _one(connection, scope, one, kind)
        waiting.discard(newest)
    return taken


class _Rehearsed(Exception):  # noqa: N818 - reads as what happened
    """Ends a transaction that is not to be kept; `taken` are the uploads that it took back, in order."""

    def __init__(self, taken: tuple[int, ...]) -> None:
        super().__init__("this was not to be kept")
        self.taken = taken


@again_when_beaten
def _rehearsed(database: Database, scope: Scope, seen: UndoOutlook, kind: Kind) -> UndoOutlook:
    """The same with the uploads that would really go: taking an undo back lets others count again, which
    shows only when it is done. It is done here and dropped.
    """
    try:
        with database.write() as connection:
            saving.keep(connection)
            raise _Rehearsed(tuple(_with_later(connection, scope, seen.upload, kind)))
    except _Rehearsed as done:
        *first, _ = done.taken
    except (NotPermitted, Standing) as reason:
        return replace(seen, problem=f"{str(reason).rstrip('.')}.")
    with database.read() as connection:
        return replace(seen, later=tuple(_found(connection, number) for number in first))


def _in_the_way(connection: Connection, found: Upload, kind: Kind) -> tuple[Upload, ...]:
    """All uploads that have to be taken back before this one, those in their way included, newest first."""
    reached, waiting = set[int](), [found.id]
    while waiting:
        fresh = _conflicts(connection, waiting.pop(), kind) - reached
        reached |= fresh
        waiting += fresh
    return tuple(_found(connection, number) for number in sorted(reached, reverse=True))


def _conflicts(connection: Connection, upload_id: int, kind: Kind) -> set[int]:
    moved = undoing.superseded_since(connection, LEDGERS[kind].kept, upload_id)
    return {int(number) for number in moved["upload_id"].unique()}


def _require_takeable(connection: Connection, later: Upload) -> None:
    """Raise Standing for a catalogue among the uploads: those are taken back in another way."""
    try:
        kind_of(connection, later)
    except NotUndoable as reason:
        raise Standing(f"Upload {later.id} set the same values by a catalogue. {reason}") from None


def _problem(connection: Connection, scope: Scope, wanted: tuple[Upload, ...]) -> str | None:
    try:
        for one in wanted:
            _require_takeable(connection, one)
        scope.require(Capability.UPLOAD)
        require_writable(connection, scope, touches.kpis_of(connection, [one.id for one in wanted]))
    except NotPermitted as reason:
        return f"{reason}."
    except Standing as reason:
        return str(reason)
    return None


def _refused(database: Database, scope: Scope, upload_id: int | str, by: tuple[int, ...]) -> Receipt:
    with database.read() as connection:
        found = seen_upload(connection, scope, upload_id)
        later = _in_the_way(connection, found, kind_of(connection, found))
    return Receipt(state="refused", blocked_by=by, later=later)


def _found(connection: Connection, upload_id: int) -> Upload:
    found = uploads.find(connection, upload_id)
    if found is None:
        raise NotThere(f"there is no upload {upload_id}")
    return found

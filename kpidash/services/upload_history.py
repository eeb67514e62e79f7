"""Past uploads: who, when, how many values, and which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kpidash.domain.access import Capability, Scope
from kpidash.ingest.ledgers import LEDGERS
from kpidash.ingest.undo import NotUndoable, kind_of
from kpidash.services.errors import NotThere
from kpidash.services.naming import Naming, naming_of
from kpidash.services.originals import FileState, content, state
from kpidash.services.previews import terms_of
from kpidash.services.receipts import stamp
from kpidash.services.scorecards import records
from kpidash.store import catalogue, past_uploads, touches, undoing, uploads
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection, Database
from kpidash.store.past_uploads import Wanted
from kpidash.store.uploads import Upload

LISTED = 1_000
"""Uploads that a list goes back."""
SHOWN = 20
"""Values that a text for people spells out."""


@dataclass(frozen=True, slots=True)
class Past:
    """One upload as a list shows it; `undone_by` is the undo that took it back, where one did."""

    upload: Upload
    undone_by: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for machines; times are UTC with `Z`."""
        one = self.upload
        return {
            "upload_id": str(one.id),
            "kind": one.kind.value,
            "state": one.state.value,
            "committed_at": stamp(one.committed_at),
            "actor": one.actor,
            "file_name": one.file_name,
            "digest": one.digest,
            "rows": one.rows,
            "added": one.added,
            "changed": one.changed,
            "unchanged": one.unchanged,
            "rejected": one.rejected,
            "undoes": None if one.undoes is None else str(one.undoes),
        }


@dataclass(frozen=True, slots=True)
class UploadDetail:
    """One upload with the values of it that a person may see.

    `rows` has kpi, label (of the period), where (of actuals) and for each number the one that the upload
    gave and, as `old_…`, the one before; new ones are missing where they were superseded since or removed.
    """

    past: Past
    rows: pd.DataFrame
    file: FileState

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {**self.past.as_json(), "values": records(self.rows)}

    def in_words(self) -> str:
        """The same for people."""
        facts = self.past.as_json()
        lines = [f"{name.replace('_', ' ')}: {value}" for name, value in facts.items() if value is not None]
        for row in records(self.rows.head(SHOWN)):
            key = " ".join(row[name] for name in ("kpi", "label", "where") if row.get(name))
            lines.append(f"{key}: {_number(row['old_value'])} → {_number(row['value'])}")
        if len(self.rows) > SHOWN:
            lines.append(f"… and {len(self.rows) - SHOWN:,} more.")
        return "\n".join(lines)


def history(database: Database, scope: Scope, *, limit: int = LISTED) -> list[Past]:
    """The newest uploads that the person made or that changed a KPI in his scope, newest first."""
    scope.require(Capability.READ)
    with database.read() as connection:
        seen = seen_by(catalogue.load(connection), scope)
        return [Past(upload) for upload in past_uploads.page(connection, seen, count=limit)]


def as_json(found: Sequence[Past]) -> dict[str, Any]:
    """The document of `uploads list --json`."""
    return {"uploads": [one.as_json() for one in found]}


def show(database: Database, scope: Scope, upload_id: int | str) -> UploadDetail:
    """One upload and what it changed; raises NotThere where there is none that the person may see."""
    scope.require(Capability.READ)
    with database.read() as connection:
        upload = seen_upload(connection, scope, upload_id)
        stored = catalogue.load(connection)
        naming = naming_of(connection, stored, terms_of(stored, scope).visible)
        return UploadDetail(
            Past(upload), _values(connection, upload, naming), state(connection, scope, upload)
        )


def file(database: Database, scope: Scope, upload_id: int | str) -> tuple[str, bytes]:
    """The name and the bytes of the file of an upload, as they came; who gets it: `services.originals`.

    Raises NotThere where the person sees no such upload, NotPermitted where the file is for others, and
    Standing where it was not kept. The name is the uploader's: no place to write to.
    """
    scope.require(Capability.READ)
    with database.read() as connection:
        upload = seen_upload(connection, scope, upload_id)
        return upload.file_name or f"upload-{upload.id}", content(connection, scope, upload)


def seen_upload(connection: Connection, scope: Scope, upload_id: int | str) -> Upload:
    """The upload, when there is one that the person may see; raises NotThere."""
    number = str(upload_id)
    # beyond this no database has a number to ask for
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = uploads.find(connection, int(number)) if known else None
    if found is None or not sees(connection, scope, found):
        raise NotThere(f"there is no upload {number}")
    return found


def seen_by(stored: StoredCatalogue, scope: Scope) -> Wanted:
    """The uploads that the person made, and those that changed a KPI that he may see; for a program these
    alone."""
    if scope.everywhere(Capability.READ):
        return Wanted()
    terms = terms_of(stored, scope)
    seen = frozenset(terms.ids[code] for code in terms.visible)
    return Wanted(seen=seen, seen_actor=None if scope.lent else scope.actor)


def sees(connection: Connection, scope: Scope, upload: Upload) -> bool:
    """Whether there is such an upload for this person."""
    seen = seen_by(catalogue.load(connection), scope)
    if seen.seen is None or scope.made(upload.actor):
        return True
    return not seen.seen.isdisjoint(touches.kpis_of(connection, [upload.id]))


def _values(connection: Connection, upload: Upload, naming: Naming) -> pd.DataFrame:
    try:
        ledger = LEDGERS[kind_of(connection, upload)]
    except NotUndoable:
        return pd.DataFrame(columns=["kpi", "label", "value", "old_value"])
    numbers = list(ledger.shape.numbers)
    columns = [*ledger.shape.key, *numbers]
    new = ledger.current(connection, undoing.set_by(connection, ledger.kept, upload.id), False)[columns]
    old = undoing.previous(connection, ledger.kept, upload.id)[columns]
    both = new.merge(
        old.rename(columns={name: f"old_{name}" for name in numbers}), how="outer", on=ledger.shape.key
    )
    named = naming.named(both.sort_values(ledger.shape.key))
    return named.drop(columns=[name for name in ledger.shape.key if name != "kind"])


def _number(value: float | None) -> str:
    return "nothing" if value is None else f"{value:,.12g}"

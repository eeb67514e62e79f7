"""Uploads: what a file would change, committing it, the history, and taking an upload back.

A person sees and writes the KPIs of the scope and no others; that is looked at again in every call.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from kpidash import settings
from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import Kpi
from kpidash.domain.progress import advance
from kpidash.ingest.commit import Batch, Conflict
from kpidash.ingest.commit import commit as apply_changes
from kpidash.ingest.content import Limits
from kpidash.ingest.layout import Kind
from kpidash.ingest.periods import DateOrder
from kpidash.ingest.read import ReadOptions
from kpidash.services import tallies
from kpidash.services.errors import NotThere, Standing, WrongQuestion
from kpidash.services.mappings import Answers, remember
from kpidash.services.naming import naming_of
from kpidash.services.originals import kpis_named
from kpidash.services.periods import held_by
from kpidash.services.previews import Preview, previewed, terms_of
from kpidash.services.processors import processors
from kpidash.services.receipts import Receipt, receipt_of
from kpidash.services.retrying import again_when_beaten
from kpidash.services.taking_back import outlook, undo
from kpidash.services.upload_history import file, history, show
from kpidash.services.writable import require_writable
from kpidash.store import catalogue, originals, saving, uploads
from kpidash.store.engine import Connection, Database
from kpidash.store.uploads import Upload

__all__ = [
    "Preview", "Receipt", "commit", "file", "history", "ingest", "ingest_frame", "outlook", "preview", "show",
    "undo",
]  # fmt: skip

TRIES = 3
"""How often `ingest` looks at the database again when somebody else was faster."""


def preview(
    database: Database,
    scope: Scope,
    file_name: str,
    content: bytes,
    *,
    kind: str | None = None,
    mapping: Mapping[str, str] | None = None,
    kpi_names: Mapping[str, str] | None = None,
    date_order: str | None = None,
    decimal: str | None = None,
    options: ReadOptions | None = None,
    today: date | None = None,
    limits: Limits | None = None,
) -> Preview:
    """What the file would change; writes nothing.

    `kind` (actuals or targets), `date_order` (dmy, mdy or ymd) and `decimal` (a point or a comma) are read
    from the file where they are None; so are encoding, delimiter, header row and sheet, which `options`
    overrule. `mapping` gives the meaning of headers, or of the whole file (`{"kpi": "csat"}`), and
    `kpi_names` the codes of KPIs by what the file calls them. Raises NotPermitted for somebody who may upload
    nowhere and WrongQuestion for an answer that is none. `limits` are by default those of
    KPIDASH_MAX_UPLOAD_MB.
    """
    scope.require(Capability.UPLOAD)
    try:
        answers = Answers(
            kind=Kind(kind) if kind else None,
            mapping=dict(mapping or {}),
            kpi_names=dict(kpi_names or {}),
            date_order=DateOrder(date_order) if date_order else None,
            decimal=decimal,
            options=options or ReadOptions(),
        )
    except ValueError as error:
        raise WrongQuestion(str(error)) from None
    if decimal not in {None, ".", ","}:
        raise WrongQuestion(f"the decimal sign is a point or a comma, not '{decimal}'")
    limits = limits or Limits(size=settings.load().max_upload_bytes)
    return previewed(database, scope, file_name, content, answers=answers, today=today, limits=limits)


@again_when_beaten
def commit(
    database: Database,
    scope: Scope,
    shown: Preview,
    *,
    accept_valid: bool = False,
    idempotency_key: str | None = None,
) -> Receipt:
    """Apply exactly what the preview showed, all of it or nothing.

    Refused when a row has an issue (with `accept_valid` the other rows are committed), when the file itself
    has one, and when somebody else changed one of its values since the preview. Nothing is written where
    there is nothing new. With a key that was used before, the receipt of that time comes back; raises
    Standing where that was for another file.
    """
    receipt = _commit(database, scope, shown, accept_valid, idempotency_key)
    tallies.UPLOADS.labels(receipt.state).inc()
    if receipt.state == "committed":
        tallies.VALUES.inc(receipt.added + receipt.changed)
    return receipt


def _commit(
    database: Database, scope: Scope, shown: Preview, accept_valid: bool, idempotency_key: str | None
) -> Receipt:
    scope.require(Capability.UPLOAD)
    changes = shown.changes
    if changes is None or (shown.issues and not accept_valid):
        return shown.receipt("refused")
    # one person's key must not answer with another's upload
    key = f"{scope.actor}:{idempotency_key or shown.token}"
    with database.read() as connection:
        if earlier := uploads.by_key(connection, key):
            return _same(earlier, shown)
    if not changes:
        nothing_valid = changes.rejected and changes.unchanged.empty
        return shown.receipt("refused" if nothing_valid else "unchanged")
    batch = Batch(
        kind=shown.kind,
        scope=scope,
        file_name=shown.file_name,
        digest=shown.digest,
        rows=shown.rows,
        idempotency_key=key,
        revision=shown.revision,
        new_segments=shown.new_segments,
    )
    try:
        with ThreadPoolExecutor(1, initializer=processors.spread) as aside, database.write() as connection:
            packed = aside.submit(originals.packed, shown.digest, shown.content)
            saving.keep(connection)  # nobody shall redefine a KPI between our look and our change
            written = pd.concat([changes.added["kpi_id"], changes.changed["kpi_id"]])
            kpis = require_writable(connection, scope, written.unique())
            if stands := _redefined(shown, kpis) or _closed_since(connection, shown, kpis):
                return replace(shown.receipt("refused"), conflicts=stands)
            advance("Writing", 0, len(written))
            upload_id = apply_changes(connection, changes, batch)
            remember(connection, shown.signature, shown.answers, actor=scope.actor)
            originals.keep(connection, upload_id, packed.result(), kpi_ids=kpis_named(shown))
            advance("Writing", len(written), len(written))
    except uploads.AlreadyCommitted as done:
        with database.read() as connection:
            return _same(_found(connection, done.upload_id), shown)
    except Conflict as conflict:
        return replace(shown.receipt("refused"), conflicts=_named(database, scope, conflict.keys))
    with database.read() as connection:
        return receipt_of(_found(connection, upload_id), shown.issues, shown.notes)


def ingest(
    database: Database,
    scope: Scope,
    file_name: str,
    content: bytes,
    *,
    dry_run: bool = False,
    accept_valid: bool = False,
    idempotency_key: str | None = None,
    sheet: str | None = None,
    **answers: Any,
) -> Receipt:
    """Preview and commit in one go; `answers` are those of `preview`, and `sheet` is one of its `options`.

    Where somebody else was faster it looks again, so that only a lasting conflict is refused.
    """
    if sheet is not None:
        answers["options"] = replace(answers.get("options") or ReadOptions(), sheet=sheet)
    for _ in range(TRIES):
        shown = preview(database, scope, file_name, content, **answers)
        if dry_run:
            return _foretold(database, scope, shown, answers.get("today"))
        receipt = commit(database, scope, shown, accept_valid=accept_valid, idempotency_key=idempotency_key)
        if not receipt.conflicts:
            break
    return receipt


def _foretold(database: Database, scope: Scope, shown: Preview, today: date | None) -> Receipt:
    """The receipt of a preview with what a commit would mean."""
    from kpidash.services.impact import impact_of  # scores the company, which no commit needs

    impact = impact_of(database, scope, shown, today=today)
    warnings = [f"row {odd.row}: {odd.message}." for odd in impact.outliers]
    if more := impact.outliers_total - len(warnings):
        warnings.append(f"{more:,} more values are far from what is usual.")
    return replace(
        shown.receipt(), flips=tuple(flip.in_words() for flip in impact.flips), warnings=tuple(warnings)
    )


def ingest_frame(
    database: Database, scope: Scope, file_name: str, rows: pd.DataFrame, *, today: date | None = None
) -> Receipt:
    """Upload a frame with the columns of a tidy file, through the same checks as a file."""
    content = rows.to_csv(index=False).encode()
    return ingest(database, scope, file_name, content, today=today)


def _same(earlier: Upload, shown: Preview) -> Receipt:
    """The receipt of the upload that used the key before; raises Standing where its file was another."""
    if earlier.digest != shown.digest:
        message = f"That key was used before, for another file (upload {earlier.id}); give each file its own."
        raise Standing(message)
    return receipt_of(earlier, shown.issues, shown.notes)


def _found(connection: Connection, upload_id: int) -> Upload:
    found = uploads.find(connection, upload_id)
    if found is None:
        raise NotThere(f"there is no upload {upload_id}")
    return found


def _redefined(shown: Preview, now: Mapping[int, Kpi]) -> tuple[str, ...]:
    """The KPIs whose rows would be read in another way than in the preview."""
    then = shown.naming.kpis if shown.naming else {}
    return tuple(
        f"the definition of {kpi.code}"
        for number, kpi in now.items()
        if number not in then or _how_read(kpi) != _how_read(then[number])
    )


def _closed_since(connection: Connection, shown: Preview, kpis: Mapping[int, Kpi]) -> tuple[str, ...]:
    """The periods of the change set that were closed since the preview, which knew of none of them."""
    if shown.changes is None:
        return ()
    parts = shown.changes.added, shown.changes.changed
    held = {month for part in parts for month in held_by(connection, part, kpis)}
    return tuple(f"the state of the period {month}" for month in sorted(held))


def _how_read(kpi: Kpi) -> tuple[object, ...]:
    return kpi.frequency, kpi.aggregation, kpi.unit, kpi.direction, kpi.dimensions, kpi.formula


def _named(database: Database, scope: Scope, keys: pd.DataFrame) -> tuple[str, ...]:
    with database.read() as connection:
        stored = catalogue.load(connection)
        return naming_of(connection, stored, terms_of(stored, scope).visible).in_words(keys)

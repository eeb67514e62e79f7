"""The file of an upload, as it came, for those who may see all that is in it.

Who may see an upload sees that its file is kept. The file itself gets

- the person who uploaded it, but no program that asks with a token of that person,
- whoever reads the whole company,
- whoever may read every KPI that the file names, also in rows that changed nothing, where all of the file is
  known: every row was taken and every column read. Rows that were rejected, lines and columns that were left
  out and further sheets of a workbook may hold anything, so such files are for the first two alone.
"""

from dataclasses import dataclass

from kpidash.domain.access import Capability, NotPermitted, Scope
from kpidash.ingest.meanings import LEFT_OUT
from kpidash.services.errors import Standing
from kpidash.services.previews import Preview
from kpidash.store import catalogue, originals
from kpidash.store.engine import Connection
from kpidash.store.uploads import Upload

_HOW = ("encoding", "delimiter", "quote", "header_row", "repeated_header", "column")
_MEANT = ("decimal", "period", "date_order", "scale", "currency")
READ_WHOLE = frozenset((*_HOW, *_MEANT))
"""Findings about a file after which nothing of it was left out."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What became of the file of an upload: `size` in bytes is None where it was not kept.

    `refusal` is the sentence for a person who may not have it, None for one who may.
    """

    size: int | None
    refusal: str | None = None


def kpis_named(shown: Preview) -> frozenset[int]:
    """The KPIs that a file names, as far as it names nothing else; empty where it may hold more."""
    changes = shown.changes
    whole = all(found.what in READ_WHOLE for found in shown.assumptions)
    whole = whole and all(column.role != LEFT_OUT for column in shown.columns)
    if changes is None or changes.rejected or shown.issues or not whole:
        return frozenset()
    parts = (changes.added, changes.changed, changes.unchanged)
    return frozenset[int]().union(*(part["kpi_id"].unique().tolist() for part in parts))


def state(connection: Connection, scope: Scope, upload: Upload) -> FileState:
    """Whether the file of an upload that the person sees was kept, and is for that person."""
    if upload.undoes is not None:
        return FileState(None, f"It has no file: it took upload {upload.undoes} back.")
    size = originals.size(connection, upload.digest)
    if size is None:
        return FileState(None, "Its file was not kept: it was uploaded before files were.")
    if not _may_have(connection, scope, upload):
        return FileState(size, "The file may hold numbers of departments that are not yours to read.")
    return FileState(size)


def content(connection: Connection, scope: Scope, upload: Upload) -> bytes:
    """The file as it came; raises Standing where it was not kept and NotPermitted where it is for others."""
    found = state(connection, scope, upload)
    if found.size is None:
        raise Standing(str(found.refusal))
    if found.refusal:
        raise NotPermitted(found.refusal.rstrip("."))
    kept = originals.content(connection, str(upload.digest))
    return kept or b""


def _may_have(connection: Connection, scope: Scope, upload: Upload) -> bool:
    if scope.everywhere(Capability.READ) or scope.made(upload.actor):
        return True
    stored = catalogue.load(connection)
    readable = {
        stored.ids[kpi.code]
        for kpi in stored.catalogue.kpis
        if scope.may(Capability.READ, stored.catalogue.department_of(kpi).code)
    }
    named = originals.named(connection, upload.id)
    return bool(named) and named <= readable

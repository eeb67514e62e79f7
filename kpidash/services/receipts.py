"""What became of a file, for machines (`ingest --json`) and for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kpidash.domain.access import NotPermitted
from kpidash.ingest.issues import Issue, IssueCode, Issues, of_file
from kpidash.store.uploads import Upload

NONE = Issues()
SHOWN = 20
"""Issues that a text for people spells out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The outcome of an upload, a preview or an undo.

    `state` is committed, preview, unchanged or refused. The counts classify the rows of the file, also where
    nothing was written. `undoes` is the upload that this one took back; `blocked_by` are later uploads that
    stand in the way of that, and `later` all that would have to be taken back first, the newest first;
    `taken_back` are those that were. `notes` say what of the file was left out or assumed, `flips` which
    statuses a commit would change and `warnings` which values are far from what is usual (both of a dry run
    alone), `conflicts` what somebody else changed since the preview, in words.
    """

    state: str
    upload_id: int | None = None
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    issues: Issues = NONE
    notes: tuple[str, ...] = ()
    flips: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    blocked_by: tuple[int, ...] = ()
    later: tuple[Upload, ...] = ()
    taken_back: tuple[int, ...] = ()
    undoes: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The document of `ingest --json`."""
        document: dict[str, Any] = {
            "upload_id": None if self.upload_id is None else str(self.upload_id),
            "state": self.state,
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "issues": [issue.as_json() for issue in self.issues.kept],
        }
        if self.notes:
            document["notes"] = list(self.notes)
        if self.flips:
            document["flips"] = list(self.flips)
        if self.warnings:
            document["warnings"] = list(self.warnings)
        if self.conflicts:
            document["conflicts"] = list(self.conflicts)
        if self.blocked_by:
            document["blocked_by"] = [str(upload_id) for upload_id in self.blocked_by]
            document["later"] = [_later(upload) for upload in self.later]
        if self.taken_back:
            document["taken_back"] = [str(upload_id) for upload_id in self.taken_back]
        return document

    def in_words(self) -> str:
        """The same for people."""
        counts = f"{self.added:,} added, {self.changed:,} changed, {self.unchanged:,} unchanged"
        if self.rejected:
            counts += f", {self.rejected:,} rejected"
        lines = [_in_words(issue) for issue in self.issues.kept[:SHOWN]]
        if self.issues.total > len(lines):
            lines.append(f"… and {self.issues.total - len(lines):,} more issues.")
        lines = [*self.notes, *lines, *self.flips[:SHOWN], *self.warnings[:SHOWN]]
        lines += [f"{key} was changed since the preview." for key in self.conflicts[:SHOWN]]
        return "\n".join([*lines, self._outcome(counts)])

    def _outcome(self, counts: str) -> str:
        if self.blocked_by:
            numbers = [one.id for one in self.later] or list(self.blocked_by)
            order = ", ".join(str(number) for number in numbers)
            said = (
                f"Refused: later uploads changed the same values. Undo these first, in this order: {order}."
            )
            return "\n".join([said, *(f"  {_named(one)}" for one in self.later[:SHOWN])])
        if self.undoes is not None:
            taken_back = f"Upload {self.undoes} is taken back by upload {self.upload_id}"
            said = f"{taken_back}: {self.rows:,} values are what they were before."
            if self.taken_back:
                said = f"Taken back first: {', '.join(map(str, self.taken_back))}. {said}"
            return said
        if self.conflicts:
            return "Refused, nothing was written: look at a new preview."
        return {
            "committed": f"Committed as upload {self.upload_id}: {counts}.",
            "preview": f"Nothing was written. This would be: {counts}.",
            "unchanged": f"Nothing to do: all of it is known already ({counts}).",
        }.get(self.state, f"Refused, nothing was written: {counts}.")


def receipt_of(upload: Upload, issues: Issues = NONE, notes: tuple[str, ...] = ()) -> Receipt:
    """The receipt of a committed upload."""
    return Receipt(
        state="committed",
        upload_id=upload.id,
        undoes=upload.undoes,
        rows=upload.rows,
        added=upload.added,
        changed=upload.changed,
        unchanged=upload.unchanged,
        rejected=upload.rejected,
        issues=issues,
        notes=notes,
    )


def refusal(reason: NotPermitted) -> Receipt:
    """The receipt of a file that nobody looked at, as this person may not upload."""
    return Receipt(state="refused", issues=of_file(IssueCode.NOT_PERMITTED, f"{reason}."))


def _in_words(issue: Issue) -> str:
    place = f"row {issue.row}" + (f", {issue.column}" if issue.column else "")
    return f"{place}: {issue.message} ({issue.code})"


def _later(upload: Upload) -> dict[str, Any]:
    return {
        "upload_id": str(upload.id),
        "actor": upload.actor,
        "committed_at": stamp(upload.committed_at),
        "file_name": upload.file_name,
    }


def _named(upload: Upload) -> str:
    what = (
        f"took upload {upload.undoes} back" if upload.undoes is not None else upload.file_name or upload.kind
    )
    at = f", {upload.committed_at:%Y-%m-%d %H:%M} UTC" if upload.committed_at else ""
    return f"{upload.id}: {what}, by {upload.actor}{at}"


def stamp(at: datetime | None) -> str | None:
    """A time as JSON has it: UTC with `Z`."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")

"""What is worked out about a file before people see it, and what is done with it: the work of jobs.

Nothing here knows the session: a job that is let go keeps only what it works with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kpidash.domain.access import NotPermitted, Scope
from kpidash.domain.catalogue import Catalogue, Kpi
from kpidash.domain.progress import advance
from kpidash.services import uploads
from kpidash.services.change_pages import ChangePages, pages_of
from kpidash.services.database import Database, DatabaseUnavailable
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.impact import Impact, impact_of
from kpidash.services.mappings import Answers
from kpidash.services.previews import Preview
from kpidash.services.questions import Question, questions_of, sheets_of
from kpidash.services.receipts import Receipt
from kpidash.services.rejections import rejected_file

LARGEST_BACK = 20_000_000
"""Bytes of a file up to which its rejected rows can still be had after the commit."""
READABLE = (WrongQuestion, NotPermitted, NotThere, DatabaseUnavailable)
"""What services raise with a sentence for people."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came from the browser."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Look:
    """A file beside what is stored, and all that the screen tells of it.

    `pages` are None without changes, and `impact` is None as long as it is being worked out.
    """

    preview: Preview
    sheets: tuple[str, ...]
    questions: tuple[Question, ...]
    pages: ChangePages | None = None
    impact: Impact | None = None

    @property
    def touched(self) -> tuple[Kpi, ...]:
        """The KPIs that a commit would write."""
        changes, naming = self.preview.changes, self.preview.naming
        if changes is None or naming is None:
            return ()
        ids = {*changes.added["kpi_id"].unique().tolist(), *changes.changed["kpi_id"].unique().tolist()}
        return tuple(kpi for number, kpi in naming.kpis.items() if number in ids)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a commit, or of taking upload `undone` back: the receipt, and the KPIs it was about.

    `left_out` are the name and the content of a file with the rows that were not written.
    """

    receipt: Receipt
    kpis: tuple[Kpi, ...] = ()
    file_name: str = ""
    undone: int | None = None
    left_out: tuple[str, bytes] | None = None


def look(database: Database, scope: Scope, catalogue: Catalogue, file: File, answers: Answers) -> Look:
    """The file beside what is stored."""
    preview = uploads.preview(
        database,
        scope,
        file.name,
        file.content,
        kind=answers.kind,
        mapping=answers.mapping,
        kpi_names=answers.kpi_names,
        date_order=answers.date_order,
        decimal=answers.decimal,
        options=answers.options,
    )
    preview = replace(preview, answers=answers)
    sheets = sheets_of(file.content)
    questions = questions_of(preview, catalogue.company, sheets)
    if preview.changes is None:
        return Look(preview, sheets, questions)
    return Look(preview, sheets, questions, pages_of(preview))


def meaning(database: Database, scope: Scope, shown: Look) -> Look:
    """The same with what it would mean: statuses, scores, unusual values."""
    return replace(shown, impact=impact_of(database, scope, shown.preview))


def commit(database: Database, scope: Scope, shown: Look, accept_valid: bool) -> Written:
    """What was shown, written."""
    preview = shown.preview
    receipt = uploads.commit(database, scope, preview, accept_valid=accept_valid)
    left_out = None
    if receipt.state == "committed" and receipt.rejected and len(preview.content) <= LARGEST_BACK:
        left_out = rejected_file(preview)
    return Written(receipt, shown.touched, preview.file_name, left_out=left_out)


def undo(database: Database, scope: Scope, upload_id: int, kpis: Sequence[Kpi] = (), **how: Any) -> Written:
    """An upload, taken back."""
    advance("Taking back", 0, 0)
    return Written(uploads.undo(database, scope, upload_id, **how), tuple(kpis), undone=upload_id)

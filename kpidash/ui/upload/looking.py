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
from kpidash.services.change_pages import ChangePages
from kpidash.services.database import Database, DatabaseUnavailable
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.mappings import Answers
from kpidash.services.previews import Preview
from kpidash.services.questions import Question, questions_of, sheets_of
from kpidash.services.receipts import Receipt

READABLE = (WrongQuestion, NotPermitted, NotThere, DatabaseUnavailable)
"""What services raise with a sentence for people."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came from the browser."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Look:
    """A file beside what is stored, and all that the screen tells of it; `pages` are None without changes."""

    preview: Preview
    sheets: tuple[str, ...]
    questions: tuple[Question, ...]
    pages: ChangePages | None = None

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
    """What became of a commit, or of taking upload `undone` back: the receipt, and the KPIs it was about."""

    receipt: Receipt
    kpis: tuple[Kpi, ...] = ()
    file_name: str = ""
    undone: int | None = None


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
    advance("Looking at what it means", 0, 0)
    return Look(preview, sheets, questions, ChangePages(preview))


def commit(database: Database, scope: Scope, shown: Look, accept_valid: bool) -> Written:
    """What was shown, written."""
    receipt = uploads.commit(database, scope, shown.preview, accept_valid=accept_valid)
    return Written(receipt, shown.touched, shown.preview.file_name)


def undo(database: Database, scope: Scope, upload_id: int, kpis: Sequence[Kpi] = (), **how: Any) -> Written:
    """An upload, taken back."""
    advance("Taking back", 0, 0)
    return Written(uploads.undo(database, scope, upload_id, **how), tuple(kpis), undone=upload_id)

"""The rejected rows of a preview as a file: to be mended and dropped in again."""

import numpy as np

from kpidash.ingest.content import Limits
from kpidash.ingest.read import read
from kpidash.ingest.rejected import name_of, rejected_rows
from kpidash.services.errors import Standing
from kpidash.services.previews import Preview

_UNTOLD = "rejected; only the first problems of a file are told one by one"


def rejected_file(preview: Preview, *, limits: Limits | None = None) -> tuple[str, bytes]:
    """The name and the content of a CSV file with the rejected rows as they came, and why each was.

    Of rows of another width than the header there are no cells to give back: of these only the reason is
    told, beside blank cells. Raises Standing where nothing was rejected or the file cannot be read at all.
    """
    table, _ = read(preview.file_name, preview.content, limits=limits, options=preview.answers.options)
    if table is None or not preview.issues:
        raise Standing("there are no rejected rows to give back")
    reasons: dict[int, list[str]] = {}
    for issue in preview.issues.kept:
        place = f"{issue.column}: " if issue.column and issue.row > table.header_row else ""
        reasons.setdefault(issue.row, []).append(f"{place}{issue.message}")
    if preview.issues.total > len(preview.issues.kept) and preview.changes is not None:
        changes = preview.changes
        taken = np.concatenate([part["row"] for part in (changes.added, changes.changed, changes.unchanged)])
        for row in table.rows[~np.isin(table.rows, taken)].tolist():
            reasons.setdefault(row, [_UNTOLD])
    content = rejected_rows(table, reasons)
    return name_of(preview.file_name, content), content

"""Rows below a header → the text table, with everything that was found about it."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from kpidash.ingest.closing import Body, table_only
from kpidash.ingest.content import Limits
from kpidash.ingest.evidence import Evidence, RawRow, ReadOptions
from kpidash.ingest.framing import LOOKED_AT, head_of, header_at, opening_evidence
from kpidash.ingest.issues import IssueCode, Issues, Mask, of_file
from kpidash.ingest.records import ragged_issues
from kpidash.ingest.rejected import without_reasons
from kpidash.ingest.templates import filled_in
from kpidash.ingest.text_table import TextTable, blank_rows

Read = tuple[TextTable | None, Issues]


def header_index(first: Sequence[RawRow], limits: Limits, options: ReadOptions) -> tuple[int, Issues]:
    """Which of the first rows is the header, or why there is none."""
    index: int | None
    if options.header_row is None:
        index = header_at(first)
    else:
        index = next((at for at, row in enumerate(first) if row.number == options.header_row), None)
        if index is None:
            message = f"Row {options.header_row} cannot be the header; that is one of the first {LOOKED_AT}."
            return 0, of_file(IssueCode.UNREADABLE_FILE, message)
    if index is None or not any(cell.strip() for cell in first[index].cells):
        return 0, of_file(IssueCode.EMPTY_FILE, "The file has no rows.")
    if len(first[index].cells) > limits.columns:
        return 0, of_file(IssueCode.TOO_LARGE, f"The header has more than {limits.columns:,} columns.")
    return index, Issues()


def fitted(header: Sequence[str], below: Sequence[RawRow]) -> tuple[str, ...]:
    """The header with as many cells as the rows below it have, where only blank cells make the difference.

    Some programs end each row with a delimiter, but not the header, or the other way about.
    """
    widths = {len(row.cells) for row in below if any(cell.strip() for cell in row.cells)}
    width = len(header)
    if not widths:
        return tuple(header)
    if min(widths) > width and not any(cell.strip() for row in below for cell in row.cells[width:]):
        return (*header, *[""] * (min(widths) - width))
    if max(widths) < width and not any(cell.strip() for cell in header[max(widths) :]):
        return tuple(header[: max(widths)])
    return tuple(header)


def assembled(
    first: Sequence[RawRow],
    header: int,
    columns: tuple[str, ...],
    body: Body,
    *,
    options: ReadOptions,
    evidence: Sequence[Evidence],
) -> Read:
    """The table of a body, what was left out of it as evidence, and its ragged rows as issues."""
    kept = ~blank_rows(body.cells)
    body = Body(_filtered(body.cells, kept), body.rows[kept], body.ragged, body.texts, body.delimiter)
    body, left_out = table_only(body, columns, first[:header], skip_footer=options.skip_footer)
    opening = opening_evidence(first, header, told=options.header_row is not None)
    table = TextTable(
        columns,
        body.cells,
        body.rows,
        body.ragged,
        first[header].number,
        head_of(first, header),
        (*evidence, *opening, *left_out),
    )
    if not len(table) and not len(table.ragged):
        return None, of_file(IssueCode.EMPTY_FILE, "The file has a header and no rows below it.")
    filled, unfilled = filled_in(without_reasons(table))
    return filled, unfilled + ragged_issues(body.ragged, body.texts, len(columns))


def _filtered(cells: pa.Table, kept: Mask) -> pa.Table:
    first = int(np.argmax(kept)) if kept.any() else 0
    if kept[first:].all():
        return cells.slice(first)
    return cells.filter(pa.array(kept))

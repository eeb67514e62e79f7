"""A long file of text as tables of some thousand rows each, one after the other: it is never held whole.

Only files without quotation marks are cut, and only at line ends: there each line is a row.
"""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from kpidash.ingest.assembling import Read, assembled
from kpidash.ingest.read import Opened
from kpidash.ingest.records import MisshapenError, by_arrow

PIECE = 6 << 20
"""Bytes of text that are a table at one time: about 100,000 rows or more."""


def pieces(found: Opened, size: int = PIECE) -> Iterator[tuple[int, Read]] | None:
    """The tables of a file with the byte at which each ends; None where the file is short, or cannot be cut.

    Rows have the numbers that they have in the file. Nothing but the last table can have rows below it that
    are none of the table. Ends early where a piece cannot be read.
    """
    mark = (found.dialect.quote or "").encode()
    if len(found.text) - found.start <= size or (mark and mark in found.text):
        return None
    return _pieces(found, size)


def _pieces(found: Opened, size: int) -> Iterator[tuple[int, Read]]:
    start, before, width = found.start, 0, len(found.columns)
    evidence = (*found.evidence, *found.dialect.evidence(found.why))
    while start < len(found.text):
        end = _end(found.text, start, size)
        try:
            cells, ragged = by_arrow(found.text[start:end], found.dialect, width)
        except (pa.ArrowInvalid, MisshapenError):
            return
        last = end == len(found.text)
        options = found.options if last else replace(found.options, skip_footer=False)
        body = found.body(cells, ragged, before)
        yield (
            end,
            assembled(found.first, found.header, found.columns, body, options=options, evidence=evidence),
        )
        start, before = end, before + cells.num_rows + len(ragged.numbers)


def _end(text: bytes, start: int, size: int) -> int:
    """Behind the line end next to `size` bytes; a rest of less than half of that is not left for later."""
    if len(text) - start <= size + size // 2:
        return len(text)
    return text.find(b"\n", start + size) + 1 or len(text)

"""Bytes of a file → a table of text, with the row number that a spreadsheet shows for each row.

Nothing is converted here: `NA`, `007` and `1e400` are text. Rows that do not fit the header are issues,
never shifted columns. What was found out stands in the table's `evidence`; `ReadOptions` overrule it.
"""

import csv
import io
import re
from dataclasses import dataclass, replace

import pyarrow as pa

from kpidash.ingest import dialect as dialects
from kpidash.ingest import encodings
from kpidash.ingest.assembling import Read, assembled, fitted, header_index
from kpidash.ingest.closing import Body
from kpidash.ingest.content import Limits, unpacked
from kpidash.ingest.dialect import SAMPLE, Dialect, declared, dialect_of, sample_of
from kpidash.ingest.encodings import line_at, utf8_of
from kpidash.ingest.evidence import Evidence, RawRow, ReadOptions
from kpidash.ingest.framing import LOOKED_AT
from kpidash.ingest.issues import IssueCode, Issues, of_file
from kpidash.ingest.kinds import refused_kind
from kpidash.ingest.quotes import first_stray, quoted_by_the_book
from kpidash.ingest.records import MisshapenError, Ragged, by_arrow, by_csv, row_numbers
from kpidash.ingest.text_table import TextTable

__all__ = ["Opened", "ReadOptions", "TextTable", "opened", "read", "whole"]

_ZIP = b"PK"
_BLANK_LINES = 2_000_000
_RUN = 64
_SHORTEST = 10
"""Bytes of a line, on average: a KPI, a period and a value take more."""
_LOOKED_INTO = 6 << 20
_COMMENT = re.compile(rb"^#[^\r\n]*", re.MULTILINE)
_MANY = 1_000
"""Columns from which on the number of cells is looked at."""


class StrayMarkError(Exception):
    """A quotation mark, `at` bytes from the start of the text, that no two readers take alike."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of text whose header is known, and of which nothing below it was read yet.

    `first` are its first rows, that at `header` the header; the rows below it begin at the byte `start` of
    `text`, which is UTF-8. `evidence` says what was found out about the encoding, and `why` the dialect.
    """

    text: bytes
    start: int
    first: tuple[RawRow, ...]
    header: int
    columns: tuple[str, ...]
    dialect: Dialect
    why: str
    evidence: tuple[Evidence, ...]
    limits: Limits
    options: ReadOptions

    def body(self, cells: pa.Table, ragged: Ragged, before: int = 0) -> Body:
        """Rows that were read below the header, with their numbers; `before` of them came before these."""
        above = self.first[self.header].number + before
        return Body(
            cells,
            row_numbers(cells.num_rows, ragged.numbers) + above,
            ragged.numbers + above,
            {number + above: text for number, text in ragged.texts.items()},
            self.dialect.delimiter,
        )


def read(
    file_name: str, content: bytes, *, limits: Limits | None = None, options: ReadOptions | None = None
) -> Read:
    """The table in a .csv, .tsv, .txt, .gz or .xlsx file, and the problems found on the way.

    No table comes back when the file cannot be read at all (`unreadable_file`, `too_large`, `empty_file`).
    """
    found, issues = opened(file_name, content, limits=limits, options=options)
    return whole(found) if isinstance(found, Opened) else (found, issues)


def opened(
    file_name: str, content: bytes, *, limits: Limits | None = None, options: ReadOptions | None = None
) -> tuple[Opened | TextTable | None, Issues]:
    """As `read`; but of a file of text only the first rows were read."""
    limits, options = limits or Limits(), options or ReadOptions()
    content, issues = unpacked(content, limits)
    if issues or (issues := wrong_words(options)):
        return None, issues
    if content.startswith(_ZIP):
        from kpidash.ingest.workbook import read_workbook  # Excel's reader is loaded only for such files

        return read_workbook(content, limits, options)
    if issues := refused_kind(content) or _not_lines(content, SAMPLE * 4):
        return None, issues
    if options.sheet is not None:
        return None, of_file(IssueCode.UNREADABLE_FILE, "The file is no workbook; it has no sheets.")
    text, encoding, issues = utf8_of(content, options.encoding)
    if encoding is None:
        return None, issues
    return _opened_text(file_name, text, limits, options, encoding)


def wrong_words(options: ReadOptions) -> Issues:
    """What is wrong with the person's words, whatever the file is."""
    return dialects.told(options) or encodings.told(options.encoding)


def _opened_text(
    file_name: str, text: bytes, limits: Limits, options: ReadOptions, encoding: Evidence
) -> tuple[Opened | None, Issues]:
    likely, length = declared(text)
    if likely is None and ".tsv" in file_name.lower():
        likely = "\t"
    text = text[length:] if length else text
    if issues := _not_lines(text, SAMPLE) or _nothing_but_lines(text, limits):
        return None, issues
    dialect, why = dialect_of(text, options, likely=likely)
    try:
        first, starts = _first_rows(text, dialect)
    except csv.Error as error:
        return None, _unreadable(error)
    header, issues = header_index(first, limits, options)
    if issues:
        return None, issues
    columns = fitted(first[header].cells, first[header + 1 :])
    if len(columns) > _MANY and text.count(dialect.delimiter.encode()) > limits.cells:
        return None, of_file(IssueCode.TOO_LARGE, f"The table has more than {limits.cells:,} cells.")
    start = starts[header + 1]
    if issues := _nothing_below(text, starts[header], start, dialect):
        return None, issues
    found = Opened(text, start, tuple(first), header, columns, dialect, why, (encoding,), limits, options)
    return found, Issues()


def whole(found: Opened) -> Read:
    """The table of a file that was opened."""
    columns = found.columns
    try:
        dialect, (cells, ragged) = _records(found.text[found.start :], found.dialect, len(columns))
    except MisshapenError:
        return None, _misshapen(len(columns))
    except StrayMarkError as error:
        return None, _stray(found.text, found.start + error.at)
    except (pa.ArrowInvalid, csv.Error) as error:
        return None, _unreadable(error)
    evidence = (*found.evidence, *dialect.evidence(found.why))
    body = found.body(cells, ragged)
    return assembled(found.first, found.header, columns, body, options=found.options, evidence=evidence)


def _not_lines(content: bytes, longest: int) -> Issues:
    """Why a file that has no line end for too long is no table."""
    if len(content) > longest and not any(end in content[:longest] for end in (b"\n", b"\r")):
        return _unreadable(csv.Error("the header is larger than the limit"))
    return Issues()


def _nothing_but_lines(text: bytes, limits: Limits) -> Issues:
    # one ending of a kind is enough: where both are there, lines end with the two together
    lines = max(text.count(b"\n"), text.count(b"\r"))
    if lines * _SHORTEST > limits.size:
        most = limits.size // _SHORTEST
        return of_file(IssueCode.TOO_LARGE, f"The file has more than {most:,} lines; split it.")
    ends = (b"\n", b"\r\n", b"\r")
    if any(end * _RUN in text for end in ends) and sum(text.count(end * 2) for end in ends) > _BLANK_LINES:
        message = f"The file has more than {_BLANK_LINES:,} blank lines; delete them."
        return of_file(IssueCode.TOO_LARGE, message)
    return Issues()


def _nothing_below(text: bytes, header: int, start: int, dialect: Dialect) -> Issues:
    """Why a long file is refused that begins with no row at all: blank cells, comments, the header again.

    Read to its end it would cost as much as a file that says something.
    """
    if len(text) - start <= _LOOKED_INTO:
        return Issues()
    said = text[start : start + _LOOKED_INTO]
    lines = said.count(b"\n") or said.count(b"\r")
    said = _COMMENT.sub(b"", said).replace(text[header:start], b"")
    marks = f"{dialect.delimiter}{dialect.quote or ''} \t\r\n".encode()
    # the header's start may be all that is left of it at the end of what is looked at
    if len(said.translate(None, marks)) > start - header:
        return Issues()
    message = f"The file has a header, and none of the {lines:,} lines below it is a row; delete them."
    return of_file(IssueCode.EMPTY_FILE, message)


def _first_rows(text: bytes, dialect: Dialect) -> tuple[list[RawRow], list[int]]:
    """The first rows, and the byte at which each begins, with that of the row after the last of them."""
    lines = list(io.StringIO(sample_of(text), newline=""))
    reader = dialect.rows(iter(lines))
    rows, starts, line = [], [0], 0
    for number, cells in enumerate(reader, start=1):
        rows.append(RawRow(number, tuple(cells)))
        starts.append(starts[-1] + sum(len(read.encode()) for read in lines[line : reader.line_num]))
        line = reader.line_num
        if number == LOOKED_AT:
            break
    return rows, starts


def _records(text: bytes, dialect: Dialect, width: int) -> tuple[Dialect, tuple[pa.Table, Ragged]]:
    """All rows below the header, and the dialect they turned out to be in."""
    if not text:
        return dialect, by_csv(text, dialect, width)
    if dialect.quote is None or quoted_by_the_book(text, dialect.delimiter, dialect.quote):
        return dialect, by_arrow(text, dialect, width)
    if f"\\{dialect.quote}".encode() in text:
        escaped = replace(dialect, backslash=True)
        try:
            cells, ragged = by_csv(text, escaped, width)
            if not len(ragged.numbers):
                return escaped, (cells, ragged)
        except csv.Error:
            pass
    if (at := first_stray(text, dialect.delimiter, dialect.quote)) is not None:
        raise StrayMarkError(at)
    return dialect, by_arrow(text, dialect, width)


def _stray(text: bytes, at: int) -> Issues:
    line = line_at(text, at)
    message = f"A quotation mark in line {line:,} has no partner, or text follows it; mend that line."
    return of_file(IssueCode.UNREADABLE_FILE, message, row=line)


def _misshapen(width: int) -> Issues:
    message = f"Too many rows do not have the {width} cells of the header; is it the right row and delimiter?"
    return of_file(IssueCode.UNREADABLE_FILE, message)


def _unreadable(error: Exception) -> Issues:
    if any(said in str(error) for said in ("straddling", "larger than")):
        message = "A row is far too long; is a closing quotation mark missing, or is this not a table?"
    else:
        message = f"The rows cannot be told apart ({error}); save the file again as CSV (UTF-8)."
    return of_file(IssueCode.UNREADABLE_FILE, message)

"""How a text file separates and quotes its cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from kpidash.ingest.evidence import Evidence, ReadOptions
from kpidash.ingest.issues import IssueCode, Issues, of_file

CANDIDATES = (",", ";", "\t", "|", ":", "^", "~", "\x1f", "\x01")
_NAMES = {
    ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", ":": "colon", "^": "caret", "~": "tilde",
    "\x1f": "unit separator", "\x01": "control character 1",
}  # fmt: skip
_MEANT = {"\\t": "\t"} | {name: sign for sign, name in _NAMES.items() if name.isalpha()}
"""What a person may call a sign that is hard to type."""
SAMPLE = 1 << 20
"""Bytes at the start of a file that are looked at."""
_ROWS = 200
_DECLARED = re.compile(rb"\s*\"?sep=([^\"\r\n])\"?[,;\t]*(\r\n|\n|\r|$)", re.IGNORECASE)
_BACKSLASH = re.compile(r"\\(.?)", re.DOTALL)
_LITERAL = re.compile(r"\\[^\"\\\r\n]")
_OF_NUMBER = re.compile(r"(?<=\d),(?=\d)|, ")


class Records(Protocol):
    """The cells of one record after the other, and how many lines they took."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` is None where quotation marks are plain text; with `backslash` a mark inside is written \\"."""

    delimiter: str
    quote: str | None = '"'
    backslash: bool = False

    def rows(self, lines: Iterator[str], *, strict: bool = False) -> Records:
        """The cells of each record, [] for a blank line; csv.Error for marks out of place if `strict`."""
        if self.backslash:
            lines = (_escapes_kept(line, self.delimiter) if _LITERAL.search(line) else line for line in lines)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or '"',
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            doublequote=not self.backslash,
            escapechar="\\" if self.backslash else None,
            strict=strict,
        )

    def evidence(self, why: str) -> Iterator[Evidence]:
        """What was found, in words."""
        name = _NAMES.get(self.delimiter, f"'{self.delimiter}'")
        yield Evidence("delimiter", self.delimiter, f"Cells are separated by {name}: {why}.")
        if self.quote is None:
            yield Evidence("quote", "none", "Quotation marks are read as plain text.")
        elif self.quote != '"' or self.backslash:
            inside = "follow a backslash" if self.backslash else "are doubled"
            yield Evidence(
                "quote", self.quote, f"Cells are quoted with {self.quote}; such marks inside {inside}."
            )


def declared(text: bytes) -> tuple[str | None, int]:
    """The delimiter that a first line `sep=;` names, and the length of that line; (None, 0) without one."""
    found = _DECLARED.match(text)
    return (found.group(1).decode("latin-1"), found.end()) if found else (None, 0)


def told(options: ReadOptions) -> Issues:
    """What is wrong with the person's words about the dialect."""
    for what, said in (("delimiter", _unnamed(options.delimiter)), ("quote", _unnamed(options.quote))):
        if said is not None and said != "none" and (len(said) != 1 or not said.isascii() or said in "\r\n\0"):
            names = ", ".join(_MEANT) if what == "delimiter" else "none"
            message = f"The {what} is one ASCII character (or {names}), not '{said}'."
            return of_file(IssueCode.UNREADABLE_FILE, message)
    return Issues()


def dialect_of(text: bytes, options: ReadOptions, *, likely: str | None = None) -> tuple[Dialect, str]:
    """The dialect that splits the first rows into the most even and cleanest cells, and why that one.

    `likely` is taken where nothing is said against it: the delimiter that the file itself or its name gives.
    """
    sample = sample_of(text)
    quote = _quote(sample, options)
    if (delimiter := _unnamed(options.delimiter)) is not None:
        return Dialect(delimiter, quote), "you said so"
    if likely and likely in sample:
        return Dialect(likely, quote), "the file itself or its name says so"
    present = [candidate for candidate in CANDIDATES if candidate in sample]
    scored = [(_fit(sample, Dialect(candidate, quote)), candidate) for candidate in present]
    (score, width), best = max(scored, key=lambda one: one[0][0], default=((0.0, 1), ","))
    if score <= 0:
        return Dialect(",", quote), "no separator splits the rows, so that each is one cell"
    return Dialect(best, quote), f"it splits the first rows most evenly, into {width} cells"


def sample_of(text: bytes) -> str:
    """The start of the text, up to a line end where there is one."""
    sample = text[:SAMPLE]
    if len(text) > SAMPLE:
        end = max(sample.rfind(b"\n"), sample.rfind(b"\r"))
        sample = sample[: end + 1] if end >= 0 else sample
    # a character cut in two at the end of the sample is no concern of the header
    return sample.decode("utf-8", errors="ignore")


def _unnamed(said: str | None) -> str | None:
    return _MEANT.get(said.casefold(), said) if said else None


def _quote(sample: str, options: ReadOptions) -> str | None:
    if said := _unnamed(options.quote):
        return None if said == "none" else said
    first = re.split(r"[\r\n]", sample.lstrip(), maxsplit=1)[0].strip()
    single = len(first) > 1 and first[0] == first[-1] == "'" and '"' not in first
    return "'" if single and any(f"'{sign}'" in first for sign in CANDIDATES) else '"'


def _fit(sample: str, dialect: Dialect) -> tuple[float, int]:
    """How well a dialect splits the sample (0 to 1), and into how many cells."""
    try:
        read = dialect.rows(iter(io.StringIO(sample, newline="")))
        rows = [row for row in islice(read, _ROWS) if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0, 1
    widths = Counter(len(row) for row in rows)
    even = [(times * (1 - 1 / width), -at, width) for at, (width, times) in enumerate(widths.items())]
    share, _, width = max(even, default=(0.0, 0, 1))
    if width == 1:
        return 0.0, 1
    alike = [row for row in rows if len(row) == width]
    clean = sum(_clean(cell, dialect.delimiter) for row in alike for cell in row) / (len(alike) * width)
    return share / len(rows) * clean**2, width


def _clean(cell: str, delimiter: str) -> bool:
    """Whether a cell holds nothing that another delimiter would have split."""
    if delimiter != ",":
        cell = _OF_NUMBER.sub("", cell)
    return not any(sign in cell for sign in CANDIDATES[:4] if sign != delimiter)


def _escapes_kept(line: str, delimiter: str) -> str:
    """A line in which backslashes that escape nothing are themselves escaped, since csv drops them."""
    escaped = f'"\\\r\n{delimiter}'
    return re.sub(
        r"\\(.?)", lambda at: at[0] if at[1] and at[1] in escaped else f"\\{at[0]}", line, flags=re.DOTALL
    )

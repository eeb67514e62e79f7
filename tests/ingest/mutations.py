"""Files after accidents: what every reader must bear, and what may not change when one line is spoilt."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from random import Random

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import Issues
from kpidash.ingest.read import opened
from kpidash.ingest.streaming import told
from kpidash.ingest.terms import Terms
from tests.ingest.company import terms
from tests.ingest.random_files import random_file

FILES = Path(__file__).parent / "files"
Told = frozenset[tuple[object, ...]]
"""What a row says: KPI, first day, segment or bound, value."""
BITS = (
    b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"#", b";", b"\t", b"|", b"'", b"\\", b"\xef\xbb\xbf",
    b"\xff\xfe", b"-", b"\x1b$B", b"1,5", b"1.5", b"%", b"e400", b"2026-Q3", b"Total", b"sep=;\n",
    b"\xe2\x88\x92", b"\x1f\x8b", b"PK\x03\x04",
)  # fmt: skip
ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp037",
    "cp1252",
    "cp932",
    "gb18030",
    "utf-7",
    "koi8-r",
)


@cache
def corpus() -> tuple[tuple[str, bytes], ...]:
    """Every file of the corpus: its name and bytes."""
    paths = sorted(path for folder in ("reading", "mapping") for path in (FILES / folder).iterdir())
    return tuple((path.name, path.read_bytes()) for path in paths if path.suffix != ".json")


def spoilt(chance: Random, content: bytes) -> bytes:
    """The file after one to six accidents: flips, cuts, insertions, swaps, chunks again, another encoding."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(found) + 1), chance.choice([1, 1, 2, 5, 20, 200])
        accident = chance.randrange(8)
        if accident == 0 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        elif accident == 1:
            del found[at : at + length]
        elif accident == 2:
            del found[at:]
        elif accident == 3:
            found[at:at] = chance.choice(BITS)
        elif accident == 4:
            found[at:at] = found[chance.randrange(len(found) + 1) :][:length]
        elif accident == 5:
            other = chance.randrange(len(found) + 1)
            found[at : at + length], found[other : other + length] = (
                found[other : other + length],
                found[at : at + length],
            )
        elif accident == 6:
            found[at:at] = chance.choice(BITS) * length
        elif chance.random() < 0.2:
            found = bytearray(found.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace"))
    return bytes(found)


def any_file(chance: Random) -> tuple[str, bytes, Terms]:
    """A file of the corpus, or one of a random company: its name and bytes, and the company as terms."""
    if chance.random() < 0.5:
        return *chance.choice(corpus()), terms()
    file = random_file(chance)
    return file.name, file.content, file.terms()


def said(name: str, content: bytes, against: Terms) -> tuple[dict[int, Told], Issues, tuple[Evidence, ...]]:
    """What each row of a file says (by spreadsheet row), its issues, and what was found out about it."""
    found, issues = opened(name, content)
    read = told(found, issues, against)
    if read.outcome is None:
        return {}, read.issues, ()
    checked, issues = read.outcome.checked, read.issues + read.outcome.issues
    if checked is None:
        return {}, issues, read.outcome.evidence
    frame = checked.rows
    bounds = "segment" not in frame
    where = frame["kind"].tolist() if bounds else [checked.segments[at] for at in frame["segment"]]
    columns = (frame[name].tolist() for name in ("row", "kpi_id", "period", "value"))
    rows: dict[int, set[tuple[object, ...]]] = {}
    for row, kpi, period, value, third in zip(*columns, where, strict=True):
        rows.setdefault(row, set()).add((kpi, period, third, value))
    return {row: frozenset(what) for row, what in rows.items()}, issues, read.outcome.evidence


def one_line_spoilt(chance: Random, content: bytes, rows: Collection[int]) -> tuple[bytes, int] | None:
    """The file with an accident inside one of its lines, and the number of that line.

    None where lines are not rows: there are quotation marks, wide characters, or a line that is no row. The
    line is one of `rows`, which say something.
    """
    lines = content.splitlines(keepends=True)
    if (
        b'"' in content
        or b"'" in content
        or b"\0" in content
        or content[:2] == b"PK"
        or not rows
        or b"sep=" in content[:7]
    ):
        return None
    number = chance.choice(sorted(rows)) - 1
    line = bytearray(lines[number].rstrip(b"\r\n"))
    end = lines[number][len(line) :]
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(line) + 1)
        accident = chance.randrange(3)
        if accident == 0:
            del line[at : at + chance.randint(1, 4)]
        elif accident == 1:
            line[at:at] = bytes(chance.choices(b"0123456789.,-;abcXYZ %", k=chance.randint(1, 3)))
        else:
            other = chance.randrange(len(line) + 1)
            line[at : at + 2], line[other : other + 2] = line[other : other + 2], line[at : at + 2]
    lines[number] = bytes(line) + end
    return b"".join(lines), number + 1


def changed(before: Mapping[int, Told], after: Mapping[int, Told], spoilt_row: int) -> list[int]:
    """The rows other than the spoilt one that say something else than before."""
    return [row for row, what in after.items() if row != spoilt_row and what - before.get(row, what)]

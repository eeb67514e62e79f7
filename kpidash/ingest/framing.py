"""Where in a file the table begins: title lines, notes and comments above its header.

A line above the header is left out only where it cannot be a header: one cell of text, a comment, a label
with its value, or a few cells cut off from the table by a blank row. All of them are named as evidence.
"""

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from kpidash.ingest.evidence import Evidence, RawRow, spoken

LOOKED_AT = 60
"""Rows at the start of a file in which the header is looked for."""
_FOLLOWING = 20
_WORDS = 4
_HEAD = 5
_NUMBER = re.compile(r"[-+(]?[\d., ]+[)%]?")
_ABOVE = 2


def header_at(rows: Sequence[RawRow]) -> int | None:
    """The index of the header among the first rows of a file; None where no row has text."""
    filled = [_filled(row.cells) for row in rows]
    written = [index for index, count in enumerate(filled) if count]
    if not written:
        return None
    width = _width(rows, filled)
    if width == 1:
        return next((index for index in written if not _comment(rows[index])), written[0])
    for index in written:
        if index == written[-1]:
            break
        below = [filled[at] for at in written if index < at][:_FOLLOWING]
        usual = statistics.median_high(below)
        if not _above_table(rows, index, count=filled[index], usual=usual, width=width):
            return index
    return _fullest(written, filled)


def head_of(rows: Sequence[RawRow], header: int) -> tuple[RawRow, ...]:
    """Up to five rows: at most two with text right above the header, the header, and those below."""
    above: list[RawRow] = []
    for row in reversed(rows[:header]):
        if len(above) == _ABOVE or not _filled(row.cells):
            break
        above.insert(0, row)
    below = [row for row in rows[header + 1 :] if _filled(row.cells)]
    return (*above, rows[header], *below)[:_HEAD]


def opening_evidence(rows: Sequence[RawRow], header: int, *, told: bool) -> Iterator[Evidence]:
    """What was settled about the header, and what stands above it."""
    number = rows[header].number
    why = "you said so" if told else "it is the first row that names the columns below it"
    if told or header:
        yield Evidence("header_row", str(number), f"The header is row {number:,}: {why}.")
    above = [row for row in rows[:header] if _filled(row.cells)]
    if not above:
        return
    numbers = [row.number for row in above]
    first = next(cell.strip() for cell in above[0].cells if cell.strip())
    what = f"{spoken(numbers)} {'stands' if len(numbers) == 1 else 'stand'} apart"
    sentence = f"Above the header, {what}, beginning with '{first[:60]}'."
    yield Evidence("preamble", ",".join(map(str, numbers)), sentence)


def _above_table(rows: Sequence[RawRow], index: int, *, count: int, usual: int, width: int) -> bool:
    """Whether a row stands above the table and is no header."""
    cells = [cell.strip() for cell in rows[index].cells]
    if _comment(rows[index]):
        return True
    if count == 1:
        return usual > 1 and (bool(cells[0]) or width > 2)
    if count < usual and cells[0].endswith(":"):
        return True
    if count * 2 > usual:
        sentence = any(len(cell.split()) >= _WORDS for cell in cells) and len(cells) < width
        return (
            count < usual
            and (sentence or count == 2)
            and _names_follow(rows, index, width, apart=not sentence)
        )
    # few cells: a block of its own, or the upper row of a header in two rows
    return _names_follow(rows, index, usual, apart=True) or _full_names_follow(rows, index, usual)


def _names_follow(rows: Sequence[RawRow], index: int, width: int, *, apart: bool) -> bool:
    """Whether the next row (with `apart`, the next after a blank one) names all columns of the table."""
    below = rows[index + 1 :]
    if apart:
        blank = next((at for at, row in enumerate(below) if not _filled(row.cells)), len(below))
        if any(_filled(row.cells) > 2 for row in below[:blank]):
            return False
        below = below[blank:]
    following = next((row.cells for row in below if _filled(row.cells)), ())
    names = [cell.strip() for cell in following if cell.strip()]
    return len(names) >= width and len(set(names)) == len(names) and not any(map(_NUMBER.fullmatch, names))


def _full_names_follow(rows: Sequence[RawRow], index: int, usual: int) -> bool:
    following = rows[index + 1].cells if index + 1 < len(rows) else ()
    return _filled(following) >= usual and not any(_NUMBER.fullmatch(cell.strip()) for cell in following)


def _width(rows: Sequence[RawRow], filled: Sequence[int]) -> int:
    lengths = Counter(len(row.cells) for row, count in zip(rows, filled, strict=True) if count)
    times = max(lengths.values())
    return max(length for length, met in lengths.items() if met == times)


def _fullest(written: Sequence[int], filled: Sequence[int]) -> int:
    """Where nothing follows that could tell: the first row with the most cells."""
    return max(written, key=lambda index: (filled[index], -index))


def _comment(row: RawRow) -> bool:
    cells = [cell for cell in row.cells if cell.strip()]
    return cells[0].lstrip().startswith("#") and cells[0].lstrip("# ").strip() != "" and _remark(cells)


def _remark(cells: Sequence[str]) -> bool:
    """Whether a row that begins with # is a remark, not a header such as '#,kpi,value' or '#kpi,period'."""
    return len(cells) == 1 or len(cells[0].split()) > 2


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)

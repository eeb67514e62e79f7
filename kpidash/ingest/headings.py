"""The header of a file as cells with meanings: one row of it, or two, one above the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from kpidash.ingest.decimals import PLAIN, matches
from kpidash.ingest.layout import Tag
from kpidash.ingest.meanings import NUMBER_ROLES, Dictionary, Meaning
from kpidash.ingest.text_table import TextTable


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's header: its cells from top to bottom, none of them blank."""

    parts: tuple[Tag, ...]

    @property
    def name(self) -> str:
        """What to call the column."""
        return " / ".join(part.text.strip() for part in self.parts)


def single(table: TextTable) -> tuple[Heading, ...]:
    """The header in one row."""
    return tuple(_heading((name, table.header_row)) for name in table.columns)


def double(table: TextTable, words: Dictionary) -> tuple[tuple[Heading, ...], TextTable] | None:
    """The header in two rows and the table below it; None where the file shows no such header.

    The second row is the one under the header that reading found, or the first the one above it.
    """
    if len(table):
        below = [table.cell(index, 0) for index in range(len(table.columns))]
        if int(table.rows[0]) == table.header_row + 1 and _speaks(below, table.columns, words):
            rest = replace(table, cells=table.cells.slice(1), rows=table.rows[1:])
            return _joined((table.columns, table.header_row), (below, table.header_row + 1), words), rest
    above = next((row for row in table.head if row.number == table.header_row - 1), None)
    if above and len(above.cells) <= len(table.columns):
        cells = [*above.cells, *[""] * (len(table.columns) - len(above.cells))]
        if (any(words.of_part(cell) for cell in cells) and _several(cells)) or _years(
            cells, table.columns, words
        ):
            return _joined((cells, above.number), (table.columns, table.header_row), words), table
    return None


def _years(upper: Sequence[str], lower: Sequence[str], words: Dictionary) -> bool:
    """Whether a row holds years above the names of months."""
    years = [cell.strip() for cell in upper if cell.strip()]
    if not years or not all(year.isdecimal() and len(year) == 4 for year in years):
        return False
    return sum(words.is_period(f"{cell} {years[0]}") for cell in lower if not words.exact(cell)) >= 1


def _several(cells: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in cells) > 1


def _speaks(lower: Sequence[str], upper: Sequence[str], words: Dictionary) -> bool:
    """Whether a row is a second header row: words for columns wherever the first has more than a role."""
    below = [
        cell for cell, above in zip(lower, upper, strict=True)
        if not (meaning := words.of_part(above)) or meaning.text or meaning.role in NUMBER_ROLES
    ]  # fmt: skip
    said = [cell.strip() for cell in below if cell.strip()]
    if len(said) < 2 or matches(pa.array(said, pa.string()), PLAIN).any():
        return False
    return all(words.of_part(cell) is not None for cell in said)


def _joined(
    upper: tuple[Sequence[str], int], lower: tuple[Sequence[str], int], words: Dictionary
) -> tuple[Heading, ...]:
    """Both rows column by column; merged cells of the upper row hold for the columns to their right."""
    found, last = [], ""
    for above, below in zip(upper[0], lower[0], strict=True):
        own = words.of_part(below) if below.strip() else None
        names_column = own is not None and own.text is None and own.role not in NUMBER_ROLES
        if above.strip():
            last = above
        elif names_column:
            last = ""
        # a title or a year that begins above the first column says nothing of that column
        stray = names_column and words.of_part(last) is None
        found.append(_heading(("" if stray else last, upper[1]), (below, lower[1])))
    return tuple(found)


def _heading(*cells: tuple[str, int]) -> Heading:
    return Heading(tuple(Tag(text.strip(), row) for text, row in cells if text.strip()))


Said = tuple[dict[str, Tag], str | None]
"""What a header says of all cells below it (tags by role), and the role of these cells, if it names one."""


def said_by(heading: Heading, words: Dictionary, *, axis: str | None = None) -> Said | None:
    """What a column's header says for certain; None where a cell of it says nothing.

    `axis` is the dimension whose values stand in the upper of two rows.
    """
    if not heading.parts:
        return None
    if (told := words.told(heading.name)) is not None:
        return _of([(told, heading.parts[0])])
    if len(heading.parts) == 1:
        (part,) = heading.parts
        meaning = words.exact(part.text)
        found = (meaning,) if meaning else words.split(part.text)
        return _of([(each, part) for each in found]) if found else None
    upper, lower = (words.of_part(part.text) for part in heading.parts)
    if lower and not upper and axis:
        upper = Meaning(axis, heading.parts[0].text)
    if not (upper and lower):
        joined = " ".join(part.text for part in reversed(heading.parts))
        return ({"period": Tag(joined, heading.parts[0].row)}, None) if words.is_period(joined) else None
    return _of([(upper, heading.parts[0]), (lower, heading.parts[1])])


def axis_of(headings: Sequence[Heading], words: Dictionary) -> str | None:
    """The dimension that the corner of a header in two rows names for the upper one."""
    for heading in headings:
        if len(heading.parts) == 2:
            upper, lower = (words.exact(part.text) for part in heading.parts)
            if upper and lower and not upper.text and not lower.text and upper.role in words.terms.dimensions:
                return upper.role
    return None


def _of(meanings: Sequence[tuple[Meaning, Tag]]) -> Said:
    tags = {meaning.role: Tag(meaning.text, part.row) for meaning, part in meanings if meaning.text}
    roles = [meaning.role for meaning, _ in meanings if not meaning.text]
    return tags, roles[-1] if roles else None

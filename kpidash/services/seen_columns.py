"""The columns of a file as a person confirms them: name, first cells, and as what they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kpidash.ingest.layout import Blocks
from kpidash.ingest.mapping import NEAR_CERTAIN, Suggestion
from kpidash.ingest.meanings import LEFT_OUT
from kpidash.ingest.shapes import Shape
from kpidash.ingest.text_table import TextTable
from kpidash.ingest.vocabulary import MEANINGS, ROLES, spaced

EXAMPLES = 3
_LOOKED_AT = 50
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenColumn:
    """One column of a file.

    `role` is what its cells are read as: a role, `-` for left out, None where nothing is known yet. `says`
    is what its header says of all its cells, such as a period. `guess` is what it may be, with a
    confidence from 0 to 1 and the reason; none for columns that are named so.
    """

    name: str
    cells: tuple[str, ...]
    role: str | None
    says: tuple[str, ...] = ()
    guess: Suggestion | None = None


def seen_columns(shape: Shape, mapping: Mapping[str, str]) -> tuple[SeenColumn, ...]:
    """Every column that has a name or a cell, in the order of the file; `mapping` is what the person said."""
    table, said = shape.table, {spaced(name): meaning for name, meaning in mapping.items()}
    guesses = {each.index: each for each in shape.suggestions}
    read = dict(_read(shape.layout.as_blocks())) if shape.layout else {}
    blank = table.blank_columns()
    found = []
    for at, written in enumerate(table.columns):
        if at in blank:
            continue
        name = shape.names[at] if at < len(shape.names) else written.strip() or f"column {at + 1}"
        guess = guesses.get(at)
        role, says = read.get(at, (LEFT_OUT if shape.layout else _likely(name, guess), ()))
        told = said.get(spaced(name))
        if told is not None and at not in read:
            role = told.strip() or LEFT_OUT
        found.append(SeenColumn(name=name, cells=_cells(table, at), role=role, says=says, guess=guess))
    return tuple(found)


def _read(blocks: Blocks) -> Iterator[tuple[int, tuple[str, tuple[str, ...]]]]:
    for role, at in blocks.columns.items():
        yield at, (role, ())
    for block in blocks.blocks:
        says = tuple(tag.text for tag in block.tags.values())
        for role, at in block.numbers.items():
            yield at, (role, says)


def _likely(name: str, guess: Suggestion | None) -> str | None:
    """What a column is where the file as a whole cannot be read yet."""
    if guess is not None:
        return guess.role if guess.confidence >= NEAR_CERTAIN else None
    return MEANINGS.get(spaced(name)) if spaced(name) in ROLES else None


def _cells(table: TextTable, at: int) -> tuple[str, ...]:
    cells = dict.fromkeys(
        str(cell).strip() for cell in table.cells.column(at).slice(0, _LOOKED_AT).to_pylist()
    )
    shown = [cell for cell in cells if cell][:EXAMPLES]
    return tuple(cell if len(cell) <= _LONGEST else cell[: _LONGEST - 1] + "…" for cell in shown)

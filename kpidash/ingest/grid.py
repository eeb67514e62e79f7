"""Where each typed row stands in the file: its spreadsheet row, and the column of everything it says."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kpidash.ingest.issues import Mask, Place, Positions
from kpidash.ingest.layout import Blocks
from kpidash.ingest.text_table import TextTable


@dataclass(frozen=True, slots=True)
class Grid:
    """The places of typed rows: `row` is the position in the text table and `block` the block of each.

    `names` are what to call the columns in messages.
    """

    text: TextTable
    layout: Blocks
    names: tuple[str, ...]
    row: NDArray[np.int64]
    block: NDArray[np.int64]

    def kept(self, mask: Mask) -> "Grid":
        """The places of some of the rows."""
        return replace(self, row=self.row[mask], block=self.block[mask])

    def place(self, role: str, at: int, *, header: bool = False) -> Place:
        """Where a row says what it is in a role; with `header` the cell above where the header says it."""
        block = self.layout.blocks[self.block[at]]
        number = int(self.text.rows[self.row[at]])
        index = block.numbers.get(role, self.layout.columns.get(role))
        if tag := block.tags.get(role):
            column = self.names[next(iter(block.numbers.values()))]
            return Place(tag.row if header else number, column, tag.text)
        if index is not None:
            return Place(number, self.names[index], self.text.cell(index, int(self.row[at])).strip())
        if role in self.layout.constants:
            return Place(self.text.header_row if header else number, role, self.layout.constants[role])
        return Place(number, role, "")

    def each_cell(self, role: str, positions: Positions) -> Positions:
        """Of rows that share one cell of a column, as the blocks of a wide row do, the first of each."""
        if not self.layout.sparse or role not in self.layout.columns:
            return positions
        first: Positions = positions[np.unique(self.row[positions], return_index=True)[1]]
        return first

    def once(self, role: str, positions: Positions) -> Positions:
        """Of rows for which the header says something, the first of each such header; else all of them."""
        if role in self.layout.constants:
            return positions[:1]
        if not any(role in block.tags for block in self.layout.blocks):
            return positions
        first: Positions = positions[np.unique(self.block[positions], return_index=True)[1]]
        return first

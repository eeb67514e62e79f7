"""A file as text: what reading hands to layout and parsing."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpidash.ingest.evidence import Evidence, RawRow
from kpidash.ingest.issues import Mask


@dataclass(frozen=True, slots=True)
class TextTable:
    """A file as text.

    `columns` are the header's cells as written; `cells` holds one string column for each, in that order
    (address them by index: names may be repeated or empty); `rows` are spreadsheet row numbers, 1-based.
    Rows without any text are left out, and so are those that `evidence` names. `ragged` are the row numbers
    refused for their number of cells. `head` are up to five rows as written: at most two right above the
    header that have text, the header (`header_row`), and those below it.
    """

    columns: tuple[str, ...]
    cells: pa.Table
    rows: NDArray[np.int64]
    ragged: NDArray[np.int64]
    header_row: int = 1
    head: tuple[RawRow, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def blank_columns(self) -> frozenset[int]:
        """The columns that have neither a name nor any text."""
        nameless = (index for index, name in enumerate(self.columns) if not name.strip())
        return frozenset(index for index in nameless if blank_rows(self.cells.select([index])).all())

    def cell(self, column: int, position: int) -> str:
        """The text at `position` of a column."""
        return str(self.cells.column(column)[position].as_py())

    def found(self, what: str) -> Evidence | None:
        """The evidence about one thing, None where there was nothing to find."""
        return next((one for one in self.evidence if one.what == what), None)


def blank_rows(cells: pa.Table) -> Mask:
    """Which rows have no text in any column."""
    blank = np.ones(cells.num_rows, dtype=bool)
    for column in cells.columns:
        if not blank.any():
            break
        blank &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    return blank

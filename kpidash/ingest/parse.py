"""Text → typed columns, by the layout of the file.

What a cell says is settled here; whether it may be said of that KPI is settled by `validate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.grid import Grid
from kpidash.ingest.issues import Mask
from kpidash.ingest.labels import BLANK, Labels, labels_of, none
from kpidash.ingest.layout import Blocks, Layout
from kpidash.ingest.locales import Names
from kpidash.ingest.numbers import Numbers, read_numbers
from kpidash.ingest.periods import DateOrder, Periods, periods_of
from kpidash.ingest.text_table import TextTable


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what can be read in several ways.

    `date_order` and `decimal` are the person's words, None where the file is to tell; `usual_decimal` and
    `names` are those of the company's locale.
    """

    date_order: DateOrder | None = None
    decimal: str | None = None
    usual_decimal: str = "."
    fiscal_year_start: int = 1
    names: Names | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A file as typed columns of equal length, in the order of the file.

    `rows` are spreadsheet rows; a row of a wide file comes once for each block in which it says something.
    `period` are labels, and `periods` what each distinct label means. `numbers` and `dimensions` have an
    entry for each such column. `grid` knows where everything stands, for messages.
    """

    rows: NDArray[np.int64]
    kpi: Labels
    period: Labels
    periods: Periods
    numbers: Mapping[str, Numbers]
    dimensions: Mapping[str, Labels]
    note: Labels
    grid: Grid
    evidence: tuple[Evidence, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def kept(self, mask: Mask) -> "Parsed":
        """Some of the rows."""
        return replace(
            self,
            rows=self.rows[mask],
            kpi=self.kpi.at(mask),
            period=self.period.at(mask),
            numbers={role: each.at(mask) for role, each in self.numbers.items()},
            dimensions={name: each.at(mask) for name, each in self.dimensions.items()},
            note=self.note.at(mask),
            grid=self.grid.kept(mask),
        )


def parse(
    text: TextTable, layout: Layout, *, reading: Reading | None = None, names: tuple[str, ...] = ()
) -> Parsed:
    """The typed columns of a file; `names` are what to call its columns, by default their headers."""
    reading, blocks = reading or Reading(), layout.as_blocks()
    numbers, evidence = _numbers(text, blocks, reading)
    row, block = _places(text, blocks, numbers)
    if len(blocks.blocks) > 1 or blocks.sparse:
        numbers = {role: each.at(block * len(text) + row) for role, each in numbers.items()}
    grid = Grid(text, blocks, names or tuple(name.strip() for name in text.columns), row, block)
    period = _labels(grid, "period")
    periods = periods_of(
        period.names,
        order=reading.date_order,
        fiscal_year_start=reading.fiscal_year_start,
        names=reading.names,
        today=reading.today,
    )
    return Parsed(
        rows=text.rows[row] if blocks.sparse else text.rows,
        kpi=_labels(grid, "kpi"),
        period=period,
        periods=periods,
        numbers=numbers,
        dimensions={name: _labels(grid, name) for name in blocks.dimensions},
        note=_labels(grid, "note"),
        grid=grid,
        evidence=(*evidence, *periods.evidence),
    )


def _numbers(
    text: TextTable, blocks: Blocks, reading: Reading
) -> tuple[dict[str, Numbers], tuple[Evidence, ...]]:
    """Each role's numbers, block after block."""
    return read_numbers(
        {role: _stacked(text, blocks, role) for role in blocks.roles},
        decimal=reading.decimal,
        usual=reading.usual_decimal,
    )


def _stacked(text: TextTable, blocks: Blocks, role: str) -> pa.ChunkedArray:
    columns = [block.numbers.get(role) for block in blocks.blocks]
    if len(columns) == 1 and columns[0] is not None:
        return text.cells.column(columns[0])
    blank = pa.repeat(pa.scalar("", pa.string()), len(text))
    parts = [[blank] if index is None else text.cells.column(index).chunks for index in columns]
    return pa.chunked_array([chunk for part in parts for chunk in part], pa.string())


def _places(
    text: TextTable, blocks: Blocks, numbers: Mapping[str, Numbers]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Position in the text and block of each row, row by row as a person reads the file."""
    count = len(text)
    if not blocks.sparse:
        return np.arange(count), np.zeros(count, dtype=np.int64)
    said = ~np.logical_and.reduce([each.blank for each in numbers.values()])
    row, block = np.nonzero(said.reshape(len(blocks.blocks), count).T)
    return row, block


def _labels(grid: Grid, role: str) -> Labels:
    """What each row is in a role: by its column, its header, or the same in all rows; blank where by none."""
    layout = grid.layout
    index = layout.columns.get(role)
    if index is not None:
        labels = labels_of(grid.text.cells.column(index))
        return Labels(labels.names, labels.codes[grid.row]) if layout.sparse else labels
    if role in layout.constants:
        return Labels((layout.constants[role],), np.zeros(len(grid.row), dtype=np.int64))
    said = [block.tags[role].text if role in block.tags else "" for block in layout.blocks]
    if not any(said):
        return none(len(grid.row))
    names = tuple(dict.fromkeys(text for text in said if text))
    codes = np.array([names.index(text) if text else BLANK for text in said], dtype=np.int64)
    return Labels(names, codes[grid.block])

"""Text → typed columns, by the layout of the file.

What a cell says is settled here; whether it may be said of that KPI is settled by `validate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kpidash.ingest.labels import Labels, labels_of, none
from kpidash.ingest.layout import Layout, TidyActuals
from kpidash.ingest.numbers import Numbers, numbers_of
from kpidash.ingest.periods import DateOrder, Periods, periods_of
from kpidash.ingest.read import TextTable


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read what can be read in several ways.

    `date_order` and `decimal` are the person's words, None where the file is to tell; `usual_decimal` is the
    sign of the company's locale.
    """

    date_order: DateOrder | None = None
    decimal: str | None = None
    usual_decimal: str = "."
    fiscal_year_start: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A file as typed columns of equal length.

    `period` are labels, and `periods` what each distinct label means. `numbers` and `dimensions` have an
    entry for each such column of the file. `indices` gives the column of each role in `text`, for messages.
    """

    rows: NDArray[np.int64]
    kpi: Labels
    period: Labels
    periods: Periods
    numbers: Mapping[str, Numbers]
    dimensions: Mapping[str, Labels]
    note: Labels
    indices: Mapping[str, int]
    text: TextTable

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, role: str) -> str:
        """The header of the column with this role; the role's own name where the file has no such column."""
        return self.text.columns[self.indices[role]].strip() if role in self.indices else role


def parse(text: TextTable, layout: Layout, *, reading: Reading | None = None) -> Parsed:
    """The typed columns of a tidy file."""
    reading = reading or Reading()
    roles = _roles(layout)
    named_dimensions = dict(layout.dimensions) if isinstance(layout, TidyActuals) else {}
    period = labels_of(text.cells.column(layout.period))
    periods = periods_of(period.names, order=reading.date_order, fiscal_year_start=reading.fiscal_year_start)
    numbers = numbers_of(
        {role: text.cells.column(index) for role, index in roles.items()},
        decimal=reading.decimal,
        usual=reading.usual_decimal,
    )
    indices = {"kpi": layout.kpi, "period": layout.period, **roles, **named_dimensions}
    note = layout.note if isinstance(layout, TidyActuals) else None
    return Parsed(
        rows=text.rows,
        kpi=labels_of(text.cells.column(layout.kpi)),
        period=period,
        periods=periods,
        numbers=numbers,
        dimensions={name: labels_of(text.cells.column(index)) for name, index in named_dimensions.items()},
        note=labels_of(text.cells.column(note)) if note is not None else none(len(text)),
        indices=indices,
        text=text,
    )


def _roles(layout: Layout) -> dict[str, int]:
    names = (
        ("value", "numerator", "denominator")
        if isinstance(layout, TidyActuals)
        else ("target", "low", "high")
    )
    columns = {name: getattr(layout, name) for name in names}
    return {name: index for name, index in columns.items() if index is not None}

"""What all tables share: their metadata, and short forms for the columns that recur."""

from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import Column, Dialect, Identity, Integer, MetaData, Table, Text, TypeDecorator

from kpidash.domain.calendars import day_number, day_of

metadata = MetaData()


class Placement(StrEnum):
    """Where the rows of a table are in a cluster."""

    DISTRIBUTED = "distributed"
    """By `kpi_id`, all rows of one KPI on one node."""
    REFERENCE = "reference"
    """All rows on every node."""


DISTRIBUTED: Final = {"placement": Placement.DISTRIBUTED}
REFERENCE: Final = {"placement": Placement.REFERENCE}
"""Every table is given one of these as its `info`."""


def placement_of(table: Table) -> Placement:
    """Where the rows of `table` are in a cluster; KeyError where nobody has said."""
    placement: Placement = table.info["placement"]
    return placement


class Day(TypeDecorator[date]):
    """A date, stored as days since 1970-01-01."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The number of the day."""
        return None if value is None else day_number(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        """The day of the number."""
        return None if value is None else day_of(value)


def number(name: str = "id") -> Column[int]:
    """A primary key that counts itself."""
    return Column(name, Integer, Identity(), primary_key=True)


def text(name: str) -> Column[str]:
    """A text that is always there."""
    return Column(name, Text, nullable=False)


def needed(name: str) -> Column[int]:
    """A whole number that is always there."""
    return Column(name, Integer, nullable=False)

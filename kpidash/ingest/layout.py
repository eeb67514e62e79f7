"""Which column of a file means what: the shapes that CONTRACT.md names.

Every shape is a class of its own in the union `Layout`, and each is read as blocks: columns that together
give one number per row. A tidy file has one block; a wide one has a block per period, KPI or both.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file holds."""

    ACTUALS = "actuals"
    TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Tag:
    """What a header says for all cells below it, and the row in which it says so."""

    text: str
    row: int


@dataclass(frozen=True, slots=True)
class Block:
    """Columns that give one number per row: indices by the number's role, and what their headers say."""

    numbers: Mapping[str, int]
    tags: Mapping[str, Tag]


@dataclass(frozen=True, slots=True)
class Blocks:
    """How to read a file: columns by role, what holds for all of it, and its blocks.

    With `sparse` a row of a block without any number says nothing: nothing was reported.
    """

    columns: Mapping[str, int]
    constants: Mapping[str, str]
    blocks: tuple[Block, ...]
    dimensions: tuple[str, ...] = ()
    sparse: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of numbers that any block has."""
        return tuple(dict.fromkeys(role for block in self.blocks for role in block.numbers))


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyActuals:
    """One row per actual. Numbers are indices of columns; None where the file has no such column."""

    kpi: int
    period: int
    value: int | None
    numerator: int | None
    denominator: int | None
    dimensions: tuple[tuple[str, int], ...]
    note: int | None

    def as_blocks(self) -> Blocks:
        """The one block."""
        columns = {"kpi": self.kpi, "period": self.period, "note": self.note, **dict(self.dimensions)}
        numbers = {"value": self.value, "numerator": self.numerator, "denominator": self.denominator}
        names = tuple(name for name, _ in self.dimensions)
        return Blocks(_present(columns), {}, (Block(_present(numbers), {}),), names)


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyTargets:
    """One row per target of a KPI and a period. Numbers are indices of columns."""

    kpi: int
    period: int
    target: int | None
    low: int | None
    high: int | None

    def as_blocks(self) -> Blocks:
        """The one block."""
        numbers = {"target": self.target, "low": self.low, "high": self.high}
        return Blocks({"kpi": self.kpi, "period": self.period}, {}, (Block(_present(numbers), {}),))


@dataclass(frozen=True, slots=True)
class Wide:
    """Periods, KPIs or dimension values (`across`) stand in the header, in one row or two."""

    across: frozenset[str]
    read_as: Blocks

    def as_blocks(self) -> Blocks:
        """One block for each combination in the header."""
        return self.read_as


@dataclass(frozen=True, slots=True)
class Constant:
    """A tidy file in which something is said once for all rows."""

    read_as: Blocks

    def as_blocks(self) -> Blocks:
        """The one block."""
        return self.read_as


Layout = TidyActuals | TidyTargets | Wide | Constant


def _present(columns: Mapping[str, int | None]) -> dict[str, int]:
    return {name: index for name, index in columns.items() if index is not None}


OWN_NAMES = {
    Kind.ACTUALS: ("kpi", "period", "value", "numerator", "denominator", "note"),
    Kind.TARGETS: ("kpi", "period", "target", "low", "high"),
}
NUMBERS = {
    Kind.ACTUALS: frozenset({"value", "numerator", "denominator"}),
    Kind.TARGETS: frozenset({"target", "low", "high"}),
}


def kind_of_names(names: Collection[str]) -> Kind:
    """What a file with columns of these meanings holds: targets where it has their columns and no values."""
    targets = NUMBERS[Kind.TARGETS].intersection(names)
    return Kind.TARGETS if targets and not NUMBERS[Kind.ACTUALS].intersection(names) else Kind.ACTUALS

"""Columns with meanings → the layout of the file: one block of numbers, or one for each header above."""

from collections.abc import Iterator, Sequence

from kpidash.ingest.columns import Column, Found
from kpidash.ingest.issues import Issue, IssueCode
from kpidash.ingest.layout import NUMBERS, Block, Blocks, Constant, Kind, Layout, Tag, Wide

_Key = tuple[tuple[str, str], ...]


def assembled(found: Found, names: Sequence[str], row: int) -> tuple[Layout | None, tuple[Issue, ...]]:
    """The layout, and what stands in its way: columns with the same meaning, and roles that none has."""
    numbers = [column for column in found.columns if column.role in NUMBERS[found.kind]]
    others = [column for column in found.columns if column.role not in NUMBERS[found.kind]]
    blocks, twice = _blocks(numbers)
    columns: dict[str, int] = {}
    for column in others:
        in_header = any(column.role in block.tags for block in blocks)
        if column.role in columns or column.role in found.constants or in_header:
            twice = [*twice, column]
        columns.setdefault(column.role, column.index)
    issues = [*_twice(twice, names, row), *_missing(found, columns, blocks, row)]
    across = frozenset(role for block in blocks for role in block.tags)
    said = {*columns, *found.constants, *across}
    read_as = Blocks(
        columns,
        found.constants,
        blocks,
        tuple(name for name in found.dimensions if name in said),
        bool(across),
    )
    return (Wide(across, read_as) if across else Constant(read_as)), tuple(issues)


def _blocks(numbers: Sequence[Column]) -> tuple[tuple[Block, ...], list[Column]]:
    tags: dict[_Key, dict[str, Tag]] = {}
    members: dict[_Key, dict[str, int]] = {}
    twice = []
    for column in numbers:
        key = tuple(sorted((role, tag.text) for role, tag in column.said[0].items()))
        tags.setdefault(key, column.said[0])
        of_key = members.setdefault(key, {})
        if column.role in of_key:
            twice.append(column)
        of_key.setdefault(column.role, column.index)
    return tuple(Block(members[key], tags[key]) for key in members), twice


def _twice(columns: Sequence[Column], names: Sequence[str], row: int) -> Iterator[Issue]:
    for column in columns:
        name = names[column.index]
        what = f"'{name}' means what another column or the mapping says already"
        message = f"{what}; keep one of them: --map '{name}=-' leaves it out."
        yield Issue(row, name, IssueCode.UNKNOWN_COLUMN, name, message)


def _missing(found: Found, columns: dict[str, int], blocks: Sequence[Block], row: int) -> Iterator[Issue]:
    for role in ("kpi", "period"):
        everywhere = bool(blocks) and all(role in block.tags for block in blocks)
        if role not in columns and role not in found.constants and not everywhere:
            whole = {"kpi": "kpi=sales-revenue", "period": "period=2026-10"}[role]
            how = f"map one to it (--map '…={role}') or say it for the whole file (--map '{whole}')"
            message = f"The file has no column '{role}'; {how}."
            yield Issue(row, role, IssueCode.MISSING_COLUMN, None, message)
    numbers = {role for block in blocks for role in block.numbers}
    actuals = found.kind is Kind.ACTUALS
    number, first, second = ("value", "numerator", "denominator") if actuals else ("target", "low", "high")
    if number not in numbers and not {first, second} <= numbers:
        without = f"The file has no column '{number}', and not both '{first}' and '{second}'"
        message = f"{without}; map one to it (--map '…={number}')."
        yield Issue(row, number, IssueCode.MISSING_COLUMN, None, message)

"""Plain text tables for terminals."""

from collections.abc import Mapping, Sequence
from typing import Any

TEN = 10


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """`rows` under their column names, as wide as their widest cell; numbers to the right, missing as –."""
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    heads = [column.replace("_", " ") for column in columns]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    right = [any(isinstance(row.get(column), int | float) for row in rows) for column in columns]
    lines = [heads, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        places = 2 if abs(value) >= TEN else 3
        return f"{value:,.{places}f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)

"""What the library for workbooks does not tell about a sheet: errors, percent formats, hidden rows, extent.

Read from the sheet's XML with bounded patterns. The library gives an error cell as a blank one and a percent
cell as a bare fraction, and takes memory for the whole rectangle that the outermost cells span.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kpidash.ingest.content import Limits
from kpidash.ingest.package import SAVE_AGAIN, DamagedError, Package, local

_CELL = rb"<(?:\w{1,20}:)?c(?=[\s/>])"
_FILLED = re.compile(_CELL + rb"[^>]{0,200}?\sr\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]{0,200}(?<!/)>")
_UNPLACED = re.compile(_CELL + rb"(?![^>]{0,200}?\sr\s*=)")
_ANY_CELL = re.compile(_CELL)
_ERROR = re.compile(_CELL + rb"([^>]{0,200}?\st\s*=\s*[\"']e[\"'][^>]{0,200})(?<!/)>")
_LONGEST_FORMULA = 9_000
_PLACE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w{1,20}:)?v[^>]{0,100}>([^<]{1,40})<")
_HIDDEN_ROW = re.compile(
    rb"<(?:\w{1,20}:)?row\s(?=[^>]{0,500}?\shidden\s*=\s*[\"'](?:1|true)[\"'])[^>]{0,500}?\br\s*=\s*[\"'](\d{1,7})"
)
_HIDDEN_FIRST = re.compile(rb"<(?:\w{1,20}:)?col\s[^>]{0,300}?hidden\s*=\s*[\"'](?:1|true)[\"']")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_PERCENT_FORMATS = frozenset({"9", "10"})
_CHUNK = 1 << 22
_SPREAD = 1_000_000
_SPARSE = 20

Place = tuple[int, int]
"""Row and column of a cell, from 0."""


@dataclass(frozen=True, slots=True)
class Marks:
    """`errors` are error cells with their text (#N/A), `percents` cells shown as percentages."""

    errors: dict[Place, str]
    percents: frozenset[Place]
    hidden_rows: tuple[int, ...]
    hidden_columns: bool


def marks_of(package: Package, sheet: bytes, limits: Limits) -> Marks:
    """What is to be known about a sheet besides its values. Raises DamagedError."""
    _check_extent(sheet, limits)
    if _UNPLACED.search(sheet):
        raise DamagedError(f"The cells of the sheet have no addresses; {SAVE_AGAIN}.")
    errors: dict[Place, str] = {}
    for found in _ERROR.finditer(sheet):
        following = _ANY_CELL.search(sheet, found.end(), found.end() + _LONGEST_FORMULA)
        end = following.start() if following else found.end() + _LONGEST_FORMULA
        value = _VALUE.search(sheet, found.end(), end)
        errors[_placed(found[1])] = value[1].decode("utf-8", "replace") if value else "#ERROR"
    hidden = tuple(int(found[1]) for found in _HIDDEN_ROW.finditer(sheet))
    return Marks(errors, frozenset(_percents(package, sheet)), hidden, bool(_HIDDEN_FIRST.search(sheet)))


def column_number(letters: bytes) -> int:
    """The number of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _check_extent(sheet: bytes, limits: Limits) -> None:
    count, rows, columns = 0, 0, 0
    start = 0
    while start < len(sheet):
        end = sheet.find(b"<", start + _CHUNK)
        end = len(sheet) if end < 0 else end
        found = _FILLED.findall(sheet, start, end)
        count += len(found)
        rows = max(rows, max((int(row) for _, row in found), default=0))
        columns = max(
            columns, max((column_number(letters) + 1 for letters in {one for one, _ in found}), default=0)
        )
        start = end
    if columns > limits.columns or rows * columns > limits.cells:
        raise DamagedError("The sheet spans too many cells; keep the table alone, or split it.")
    if rows * columns > _SPREAD and rows * columns > count * _SPARSE:
        raise DamagedError(
            f"The sheet has cells far away from its table (row {rows:,}, column {columns:,}); delete them."
        )


def _percents(package: Package, sheet: bytes) -> Iterator[Place]:
    styles = _percent_styles(package)
    if not styles:
        return
    wanted = b"|".join(str(style).encode() for style in styles)
    pattern = re.compile(
        _CELL + rb"(?=[^>]{0,200}?\ss\s*=\s*[\"'](?:" + wanted + rb")[\"'])([^>]{0,300})(?<!/)>"
    )
    for found in pattern.finditer(sheet):
        yield _placed(found[1])


def _percent_styles(package: Package) -> list[int]:
    formats, styles = set(_PERCENT_FORMATS), list[int]()
    tree = package.tree("xl/styles.xml")
    for element in tree.iter():
        if local(element.tag) == "numFmt" and "%" in _QUOTED.sub("", element.get("formatCode", "")):
            formats.add(element.get("numFmtId", "0"))
    for group in tree:
        if local(group.tag) == "cellXfs":
            styles = [at for at, style in enumerate(group) if style.get("numFmtId", "0") in formats]
    return styles


def _placed(attributes: bytes) -> Place:
    found = _PLACE.search(attributes)
    if not found:
        raise DamagedError(f"The cells of the sheet have no addresses; {SAVE_AGAIN}.")
    return int(found[2]) - 1, column_number(found[1])

"""Which sheet of a workbook holds the table; asked where several do."""

import re
from collections.abc import Sequence

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import IssueCode, Issues, of_file
from kpidash.ingest.package import Package, Sheet

_LOOKED_AT = 1 << 18
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[\s>]")
_CELL = re.compile(rb"<(?:\w{1,20}:)?c(?:\s[^>]{0,300})?(?<!/)>")
_NUMBER = re.compile(rb"<(?:\w{1,20}:)?c(?![^>]{0,200}\st=[\"'](?!n))[^>]{0,300}(?<!/)>")
_SHOWN = 20

Choice = tuple[Sheet | None, Evidence, Issues]
_NONE = Evidence("sheet", "", "")


def chosen(package: Package, said: str | None) -> Choice:
    """The sheet to read and why, or the issue that names the sheets. Raises DamagedError."""
    sheets = package.sheets()
    if not sheets:
        return None, _NONE, of_file(IssueCode.EMPTY_FILE, "The workbook has no worksheets.")
    if said is not None:
        return _told(sheets, said)
    visible = [sheet for sheet in sheets if not sheet.hidden] or sheets
    if len(visible) == 1:
        return _because(
            sheets, visible[0], "it is the only one" if len(sheets) == 1 else "the others are hidden"
        )
    looks = {sheet.part: _tables(package.part(sheet.part, first=_LOOKED_AT)) for sheet in visible}
    for least in ((2, 1), (2, 0), (1, 0)):
        fitting = [
            sheet for sheet in visible if all(a >= b for a, b in zip(looks[sheet.part], least, strict=True))
        ]
        if len(fitting) == 1:
            return _because(sheets, fitting[0], "it is the only one with a table")
        if fitting:
            return _asked(fitting)
    return _because(sheets, visible[0], "it is the first")


def _told(sheets: Sequence[Sheet], said: str) -> Choice:
    by_name = [sheet for sheet in sheets if sheet.name.strip().casefold() == said.strip().casefold()]
    exact = [sheet for sheet in by_name if sheet.name == said]
    if found := (exact or by_name):
        return _because(sheets, found[0], "you said so")
    if said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= len(sheets):
        return _because(sheets, sheets[int(said) - 1], "you said so")
    message = f"The workbook has no sheet '{said}'; it has {_listed(sheets)}."
    return None, _NONE, of_file(IssueCode.UNREADABLE_FILE, message, value=said)


def _because(sheets: Sequence[Sheet], sheet: Sheet, why: str) -> Choice:
    hidden = [other for other in sheets if other.hidden and other is not sheet]
    also = f" Hidden and not read: {_listed(hidden)}." if hidden else ""
    return sheet, Evidence("sheet", sheet.name, f"Sheet '{sheet.name}' is read: {why}.{also}"), Issues()


def _asked(fitting: Sequence[Sheet]) -> Choice:
    message = f"Several sheets hold a table: {_listed(fitting)}; say which one to read (--sheet)."
    return None, _NONE, of_file(IssueCode.UNREADABLE_FILE, message)


def _listed(sheets: Sequence[Sheet]) -> str:
    names = [f"'{sheet.name}'" for sheet in sheets[:_SHOWN]]
    more = f" and {len(sheets) - _SHOWN} more" if len(sheets) > _SHOWN else ""
    return ", ".join(names) + more


def _tables(start: bytes) -> tuple[int, int]:
    """Rows with several cells at the start of a sheet, and how many of them have a number."""
    rows = [row for row in _ROW.split(start)[1:] if len(_CELL.findall(row)) > 1]
    return len(rows), sum(bool(_NUMBER.search(row)) for row in rows)

"""Workbooks made to cost much."""

import io
import struct
import zipfile
from collections.abc import Callable

from tests.ingest.small_workbooks import column, sheet, workbook, zipped

TABLE = sheet({1: ("kpi", "period", "value"), 2: ("kpi-001", "2026-10-01", 1)})
_DATA = "<sheetData>"
_STRINGS = "xl/sharedStrings.xml"
Make = Callable[[], bytes]


def packed(sheets: dict[str, str], extra: dict[str, bytes] | None = None) -> bytes:
    """The workbook with its parts packed."""
    return zipped(_parts(workbook(sheets, extra=extra)), packed=True)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with(rows: str) -> str:
    return TABLE.replace("</sheetData>", rows + "</sheetData>")


def _rows(count: int, cells: str) -> str:
    return "".join(f'<row r="{at}">{cells.replace("@", str(at))}</row>' for at in range(3, count + 3))


def _amplified(length: int, cells: int) -> bytes:
    """One long text, and cells that refer to it."""
    strings = f"<sst><si><t>{'a' * length}</t></si></sst>".encode()
    cell = '<c r="A@" t="s"><v>0</v></c>'
    return packed({"Data": _with(_rows(cells, cell))}, {_STRINGS: strings})


def _entities(where: str) -> bytes:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
        + "]>"
    )
    parts = _parts(workbook({"Data": TABLE}, extra={_STRINGS: b"<sst/>"}))
    return zipped(parts | {where: bomb.encode() + parts[where]}, packed=True)


def _lying(size: int) -> bytes:
    """A part that says it is small and is not."""
    parts = _parts(workbook({"Data": TABLE})) | {_STRINGS: b"<sst>" + b" " * size}
    content = bytearray(zipped(parts, packed=True))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.find(mark)
        while start >= 0:
            if struct.unpack_from("<I", content, start + at)[0] > size:
                struct.pack_into("<I", content, start + at, 100)
            start = content.find(mark, start + 4)
    return bytes(content)


def _overlapping(count: int, size: int) -> bytes:
    """Many entries of the directory that all name the same packed bytes."""
    content = zipped({"xl/workbook.xml": b"<workbook/>", "a": bytes(size)}, packed=True)
    start = content.find(b"PK\x01\x02")
    end = content.rfind(b"PK\x05\x06")
    second = content.find(b"PK\x01\x02", start + 4)
    entry = content[second:end]
    entries = [entry[:-1] + bytes([65 + at % 26]) for at in range(count)]
    directory = content[start:second] + b"".join(entries)
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count + 1, count + 1, len(directory), start, 0)
    return content[:start] + directory + tail


def _merges(count: int, height: int) -> bytes:
    ranges = "".join(f'<mergeCell ref="A3:A{height}"/>' for _ in range(count))
    rows = _rows(height - 3, '<c r="A@"><v>1</v></c>')
    merged = f"</sheetData><mergeCells>{ranges}</mergeCells>"
    return packed({"Data": _with(rows).replace("</sheetData>", merged)})


def _far(place: str, row: int) -> bytes:
    return packed({"Data": _with(f'<row r="{row}"><c r="{place}"><v>1</v></c></row>')})


def _before(start: str) -> str:
    return TABLE.replace(_DATA, start + _DATA)


def _row(cells: str) -> str:
    return _with(f'<row r="3">{cells}</row>')


def _formulas(count: int) -> bytes:
    cells = '<c r="A@" t="str"><f>HYPERLINK("http://example.com/"&amp;B@)</f><v>kpi-001</v></c>'
    return packed({"Data": _with(_rows(count, cells))})


def _links() -> bytes:
    link = b'<externalLink><externalBook r:id="rId1"/></externalLink>'
    target = b'<Relationship Id="rId1" Target="file:///etc/passwd" TargetMode="External"/>'
    extra = {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels": b"<Relationships>" + target + b"</Relationships>",
    }
    return workbook({"Data": TABLE}, extra=extra)


def _outside() -> bytes:
    parts = _parts(workbook({"Data": TABLE}))
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")
    return zipped(parts)


def _styles(ids: str) -> bytes:
    parts = _parts(workbook({"Data": TABLE}))
    formats = f'<numFmt numFmtId="{ids}" formatCode="0%"/>'
    parts["xl/styles.xml"] = f"<styleSheet><numFmts>{formats}</numFmts><cellXfs/></styleSheet>".encode()
    return zipped(parts)


EMPTY = {"xl/workbook.xml": b"<a/>"}
WORKBOOKS: dict[str, Make] = {
    "xlsx: 1 GiB of zeros in a part": lambda: zipped(EMPTY | {"x": bytes(1 << 30)}, packed=True),
    "xlsx: 60,000 parts": lambda: zipped(EMPTY | {f"x{at}": b"" for at in range(60_000)}),
    "xlsx: 9,000 entries for one bomb": lambda: _overlapping(9_000, 1 << 20),
    "xlsx: a part that lies about its size": lambda: _lying(150_000_000),
    "xlsx: 190 MB of blanks in a sheet": lambda: packed({"Data": _before(" " * 190_000_000)}),
    "xlsx: entities in the sheet": lambda: _entities("xl/worksheets/sheet1.xml"),
    "xlsx: entities in the texts": lambda: _entities(_STRINGS),
    "xlsx: entities in the workbook": lambda: _entities("xl/workbook.xml"),
    "xlsx: entities in the formats": lambda: _entities("xl/styles.xml"),
    "xlsx: one text of 30 kB in 300,000 cells": lambda: _amplified(30_000, 300_000),
    "xlsx: one text of 5 MB in 10,000 cells": lambda: _amplified(5_000_000, 10_000),
    "xlsx: a cell at XFD1048576": lambda: _far("XFD1048576", 1_048_576),
    "xlsx: a cell at A1048576": lambda: _far("A1048576", 1_048_576),
    "xlsx: a cell beyond the last": lambda: _far("ZZZ9999999", 9_999_999),
    "xlsx: says it spans A1:XFD1048576": lambda: packed(
        {"Data": _before('<dimension ref="A1:XFD1048576"/>')}
    ),
    "xlsx: 1,000,000 cells of no end": lambda: workbook({"Data": _row('<c r="A3" t="e">' * 1_000_000)}),
    "xlsx: 3,000,000 cells without a place": lambda: workbook({"Data": _row("<c><v>1</v></c>" * 3_000_000)}),
    "xlsx: attributes without end": lambda: workbook({"Data": _row("<c " + 'a="1" ' * 10_000_000 + "/>")}),
    "xlsx: 50,000 merged ranges of 100,000 rows": lambda: _merges(50_000, 100_000),
    "xlsx: 1,000,000 elements deep": lambda: packed({"Data": _before("<a>" * 1_000_000)}),
    "xlsx: 500,000 formulas": lambda: _formulas(500_000),
    "xlsx: 300,000 formats": lambda: _styles('1"/><numFmt numFmtId="'.join(map(str, range(300_000)))),
    "xlsx: a format with a number of 5,000 digits": lambda: _styles("9" * 5_000),
    "xlsx: a format with no number": lambda: _styles("x"),
    "xlsx: links to other files": _links,
    "xlsx: a sheet outside the workbook": _outside,
    "xlsx: 9,000 sheets": lambda: workbook({f"S{at}": TABLE for at in range(9_000)}),
    "xlsx: 16,384 columns": lambda: packed(
        {"Data": sheet({1: [column(at) for at in range(16_384)], 2: [1] * 16_384})}
    ),
    "xlsx: cut in the middle": lambda: packed({"Data": _with(_rows(300_000, '<c r="A@"><v>1</v></c>'))})[
        :500_000
    ],
}
"""What each holds → a function that makes it."""

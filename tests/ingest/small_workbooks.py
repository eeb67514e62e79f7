"""Workbooks made by hand, part by part, so that a test says exactly what is stored."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = ("General", "yyyy-mm-dd", "0.0%", "mmm yyyy", "[h]:mm:ss", "yyyy-mm-dd hh:mm", '0.0" %"', "#,##0.00")
"""The number formats of the styles 0, 1, 2 …"""


def cell(place: str, value: object, *, style: int = 0) -> str:
    """A cell: text, a number, True or False, '#N/A' and the like as errors, '=f|v' as a formula."""
    start = f'<c r="{place}" s="{style}"' if style else f'<c r="{place}"'
    if value is None:
        return f"{start}/>"
    if isinstance(value, bool):
        return f'{start} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"{start}><v>{value}</v></c>"
    text = str(value)
    if text.startswith("#") and text.isupper():
        return f'{start} t="e"><v>{text}</v></c>'
    if text.startswith("=") and "|" in text:
        formula, _, cached = text[1:].partition("|")
        return f"{start}><f>{escape(formula)}</f><v>{cached}</v></c>"
    if text.startswith("stored:"):
        return f"{start}><v>{text.removeprefix('stored:')}</v></c>"
    return f'{start} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def column(number: int) -> str:
    """The letters of a column from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet(
    rows: Mapping[int, Sequence[object]],
    *,
    first: int = 0,
    hidden: Sequence[int] = (),
    merged: Sequence[str] = (),
) -> str:
    """The XML of a sheet with these rows; a cell is a value or (value, style), None for no cell at all."""
    lines = []
    for number, values in rows.items():
        pairs = [(value if isinstance(value, tuple) else (value, 0)) for value in values]
        cells = "".join(
            cell(f"{column(first + at)}{number}", value, style=style)
            for at, (value, style) in enumerate(pairs)
            if value is not None or style
        )
        shown = ' hidden="1"' if number in hidden else ""
        lines.append(f'<row r="{number}"{shown}>{cells}</row>')
    merges = "".join(f'<mergeCell ref="{where}"/>' for where in merged)
    merges = f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else ""
    return f"<worksheet {_MAIN}><sheetData>{''.join(lines)}</sheetData>{merges}</worksheet>"


def workbook(
    sheets: Mapping[str, str],
    *,
    hidden: Sequence[str] = (),
    date1904: bool = False,
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    """The bytes of a workbook with these sheets; always the same bytes for the same sheets."""
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"{_state(name in hidden)}/>'
        for at, name in enumerate(sheets, start=1)
    )
    formats = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(code)}/>' for at, code in enumerate(STYLES)
    )
    styles = "".join(f'<xf numFmtId="{164 + at if at else 0}"/>' for at in range(len(STYLES)))
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><workbookPr date1904="{int(date1904)}"/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId999" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f"<styleSheet {_MAIN}><numFmts>{formats}</numFmts>"
        f"<cellXfs>{styles}</cellXfs></styleSheet>",
    }
    parts |= {f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(sheets.values(), start=1)}
    return zipped({name: text.encode() for name, text in parts.items()} | dict(extra or {}))


def zipped(parts: Mapping[str, bytes], *, packed: bool = False) -> bytes:
    """The parts as a zip with a fixed date, not packed unless asked, so that its bytes never change."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
    return target.getvalue()


def _state(hidden: bool) -> str:
    return ' state="hidden"' if hidden else ""

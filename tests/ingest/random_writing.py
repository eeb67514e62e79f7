"""Rows of text as the bytes of a file: encodings, delimiters, quotes, line ends, titles and notes."""

import csv
import io
from collections.abc import Sequence
from random import Random
from typing import Any

from tests.ingest.small_workbooks import sheet, workbook

UNICODE = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030")
OTHERS = (
    (range(0x0100), ("cp1252", "cp1252", "latin-1", "iso8859-15", "mac_roman", "cp850")),
    (range(0x0100, 0x0180), ("cp1250", "iso8859-2")),
    (range(0x0400, 0x0500), ("cp1251", "koi8-r", "cp866")),
    (range(0x3000, 0xFFFF), ("cp932", "euc_jp", "iso2022_jp")),
)
"""Encodings of one script, by the characters of that script."""
TITLES = ("Report of October", "Exported 2026-10-15 by somebody", "# a remark of the system")
NOTES = ("Source: ERP, all ledgers", "Generated on 15 Oct 2026", "(12 rows)")


def written(
    chance: Random, rows: list[list[str]], *, regions: Sequence[str]
) -> tuple[bytes, str, dict[str, Any]]:
    """The bytes of a file of these rows, its name, and how it was written."""
    rows = _surrounded(chance, rows)
    if chance.random() < 0.15:
        return _workbook(chance, rows), "file.xlsx", {"as": "xlsx"}
    how: dict[str, Any] = {
        "delimiter": chance.choice(",,,;;\t\t|^~"),
        "quoting": chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": chance.choice(["\n", "\r\n", "\r\n", "\r"]),
    }
    if chance.random() < 0.1 and not any("'" in cell for row in rows for cell in row):
        how |= {"quotechar": "'", "quoting": csv.QUOTE_ALL}
    out = io.StringIO(newline="")
    if chance.random() < 0.05:
        out.write(f"sep={how['delimiter']}{how['lineterminator']}")
    csv.writer(out, **how).writerows(rows)
    text = out.getvalue()
    if chance.random() < 0.1:
        text = text.rstrip("\r\n")
    if chance.random() < 0.1:
        text += how["lineterminator"] * 3
    highest = max((ord(sign) for region in regions for sign in region), default=0)
    own = next((names for script, names in OTHERS if highest in script), ())
    encoding = chance.choice([*UNICODE, *own, *own])
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        encoding, content = "utf-8", text.encode()
    return content, "file.csv", {**how, "encoding": encoding}


def _surrounded(chance: Random, rows: list[list[str]]) -> list[list[str]]:
    """The rows with titles, notes, blank rows and columns."""
    width = len(rows[0])
    above = [[chance.choice(TITLES)] + [""] * (width - 1)] if chance.random() < 0.15 else []
    above += [[""] * width] * chance.randint(0, 2) if above else []
    below = [[""] * width, [chance.choice(NOTES)] + [""] * (width - 1)] if chance.random() < 0.15 else []
    rows = [*above, *rows, *below]
    if chance.random() < 0.1:
        rows = [[*row, ""] for row in rows]
    if chance.random() < 0.1:
        rows.insert(chance.randint(min(len(above) + 2, len(rows)), len(rows)), [""] * len(rows[0]))
    if chance.random() < 0.05:
        again = len(above)
        rows.append(list(rows[again]))
    return rows


def _workbook(chance: Random, rows: list[list[str]]) -> bytes:
    cells = {at: [cell or None for cell in row] for at, row in enumerate(rows, start=1) if any(row)}
    return workbook({"Data": sheet(cells)})

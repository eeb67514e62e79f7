"""The messy files of tests/ingest/files/reading, each with the table that must come out.

`python -m tests.ingest.reading_cases` writes them, with a .json beside each; a test holds that what is
committed is what stands here.
"""

import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ingest.reading_tables import CSV_CASES
from tests.ingest.small_workbooks import sheet, workbook, zipped

FOLDER = Path(__file__).parent / "files" / "reading"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A file and what it says: `rows` begin with the spreadsheet's number; `issues` are (row, code)."""

    name: str
    content: bytes
    columns: Sequence[str] = ()
    rows: Sequence[tuple[Any, ...]] = ()
    issues: Sequence[tuple[int, str]] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def expected(self) -> dict[str, Any]:
        """What stands in the .json beside the file."""
        return {
            "options": dict(self.options),
            "columns": list(self.columns),
            "rows": [row[0] for row in self.rows],
            "cells": [list(row[1:]) for row in self.rows],
            "issues": [list(issue) for issue in self.issues],
            "evidence": dict(self.evidence),
        }


def _packed(content: bytes) -> bytes:
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", filename="", mtime=0, compresslevel=0) as archive:
        archive.write(content)
    return target.getvalue()


KPV = ("kpi", "period", "value")
DATA = {1: KPV, 2: ("revenue", "2026-10", 100), 3: ("churn", "2026-10", 2.5)}
ROWS = [(2, "revenue", "2026-10", "100"), (3, "churn", "2026-10", "2.5")]
NOTES = {1: ("About this file",), 2: ("Numbers of the month",)}


def _one(rows: Mapping[int, Sequence[object]], **more: Any) -> bytes:
    return workbook({"Data": sheet(rows, **more)})


def _wb(name: str, content: bytes, rows: Sequence[tuple[Any, ...]] = ROWS, **more: Any) -> Case:
    return Case(name=f"{name}.xlsx", content=content, columns=more.pop("columns", KPV), rows=rows, **more)


def _refused(name: str, content: bytes, code: str = "unreadable_file", row: int = 1, **more: Any) -> Case:
    return Case(name=name, content=content, issues=[(row, code)], **more)


def _values(*pairs: tuple[object, str], style: int = 0) -> tuple[bytes, list[tuple[Any, ...]]]:
    rows = {1: KPV} | {at: ("k", "2026-10", (value, style)) for at, (value, _) in enumerate(pairs, start=2)}
    return _one(rows), [(at, "k", "2026-10", text) for at, (_, text) in enumerate(pairs, start=2)]


NUMBERS = _values(
    (0.1, "0.1"),
    ("stored:0.30000000000000004", "0.30000000000000004"),
    ("stored:1.1000000000000001", "1.1"),
    (5, "5"),
    ("stored:1E+22", "10000000000000000000000"),
    ("stored:1E-7", "0.0000001"),
    (-3, "-3"),
    ("stored:1e400", "#NUM!"),
    ("stored:-0", "0"),
)
TEXTS = _values(
    ("007", "007"),
    ("NA", "NA"),
    ("1e400", "1e400"),
    (" 1", " 1"),
    ("@x", "@x"),
    ("-5", "-5"),
    ("=1+1", "=1+1"),
    ("two\nlines", "two\nlines"),
    ("a & <b>", "a & <b>"),
)
PERCENTS = _values((0.925, "92.5%"), (1, "100%"), ("stored:0.070000000000000007", "7%"), style=2)

WORKBOOKS = [
    _wb("plain", _one(DATA), evidence={"sheet": "Data"}),
    _wb("numbers-as-stored", NUMBERS[0], NUMBERS[1]),
    _wb("text-stays-text", TEXTS[0], TEXTS[1]),
    _wb("percent-cells", PERCENTS[0], PERCENTS[1]),
    _wb(
        "percent-in-quotes-is-no-percent",
        _one({1: KPV, 2: ("k", "2026-10", (0.5, 6))}),
        [(2, "k", "2026-10", "0.5")],
    ),
    _wb(
        "booleans",
        _one({1: KPV, 2: ("k", "2026-10", True), 3: ("k", "2026-11", False)}),
        [(2, "k", "2026-10", "TRUE"), (3, "k", "2026-11", "FALSE")],
    ),
    _wb(
        "errors-stay-visible",
        _one({1: KPV, 2: ("k", "2026-10", "#N/A"), 3: ("k", "2026-11", "#DIV/0!"), 4: ("k", "2026-12", 1)}),
        [(2, "k", "2026-10", "#N/A"), (3, "k", "2026-11", "#DIV/0!"), (4, "k", "2026-12", "1")],
    ),
    _wb(
        "error-in-the-last-cell", _one({1: KPV, 2: ("k", "2026-10", "#REF!")}), [(2, "k", "2026-10", "#REF!")]
    ),
    _wb(
        "formulas-with-values",
        _one({1: KPV, 2: ("k", "2026-10", "=SUM(A1:A3)|6")}),
        [(2, "k", "2026-10", "6")],
    ),
    _wb(
        "days",
        _one({1: KPV, 2: ("k", (46296, 1), 1), 3: ("k", (46296, 3), 2), 4: ("k", (46296.25, 5), 3)}),
        [(2, "k", "2026-10-01", "1"), (3, "k", "2026-10-01", "2"), (4, "k", "2026-10-01 06:00:00", "3")],
    ),
    _wb(
        "days-of-1904",
        workbook({"Data": sheet({1: KPV, 2: ("k", (44834, 1), 1)})}, date1904=True),
        [(2, "k", "2026-10-01", "1")],
    ),
    _wb("durations", _one({1: KPV, 2: ("k", "2026-10", (1.5, 4))}), [(2, "k", "2026-10", "36:00:00")]),
    _wb(
        "table-below-a-title",
        _one({1: ("Sales 2026",), 3: KPV, 4: ("k", "2026-10", 1)}),
        [(4, "k", "2026-10", "1")],
        evidence={"header_row": "3", "preamble": "1"},
    ),
    _wb(
        "table-not-in-the-corner",
        _one({3: KPV, 4: ("k", "2026-10", 1)}, first=2),
        [(4, "", "", "k", "2026-10", "1")],
        columns=("", "", *KPV),
    ),
    _wb(
        "blank-rows",
        _one({1: KPV, 4: ("k", "2026-10", 1), 9: ("k", "2026-11", 2)}),
        [(4, "k", "2026-10", "1"), (9, "k", "2026-11", "2")],
    ),
    _wb("blank-but-formatted", _one({**DATA, 400: ((None, 1), (None, 1), (None, 1))})),
    _wb("total-row", _one({**DATA, 4: ("Total", None, 102.5)}), evidence={"footer": "4"}),
    _wb("source-line", _one({**DATA, 6: ("Source: ERP",)}), evidence={"footer": "6"}),
    _wb(
        "merged-down",
        _one({1: KPV, 2: ("k", "2026-10", 1), 3: (None, "2026-11", 2)}, merged=["A2:A3"]),
        [(2, "k", "2026-10", "1"), (3, "k", "2026-11", "2")],
    ),
    _wb(
        "merged-title",
        _one({1: ("Sales",), 2: KPV, 3: ("k", "2026-10", 1)}, merged=["A1:C1"]),
        [(3, "k", "2026-10", "1")],
        evidence={"header_row": "2", "preamble": "1"},
    ),
    _wb(
        "merged-header",
        _one({1: (None, "2026", None), 2: ("kpi", "Jan", "Feb"), 3: ("k", 1, 2)}, merged=["B1:C1"]),
        [(3, "k", "1", "2")],
        columns=("kpi", "Jan", "Feb"),
        evidence={"header_row": "2", "preamble": "1"},
    ),
    _wb("hidden-row-is-read", _one(DATA, hidden=[3]), evidence={"hidden": "3"}),
    _wb(
        "notes-and-data", workbook({"Read me": sheet(NOTES), "Data": sheet(DATA)}), evidence={"sheet": "Data"}
    ),
    _wb(
        "hidden-sheet",
        workbook({"Old": sheet(DATA), "Data": sheet(DATA)}, hidden=["Old"]),
        evidence={"sheet": "Data"},
    ),
    _wb(
        "sheet-by-name",
        workbook({"A": sheet(NOTES), "B": sheet(DATA)}),
        options={"sheet": "b"},
        evidence={"sheet": "B"},
    ),
    _wb(
        "sheet-by-number",
        workbook({"A": sheet(DATA), "B": sheet(DATA)}),
        options={"sheet": "2"},
        evidence={"sheet": "B"},
    ),
    _wb("sheet-with-an-odd-name", workbook({"Q3 & Q4 'x'": sheet(DATA)}), evidence={"sheet": "Q3 & Q4 'x'"}),
    _refused("two-tables.xlsx", workbook({"North": sheet(DATA), "South": sheet(DATA)})),
    _refused("no-such-sheet.xlsx", _one(DATA), options={"sheet": "Missing"}),
    _refused("only-a-header.xlsx", _one({1: KPV}), "empty_file"),
    _refused("blank.xlsx", _one({}), "empty_file"),
    _refused("far-away-cell.xlsx", _one({1: KPV, 2: ("k", "2026-10", 1), 1_048_576: ("x",) * 3000})),
    _refused("entities.xlsx", workbook({"Data": '<!DOCTYPE x [<!ENTITY a "aa">]>' + sheet(DATA)})),
    _refused("cut-off.xlsx", _one(DATA)[:-300]),
    _refused("broken-xml.xlsx", workbook({"Data": sheet(DATA)[:-60]})),
    _refused("archive.csv", zipped({"data.csv": b"kpi,period,value\nk,2026-10,1\n"})),
    _refused("document.xlsx", zipped({"word/document.xml": b"<w/>"})),
    _refused("open-document.xlsx", zipped({"mimetype": b"x", "content.xml": b"<x/>"})),
]

OTHERS = [
    Case(
        name="packed.csv.gz",
        content=_packed(b"kpi,period,value\nk,2026-10,1\n"),
        columns=KPV,
        rows=[(2, "k", "2026-10", "1")],
    ),
    _refused("packed-twice.csv.gz", _packed(_packed(b"a,b\n1,2\n"))),
    _refused("packed-and-cut-off.csv.gz", _packed(b"kpi,period,value\nk,2026-10,1\n")[:-9]),
    _refused("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    _refused(
        "with-password.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    ),
    _refused("document.csv", b"%PDF-1.7\n1 0 obj\n"),
    _refused("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(50)),
    _refused("page.csv", b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>"),
    _refused("object.csv", b'{"kpi": "a", "value": 1}'),
]

CASES = [*(Case(**case) for case in CSV_CASES), *WORKBOOKS, *OTHERS]


def files() -> Iterator[tuple[str, bytes]]:
    """Every file of the corpus: its name and its bytes."""
    for case in CASES:
        yield case.name, case.content
        yield f"{case.name}.json", (json.dumps(case.expected(), ensure_ascii=False, indent=1) + "\n").encode()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files():
        (FOLDER / name).write_bytes(content)

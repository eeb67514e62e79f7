"""`python -m bench.readers`: how many of the messy files each library reads as a person does.

Runs every candidate that is installed over tests/ingest/files/reading; installs nothing. Three tables: whole
files (text, then workbooks), detection of encodings and delimiters alone, and what each candidate weighs.
"""

import csv
import importlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.detectors import main as detection
from kpidash.ingest.read import read

FOLDER = Path(__file__).parent.parent / "tests" / "ingest" / "files" / "reading"
Table = tuple[list[str], list[list[str]]]
Reader = Callable[[Path], Table]
WEIGHED = {
    "pyarrow": "pyarrow", "chardet": "chardet", "python-calamine": "python_calamine",
    "charset-normalizer": "charset_normalizer", "clevercsv": "clevercsv", "duckdb": "duckdb",
    "polars": "polars", "pandas": "pandas", "openpyxl": "openpyxl",
}  # fmt: skip
PARTS = {"polars": ("polars", "polars-runtime-32"), "openpyxl": ("openpyxl", "et-xmlfile")}
"""Distributions that come along and that nothing else of ours needs."""


DEADLY = {"far-away-cell.xlsx"}
"""Python-calamine alone asks for 100 GB for this one, and takes the process down."""


def ours(path: Path) -> Table:
    """This project."""
    table, issues = read(path.name, path.read_bytes())
    if table is None:
        raise ValueError(issues.kept[0].message)
    columns = (column.to_pylist() for column in table.cells.columns)
    return list(table.columns), [list(row) for row in zip(*columns, strict=True)]


def _rows(rows: list[list[Any]]) -> Table:
    texts = [[_text(cell) for cell in row] for row in rows]
    return texts[0], texts[1:]


def _text(cell: Any) -> str:
    """A cell as text, in favour of the candidate: 100.0 is 100."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)


def _pandas(**options: Any) -> Reader:
    import pandas as pd

    def reader(path: Path) -> Table:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, compression="infer", **options)
        return [str(name) for name in frame.columns], frame.to_numpy().tolist()

    return reader


def _polars(path: Path) -> Table:
    import polars as pl

    frame = pl.read_csv(path, infer_schema=False)
    return frame.columns, [["" if cell is None else cell for cell in row] for row in frame.rows()]


def _duckdb(path: Path) -> Table:
    import duckdb

    found = duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar=true)")
    return found.columns, [["" if cell is None else cell for cell in row] for row in found.fetchall()]


def _clevercsv(path: Path) -> Table:
    import clevercsv

    return _rows(clevercsv.read_table(str(path)))


def _sniffed(path: Path) -> Table:
    text = path.read_bytes().decode("utf-8")
    return _rows(list(csv.reader(io.StringIO(text, newline=""), csv.Sniffer().sniff(text))))


def _calamine(path: Path) -> Table:
    from python_calamine import CalamineWorkbook

    return _rows(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())


def _openpyxl(path: Path) -> Table:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    return _rows([list(row) for row in book.worksheets[0].iter_rows(values_only=True)])


def _readers() -> Iterator[tuple[str, str, Callable[[], Reader]]]:
    yield "text", "kpidash", lambda: ours
    yield "text", "pandas, sep=None", lambda: _pandas(sep=None, engine="python")
    yield "text", "pandas", _pandas
    for kind, name, module, reader in (
        ("text", "polars", "polars", _polars), ("text", "DuckDB", "duckdb", _duckdb),
        ("text", "clevercsv", "clevercsv", _clevercsv), ("text", "csv.Sniffer", "csv", _sniffed),
    ):  # fmt: skip
        if _installed(module):
            yield kind, name, lambda reader=reader: reader
    yield "workbooks", "kpidash", lambda: ours
    for name, module, reader in (
        ("python-calamine", "python_calamine", _calamine), ("openpyxl", "openpyxl", _openpyxl),
    ):  # fmt: skip
        if _installed(module):
            yield "workbooks", name, lambda reader=reader: reader


def _installed(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def _cases(kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        file = path.with_suffix("")
        if (
            file.name not in DEADLY
            and not expected["options"]
            and (file.suffix == ".xlsx") == (kind == "workbooks")
        ):
            yield file, expected


def whole_files() -> None:
    """Print how many files come out as a person reads them, and how many wrong without a word."""
    print("| files | reader | right | rightly refused | given up | wrong without a word | ms per file |")
    print("|---|---|---|---|---|---|---|")
    for kind, name, made in _readers():
        reader, counts = made(), dict.fromkeys(("right", "refused", "given up", "wrong"), 0)
        cases = list(_cases(kind))
        begun = time.perf_counter()
        for path, expected in cases:
            counts[_judged(reader, path, expected)] += 1
        took = (time.perf_counter() - begun) / len(cases) * 1000
        figures = " | ".join(str(count) for count in counts.values())
        print(f"| {kind}: {len(cases)} | {name} | {figures} | {took:.1f} |")


def _judged(reader: Reader, path: Path, expected: dict[str, Any]) -> str:
    readable = bool(expected["columns"])
    try:
        columns, rows = reader(path)
    except Exception:  # a candidate that gives up says so
        return "given up" if readable else "refused"
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    same = readable and columns == expected["columns"] and filled == expected["cells"]
    return "right" if same else "wrong"


def weights() -> None:
    """Print what each candidate costs to have."""
    print("| library | version | licence | MB installed | ms to import |\n|---|---|---|---|---|")
    for name, module in WEIGHED.items():
        if not _installed(module):
            continue
        found = metadata.metadata(name)
        licence = found.get("License-Expression") or found.get("License") or "see its files"
        files = [file for part in PARTS.get(name, (name,)) for file in metadata.files(part) or ()]
        size = sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).exists())
        licence = licence.splitlines()[0][:40]
        figures = f"{size / 1e6:.1f} | {_import_ms(module):.0f}"
        print(f"| {name} | {metadata.version(name)} | {licence} | {figures} |")


def _import_ms(module: str) -> float:
    code = f"import time; a = time.perf_counter(); import {module}; print(time.perf_counter() - a)"
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    return sorted(times)[2] * 1000


if __name__ == "__main__":
    whole_files()
    detection()
    weights()

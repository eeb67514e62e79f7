"""Rejected rows as a file: what spreadsheets may not run, and the way back in."""

import csv
import io

import pytest

from kpidash.ingest.read import read
from kpidash.ingest.rejected import REASON, name_of, rejected_rows, safe, without_reasons


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=", "-x"]
)
def test_a_text_that_a_spreadsheet_would_run_is_marked(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-5", "-1,234.50", "+7", "-12 %", "(5)", "−3", "- 1 234,5", "5=5", "a-b", "", "'x", "-1.5"]
)
def test_numbers_and_harmless_texts_stay(text):
    assert safe(text) == text


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def table_of(text: str):
    table, issues = read("a.csv", text.encode())
    assert not issues
    return table


def test_rejected_rows_keep_their_cells_and_say_why():
    table = table_of("kpi,period,value\nrevenue,2026-01,1\n=cmd(),2026-01,-5\nrevenue,bad,3\n")
    content = rejected_rows(table, {3: ["no KPI"], 4: ["no period", "no period"]})
    assert content.startswith(b"\xef\xbb\xbf")
    assert cells(content) == [
        ["kpi", "period", "value", REASON],
        ["'=cmd()", "2026-01", "-5", "no KPI"],
        ["revenue", "bad", "3", "no period"],
    ]


def test_what_is_wrong_with_the_header_is_said_of_every_row():
    table = table_of("period,revenue,bogus\n2026-01,1,2\n2026-02,3,4\n")
    found = cells(rejected_rows(table, {1: ["no KPI 'bogus'"], 3: ["too late"]}))
    assert [row[-1] for row in found[1:]] == ["no KPI 'bogus'", "too late; no KPI 'bogus'"]


def test_dropped_in_again_the_reasons_and_the_marks_are_gone():
    table = table_of("kpi,period,value\n=cmd(),2026-01,-5\n")
    again = without_reasons(table_of(rejected_rows(table, {2: ["no KPI"]}).decode("utf-8-sig")))
    assert again.columns == table.columns
    assert again.cells.to_pydict() == table.cells.to_pydict()
    assert again.found("reasons") is not None


def test_marks_of_other_files_stay():
    table = table_of("kpi,period,value\n'=x,2026-01,5\n")
    assert without_reasons(table) is table


def test_other_rows_have_another_name():
    assert name_of("sales.2026.csv.gz", b"a") != name_of("sales.2026.csv.gz", b"b")
    assert name_of("../x/sales.csv", b"a").startswith("sales-rejected-")

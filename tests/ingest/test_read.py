"""Reading text: cells come out as they are, rows with the number that a spreadsheet shows."""

import csv
import gzip
import io
import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpidash.ingest.content import Limits
from kpidash.ingest.encodings import utf8_of
from kpidash.ingest.read import ReadOptions, read


def rows_of(table):
    """Each row's number and cells."""
    columns = [table.cells.column(index).to_pylist() for index in range(len(table.columns))]
    return list(zip(table.rows.tolist(), *columns, strict=True))


def codes(issues):
    return [(issue.row, issue.code.value) for issue in issues.kept]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_and_multi_line_cells_count_as_a_spreadsheet_counts_them(end):
    text = end.join(["a,b", "", "1,2", "", "", '3,"4\n5"', " , ", "6,7", "", ""])
    table, issues = read("x.csv", text.encode())
    assert rows_of(table) == [(3, "1", "2"), (6, "3", "4\n5"), (8, "6", "7")]
    assert not issues


def test_cells_stay_text():
    cells = ["NA", "007", "1e400", "True", "null", "=1+1", " x ", '"', "", "ü\U0001f600", "-1"]
    out = io.StringIO()
    csv.writer(out).writerows([["a", "b"], *([cell, "z"] for cell in cells)])
    table, _ = read("x.csv", out.getvalue().encode())
    assert [cell for _, cell, _ in rows_of(table)] == cells


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "x.csv"), (";", "x.csv"), ("\t", "x.tsv"), ("\t", "x.txt"), ("|", "x.txt")]
)
def test_the_delimiter_is_found(delimiter, name):
    text = "\n".join(["kpi,period,value", "a,2026-10,1", "b,2026-10,2"]).replace(",", delimiter)
    table, _ = read(name, text.encode())
    assert table.columns == ("kpi", "period", "value")
    assert rows_of(table) == [(2, "a", "2026-10", "1"), (3, "b", "2026-10", "2")]


def test_a_decimal_comma_is_no_delimiter():
    table, _ = read("x.csv", b"kpi;period;value\na;2026-10;1,5\nb;2026-10;2,5\n")
    assert table.columns == ("kpi", "period", "value")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_byte_order_mark_and_gzip_change_nothing(mark, pack):
    table, _ = read("x.csv.gz", pack(mark + b"a,b\n1,2\n"))
    assert table.columns == ("a", "b")
    assert rows_of(table) == [(2, "1", "2")]


def test_a_row_with_too_many_or_too_few_cells_is_refused_and_shifts_nothing():
    table, issues = read("x.csv", b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n\n5,6,7\n")
    assert codes(issues) == [(3, "missing_value"), (4, "unknown_column")]
    assert rows_of(table) == [(2, "1", "2", "3"), (6, "5", "6", "7")]
    assert table.ragged.tolist() == [3, 4]


def test_a_stray_quotation_mark_is_read_where_it_is_harmless():
    table, issues = read("x.csv", b'a,b\n5" disk,1\n\nx,"2\n3"\n1,2,3\n')
    assert rows_of(table) == [(2, '5" disk', "1"), (4, "x", "2\n3")]
    assert codes(issues) == [(5, "unknown_column")]


@pytest.mark.parametrize("text", [b'a,b\n"1"x,2\n', b'a,b\n1,"2\n3,4\n'])
def test_quotation_marks_that_do_not_match_make_the_file_unreadable(text):
    table, issues = read("x.csv", text)
    assert table is None
    assert [issue.code for issue in issues.kept] == ["unreadable_file"]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "empty_file", 1),
        (b"\xef\xbb\xbf", "empty_file", 1),
        (b"\n\r\n \n", "empty_file", 1),
        (b"a,b\n\n,\n", "empty_file", 1),
        (b"a,b\n1,\xff\n", "unreadable_file", 2),
        (b"a,b\r\n1,2\r\n1,\x00\r\n", "unreadable_file", 3),
        (b"PK\x03\x04rest of a workbook", "unreadable_file", 1),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], "unreadable_file", 1),
        (b"\x1f\x8bno gzip at all", "unreadable_file", 1),
    ],
)
def test_files_that_cannot_be_read(content, code, row):
    table, issues = read("x.csv", content)
    assert table is None
    assert issues.whole
    assert codes(issues) == [(row, code)]


def test_the_message_says_where_the_encoding_breaks():
    _, issues = read("x.csv", b"a,b\n1,\xff\n")
    assert "Line 2 has byte 0xff, which is not UTF-8 (at its byte 3)" in issues.kept[0].message


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n" + b"1,2\n" * 1000,
        gzip.compress(b"a,b\n" + b"1,2\n" * 1000, mtime=0),
        gzip.compress(b"a,b\n", mtime=0) + gzip.compress(b"1,2\n" * 1000, mtime=0),
    ],
)
def test_a_file_over_the_bound_is_too_large(content):
    limits = Limits(size=2000)
    assert codes(read("x.csv", content, limits=limits)[1]) == [(1, "too_large")]


def test_a_file_packed_too_tightly_is_too_large():
    bomb = gzip.compress(b"0" * 50_000_000)
    assert codes(read("x.csv", bomb)[1]) == [(1, "too_large")]


def test_a_million_columns_are_too_many():
    text = b",".join([b"c"] * 200_000) + b"\n" + b",".join([b"1"] * 200_000)
    assert codes(read("x.csv", text)[1]) == [(1, "too_large")]


@pytest.mark.parametrize(
    "content",
    [b"a" * 2_000_000, b"a,b\n" + b"c" * 20_000_000, b'a,b\n"' + b"1,2\n" * 1_000_000, b"c," * 2_000_000],
)
def test_what_has_no_rows_of_a_sensible_length_is_unreadable(content):
    table, issues = read("x.csv", content)
    assert table is None
    assert codes(issues) == [(1, "unreadable_file")]


def test_row_numbers_hold_over_many_blocks():
    chance = random.Random(1)  # noqa: S311
    lines, expected = ["a,b"], []
    for number in range(2, 200_000):
        kind = chance.random()
        if kind < 0.01:
            lines.append("")
        elif kind < 0.02:
            lines.append("1,2,3")
        else:
            quoted = f'"{number}\nx"' if kind < 0.05 else str(number) + "y" * int(kind * 100)
            lines.append(f"{quoted},z")
            expected.append((number, quoted.strip('"')))
    table, issues = read("x.csv", "\n".join(lines).encode())
    assert len(table) == len(expected)
    assert np.array_equal(table.rows, [number for number, _ in expected])
    assert table.cells.column(0).to_pylist() == [cell for _, cell in expected]
    assert issues.total == lines.count("1,2,3")


CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8
) | st.sampled_from(["NA", "", '"', "a,b", "x\ny", "1;2", "\r", "''", " ", "#", "\ufeff"])


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    blanks=st.lists(st.integers(0, 2), min_size=10, max_size=10),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
@example([["", "", '"']], [0] * 10, "\n", csv.QUOTE_MINIMAL, ",")
def test_what_was_written_is_read(rows, blanks, end, quoting, delimiter):
    if any("\r" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # this writer leaves a lone carriage return bare
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["first column", "second", "third"])
    number, expected = 1, []
    for row, blank in zip(rows, blanks, strict=False):
        out.write(end * blank)
        number += blank + 1
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append((number, *row))
    table, issues = read("x.csv", out.getvalue().encode(), options=ReadOptions(skip_footer=False))
    if not expected:
        assert [issue.code for issue in issues.kept] == ["empty_file"]
        return
    assert not issues
    assert rows_of(table) == expected


@pytest.mark.parametrize("words", [("Казань", "Москва"), ("Казань", "Москва", "Тверь", "Самара", "Омск")])
def test_cyrillic_is_never_read_as_a_row_of_accents(words):
    lines = [f"k,2026-01-0{day},1,{word}" for day, word in enumerate(words, start=1)]
    text = "\n".join(["kpi,period,value,region", *lines])
    found = utf8_of(text.encode("cp1251"))
    assert found[0] in (b"", text.encode())
    assert bool(found[0]) != bool(found[2])

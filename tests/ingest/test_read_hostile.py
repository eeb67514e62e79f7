"""Files made to cost much are read or refused with a sentence, and little work."""

import gzip
import random
import time

import pytest

from kpidash.ingest.content import Limits
from kpidash.ingest.read import read
from tests.ingest.reading_cases import CASES
from tests.ingest.small_workbooks import sheet, workbook, zipped

LONGEST = 10
"""Seconds that no hostile file takes on a slow machine; on a usual one it is about one."""
SHEET = sheet({1: ("kpi", "period", "value"), 2: ("k", "2026-10", 1)})


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(lambda: gzip.compress(bytes(100_000_000)), "too_large", id="gzip bomb"),
        pytest.param(lambda: b"a" * 50_000_000, "unreadable_file", id="one line"),
        pytest.param(lambda: b"\xff" * 50_000_000, "unreadable_file", id="one line of no encoding"),
        pytest.param(lambda: b"a,b\n" + b"c" * 50_000_000, "unreadable_file", id="one row"),
        pytest.param(lambda: b",".join([b"c"] * 100_000) + b"\n1\n", "too_large", id="many columns"),
        pytest.param(lambda: b'a,b\n"' + b"1,2\n" * 10_000_000, "unreadable_file", id="one open quote"),
        pytest.param(lambda: b"a,b,c\n" + b"1,2\n" * 2_000_000, "unreadable_file", id="ragged rows"),
        pytest.param(lambda: b"a,b\n" + b"\n" * 20_000_000 + b"1,2\n", "too_large", id="blank lines"),
        pytest.param(lambda: b"a,b\n" + b'"",""\n' * 2_000_000, "empty_file", id="empty quoted cells"),
        pytest.param(
            lambda: (b"c\t" * 16_000 + b"\n") + (b"1\t" * 16_000 + b"\n") * 1_500, "too_large", id="wide rows"
        ),
        pytest.param(
            lambda: zipped({"xl/workbook.xml": b"<a/>", "x": bytes(100_000_000)}, packed=True),
            "too_large",
            id="zip bomb",
        ),
        pytest.param(
            lambda: zipped({"xl/workbook.xml": b"<a/>"} | {f"x{at}": b"" for at in range(11_000)}),
            "too_large",
            id="many parts",
        ),
    ],
)
def test_a_hostile_file_is_refused_with_little_work(make, code):
    content = make()
    begun = time.process_time()
    table, issues = read("x.csv", content)
    assert time.process_time() - begun < LONGEST
    assert table is None
    assert [issue.code.value for issue in issues.kept] == [code]


def test_deeply_nested_elements_in_a_sheet_are_passed_over():
    content = workbook({"Data": SHEET.replace("<sheetData>", "<a>" * 200_000 + "<sheetData>")})
    table, _ = read("x.xlsx", content)
    assert table is None or table.columns == ("kpi", "period", "value")


def test_the_directory_of_a_workbook_is_bounded_before_it_is_read():
    content = workbook({"Data": SHEET})
    _, issues = read("x.xlsx", content, limits=Limits(entries=3))
    assert [issue.code.value for issue in issues.kept] == ["too_large"]


def test_mutated_files_never_raise():
    chance = random.Random(7)  # noqa: S311
    bits = (b'"', b",", b"\n", b"\0", b"\xff", b"#", b";", b"\r", b"'", b"\\", b"\xef\xbb\xbf")
    for _ in range(2_000):
        case = chance.choice(CASES)
        content = bytearray(case.content)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(content) + 1)
            kind = chance.random()
            if kind < 0.5:
                content[at:at] = chance.choice(bits)
            elif kind < 0.9:
                del content[at : at + chance.randint(1, 20)]
            else:
                del content[at:]
        table, issues = read(case.name, bytes(content))
        assert table is not None or issues.whole

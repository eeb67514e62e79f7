"""Small files that ask for much memory or work are refused in a process that has little of either."""

import gzip
import json
import subprocess
import sys
import zlib

import pytest

from kpidash.ingest.read import opened, read
from kpidash.ingest.streaming import told
from tests.ingest.company import terms
from tests.ingest.small_workbooks import sheet, workbook, zipped

TABLE = sheet({1: ("kpi", "period", "value"), 2: ("k", "2026-10", 1)})
MORE = 600 << 20
"""Bytes that reading may ask for beyond what the process has when it begins."""
SECONDS = 40
"""Seconds of the processor after which the system ends the process; each file takes about one."""
SCRIPT = f"""
import json, pathlib, resource, sys
from kpidash.ingest.read import read
from kpidash.ingest.workbook import read_workbook
content = pathlib.Path(sys.argv[1]).read_bytes()
size = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + {MORE},) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS},) * 2)
table, issues = read("x", content)
print(json.dumps([table is None, [[one.code.value, one.message] for one in issues.kept]]))
"""


def zeros(size):
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(size >> 20)), packer.flush()])


def rows(count, cells):
    more = "".join(f'<row r="{at}">{cells.replace("@", str(at))}</row>' for at in range(3, count + 3))
    return TABLE.replace("</sheetData>", more + "</sheetData>")


def amplified():
    strings = b"<sst><si><t>" + b"a" * 30_000 + b"</t></si></sst>"
    data = rows(20_000, '<c r="A@" t="s"><v>0</v></c>')
    return workbook({"Data": data}, extra={"xl/sharedStrings.xml": strings})


def merged():
    ranges = "<mergeCells>" + '<mergeCell ref="A3:A20000"/>' * 20_000 + "</mergeCells>"
    data = rows(20_000, '<c r="A@"><v>1</v></c>')
    return workbook({"Data": data.replace("</sheetData>", "</sheetData>" + ranges)})


def lying():
    content = bytearray(zipped({"xl/workbook.xml": b"<a/>" + bytes(300 << 20)}, packed=True))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.find(mark) + at
        content[start : start + 4] = (100).to_bytes(4, "little")
    return bytes(content)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded and looked up as Linux does")
@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        pytest.param(lambda: zeros(1 << 30), "too_large", "packed too tightly", id="gzip bomb"),
        pytest.param(lambda: gzip.compress(b"") * 300_000, "too_large", "split", id="gzip of many members"),
        pytest.param(
            lambda: gzip.compress(b"a,b\n") + bytes(50 << 20), "empty_file", "no rows", id="padding"
        ),
        pytest.param(amplified, "unreadable_file", "of text; split", id="one long text in many cells"),
        pytest.param(merged, "unreadable_file", "overlap", id="merged cells over each other"),
        pytest.param(lying, "unreadable_file", "damaged", id="a part that lies about its size"),
        pytest.param(
            lambda: b"a,b\n" * 12_000_000, "empty_file", "lines below it is a row", id="headers only"
        ),
        pytest.param(
            lambda: b"a,b\n" + b'"",""\n' * 9_000_000, "empty_file", "lines below it is a row", id="quotes"
        ),
    ],
)
def test_a_hostile_file_is_refused_within_bounds(make, code, words, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    refused, issues = json.loads(done.stdout)
    assert refused
    assert [issue[0] for issue in issues] == [code]
    assert words in issues[0][1]


@pytest.mark.parametrize("number", ["x", "", "9" * 5_000])
def test_a_format_with_an_odd_number_does_no_harm(number):
    styles = f'<numFmts><numFmt numFmtId="{number}" formatCode="0%"/></numFmts><cellXfs/>'
    content = workbook(
        {"Data": TABLE}, extra={"xl/styles.xml": f"<styleSheet>{styles}</styleSheet>".encode()}
    )
    table, issues = read("x.xlsx", content)
    assert table is not None or issues.whole


def test_a_file_in_many_packed_parts_is_read():
    lines = b"kpi,period,value\n" + b"k,2026-10,1\n" * 50_000
    parts = [gzip.compress(lines[at : at + 500]) for at in range(0, len(lines), 500)]
    table, issues = read("x.csv.gz", b"".join(parts) + bytes(1000))
    assert not issues
    assert len(table) == 50_000


@pytest.mark.parametrize("quoted", ["", '"'])
@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("k-{0},2026-10-01,1", "unknown_kpi", "kpi"),
        ("visits,day {0},1", "not_a_period", "period"),
    ],
)
def test_a_long_file_whose_kpis_or_periods_are_none_is_given_up(row, code, column, quoted):
    lines = [row.format(number) for number in range(20_000)]
    content = "\n".join([f"kpi,{quoted}period{quoted},value", *lines]).encode()
    found, issues = opened("x.csv", content)
    said = told(found, issues, terms(), size=200_000)
    assert said.outcome.checked is None
    assert [(one.code, one.column) for one in said.outcome.issues.kept] == [(code, column)]


def test_a_long_file_with_one_kpi_is_told_row_by_row():
    lines = [f"k-{number},2026-10-01,1" for number in range(20_000)]
    content = "\n".join(["kpi,period,value", "visits,2026-10-01,1", *lines]).encode()
    found, issues = opened("x.csv", content)
    assert told(found, issues, terms()).outcome.issues.total == 20_000


def test_a_long_file_without_a_needed_column_is_refused_by_its_header():
    content = b"value\n" + b"1\n" * 200_000
    found, issues = opened("x.csv", content)
    said = told(found, issues, terms(), size=100_000)
    assert said.outcome.rows == 200_000
    assert {one.code.value for one in said.outcome.issues.kept} == {"missing_column"}
    assert told(found, issues, terms(), size=1 << 30).outcome.issues == said.outcome.issues

"""Every messy file of tests/ingest/files/reading says what the .json beside it holds."""

import json

import pytest

from kpidash.ingest.read import ReadOptions, read
from tests.ingest.reading_cases import FOLDER, files

NAMES = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_messy_file_is_read_as_a_person_reads_it(name):
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    options = ReadOptions(**expected["options"])
    table, issues = read(name, (FOLDER / name).read_bytes(), options=options)
    assert [[issue.row, issue.code.value] for issue in issues.kept] == expected["issues"]
    assert all(issue.message.endswith(".") for issue in issues.kept)
    if table is None:
        assert expected["columns"] == []
        return
    cells = [list(row) for row in zip(*(column.to_pylist() for column in table.cells.columns), strict=True)]
    assert list(table.columns) == expected["columns"]
    assert table.rows.tolist() == expected["rows"]
    assert cells == expected["cells"]
    found = {evidence.what: evidence.value for evidence in table.evidence}
    assert found == {**found, **expected["evidence"]}
    assert (
        not {"footer", "comments", "repeated_header", "preamble"} & found.keys() - expected["evidence"].keys()
    )


def test_the_committed_files_are_those_that_the_cases_describe():
    written = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert written == dict(files())
    assert len(NAMES) >= 80

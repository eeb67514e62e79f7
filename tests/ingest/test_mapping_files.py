"""Files of many shapes, headers and notations, each with the exact rows or issues that are expected of it."""

import json
import math
from pathlib import Path

import pytest

from kpidash.domain.calendars import day_of
from kpidash.ingest.checking import Outcome, outcome_of, reading_of
from kpidash.ingest.layout import Kind
from kpidash.ingest.read import read
from tests.ingest.company import CATALOGUE, IDS, terms

FOLDER = Path(__file__).parent / "files" / "mapping"
NAMES = sorted(path.name for path in FOLDER.glob("*.csv"))
CODES = {number: code for code, number in IDS.items()}
OF_READING = {"encoding", "delimiter", "quote", "header_row", "preamble", "footer"}


def outcome(name: str, answers: dict) -> Outcome:
    """What the file says to somebody who may do everything."""
    against = terms(kpi_names=answers.get("kpi_names", {}))
    table, issues = read(name, (FOLDER / name).read_bytes())
    assert table is not None, issues
    assert not issues
    reading = reading_of(against, date_order=answers.get("date_order"), decimal=answers.get("decimal"))
    kind = Kind(answers["kind"]) if "kind" in answers else None
    return outcome_of(table, against, kind=kind, mapping=answers.get("mapping"), reading=reading)


def rows_of(found: Outcome) -> list:
    """The rows that may be stored: spreadsheet row, KPI, first day, segment, value."""
    if found.checked is None:
        return []
    frame = found.checked.rows
    segments = found.checked.segments
    where = [json.loads(segments[code]) for code in frame["segment"]] if segments else [{}] * len(frame)
    values = [None if math.isnan(value) else value for value in frame["value"].tolist()]
    kpis = [CODES[number] for number in frame["kpi_id"].tolist()]
    days = [day_of(number).isoformat() for number in frame["period"].tolist()]
    return [list(row) for row in zip(frame["row"].tolist(), kpis, days, where, values, strict=True)]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_gives_the_rows_and_issues_that_a_person_expects(name):
    expected = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    found = outcome(name, expected["answers"])
    said = [[issue.row, issue.column, issue.code.value, issue.value] for issue in found.issues.kept]
    assert sorted(said, key=str) == sorted(expected["issues"], key=str)
    assert sorted(rows_of(found), key=str) == sorted(expected["rows"], key=str)
    assumed = [each.what for each in found.evidence if each.what not in OF_READING]
    assert sorted(assumed) == sorted(expected["assumed"])
    assert found.issues.total == len(expected["issues"])


def test_there_are_enough_files_and_each_has_its_expectation():
    assert len(NAMES) >= 80
    assert {f"{name}.json" for name in NAMES} == {path.name for path in FOLDER.glob("*.json")}
    assert CATALOGUE.company.fiscal_year_start == 4

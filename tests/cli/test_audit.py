"""The audit trail at the command line: who may read it, what it tells, and its head held against it."""

import csv
import io
import json

import pytest

from kpidash.domain.access import Role
from tests.cli.company import ANALYST, CommandLine
from tests.cli.tampering import tamper
from tests.cli.test_errors import REFUSED

AUDITOR, OF_SALES = "auditor@example.com", "sales.auditor@example.com"
ROWS = "kpi,period,value\ncost,2026-08,1\n"


@pytest.fixture
def used(kpidash: CommandLine) -> CommandLine:
    kpidash.hire(AUDITOR, Role.AUDITOR)
    kpidash.hire(OF_SALES, Role.AUDITOR, "sales")
    kpidash.hire(ANALYST, Role.ANALYST)
    kpidash.ingest(ROWS, "--as", ANALYST)
    kpidash.json("periods", "close", "2026-09", "--reason", "books closed")
    return kpidash


def test_an_entry_says_who_when_from_where_what_and_from_what_to_what(used: CommandLine) -> None:
    used.json("uploads", "undo", "2", "--as", ANALYST)
    undone, closed, uploaded, *_ = used.json("audit", "list", "--as", AUDITOR)["entries"]
    assert (undone["actor"], undone["action"], undone["origin"]) == (ANALYST, "upload.undo", closed["origin"])
    assert (closed["action"], closed["subject"]) == ("period.close", "2026-09")
    assert (closed["detail"]["before"], closed["detail"]["after"]) == ("open", "closed")
    assert closed["origin"].startswith("command line, ")
    assert closed["at"].endswith("Z")
    assert (uploaded["actor"], uploaded["action"], uploaded["subject"]) == (ANALYST, "upload.commit", "2")
    assert uploaded["origin"] == closed["origin"]


def test_definitions_are_told_field_by_field(used: CommandLine) -> None:
    used.apply("kpis: [{code: cost, weight: 3, targets: [{period: FY2026, value: 500}]}]")
    (entry,) = used.json("audit", "list", "--action", "catalogue.apply", "--limit", "1")["entries"]
    assert entry["detail"]["fields"] == [
        {"kind": "kpis", "code": "cost", "field": "weight", "before": 1, "after": 3},
        {"kind": "kpis", "code": "cost", "field": "target FY2026", "before": 600, "after": 500},
    ]


@pytest.mark.parametrize("asker", [ANALYST, OF_SALES, "sales.head@example.com"])
@pytest.mark.parametrize("command", ["audit head", "audit list", "audit export", "verify"])
def test_it_is_for_auditors_of_the_whole_company(used: CommandLine, asker: str, command: str) -> None:
    outcome = used(*command.split(), "--as", asker)
    assert outcome.code == REFUSED
    assert "2026" not in outcome.out


def test_the_auditor_changes_nothing(used: CommandLine) -> None:
    used.json("periods", "open", "2026-09", "--as", AUDITOR, code=REFUSED)
    used.ingest(ROWS.replace(",1", ",2"), "--as", AUDITOR, code=REFUSED)


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [
        (["--actor", ANALYST], ["2"]),
        (["--action", "period.close"], ["2026-09"]),
        (["--subject", "2026-09"], ["2026-09"]),
        (["--find", "BOOKS"], ["2026-09"]),
        (["--find", "100%"], []),
        (["--to", "2001-01-01"], []),
        (["--from", "2999-01-01"], []),
    ],
)
def test_entries_are_found_by_what_is_asked_for(
    used: CommandLine, asked: list[str], subjects: list[str]
) -> None:
    found = used.json("audit", "list", *asked)
    assert [entry["subject"] for entry in found["entries"]] == subjects
    assert found["total"] == len(subjects)


def test_an_export_has_every_entry_with_its_digest_and_becomes_one(used: CommandLine) -> None:
    path = used.folder / "trail.jsonl"
    used.json("audit", "export", "--output", str(path), "--as", AUDITOR)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["sequence"] for line in lines] == sorted(line["sequence"] for line in lines)
    assert (lines[-1]["action"], lines[-1]["actor"]) == ("audit.export", AUDITOR)
    assert lines == used.json("audit", "list")["entries"][::-1]
    assert used.json("verify", "--head", str(path))["state"] == "clean"
    table = list(csv.DictReader(io.StringIO(used("audit", "export", "--format", "csv").out)))
    assert [row["digest"] for row in table[: len(lines)]] == [line["digest"] for line in lines]
    assert "there already" in used("audit", "export", "--output", str(path)).err


def test_a_kept_head_is_given_as_itself_or_as_a_file(used: CommandLine) -> None:
    line, document = used("audit", "head").out, used("audit", "head", "--json").out
    used.ingest(ROWS.replace(",1", ",7"))
    for kept in (line, document, used.file(line, "head.txt"), used.file(document, "head.json")):
        assert used.json("verify", "--head", kept)["state"] == "clean"
    assert used("verify", "--head", "no head").code == 2


def test_what_fits_in_itself_is_found_by_the_kept_head(used: CommandLine) -> None:
    kept = used("audit", "head").out
    newest = "(SELECT max(sequence) FROM audit)"
    tamper(used.url, f"DELETE FROM audit WHERE sequence = {newest}")  # noqa: S608
    before = f"(SELECT digest FROM audit WHERE sequence = {newest})"  # noqa: S608
    tamper(used.url, f"UPDATE revision SET audit = {before}")  # noqa: S608
    assert used.json("verify")["state"] == "clean"
    (said,) = used.json("verify", "--head", kept, code=REFUSED)["differences"]
    assert "was cut" in said

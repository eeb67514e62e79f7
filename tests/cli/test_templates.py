"""Templates at the command line."""

import csv
from pathlib import Path

from tests.cli.company import CommandLine
from tests.cli.test_errors import REFUSED


def test_a_template_is_written_filled_in_and_ingested(kpidash: CommandLine) -> None:
    path = kpidash.folder / "due.csv"
    told = kpidash.json("template", "--kpi", "cost", "--output", str(path))
    assert (told["kind"], told["rows"], told["path"]) == ("actuals", 1, str(path))
    head, row = csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
    row[head.index("value")] = "12"
    receipt = kpidash.ingest(f"{','.join(head)}\n{','.join(row[:-1])},x\n")
    assert receipt["added"] == 1
    again = kpidash.json("template", "--kpi", "cost", "--output", str(kpidash.folder / "more.csv"))
    assert (again["rows"], again["path"]) == (0, None)
    assert not (kpidash.folder / "more.csv").exists()


def test_a_template_is_not_written_over_another_file(kpidash: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "due.xlsx"
    path.write_text("mine")
    refused = kpidash.json("template", "--format", "xlsx", "--output", str(path), code=REFUSED)
    assert "--overwrite" in refused["error"]
    assert path.read_text() == "mine"
    kpidash.json("template", "--format", "xlsx", "--output", str(path), "--overwrite")
    assert path.read_bytes()[:2] == b"PK"


def test_a_kpi_that_is_not_there_has_no_template(kpidash: CommandLine) -> None:
    refused = kpidash.json("template", "targets", "--kpi", "nothing", code=REFUSED)
    assert "nothing" in refused["error"]

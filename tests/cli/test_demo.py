"""The demo company: there at once, whole, and the same when loaded again."""

import re
import shlex
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.cli.company import CommandLine
from tests.cli.run import run
from tests.cli.test_errors import HELPS, REFUSED, WRONG_USE

DAY = "2026-10-15"


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> CommandLine:
    """The demo company as of 15 October 2026 in a SQLite file, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("demo")
    line = CommandLine(f"sqlite:///{folder / 'demo.db'}", folder)
    line.json("demo", "--as-of", DAY)
    return line


def test_the_demo_is_loaded_whole_into_a_database_without_schema(blank_url: str, tmp_path: Path) -> None:
    kpidash = CommandLine(blank_url, tmp_path)
    loaded = kpidash.json("demo")
    assert list(loaded) == ["company", "departments", "kras", "kpis", "rows", "through"]
    assert loaded["through"] in {f"{datetime.now(UTC) - timedelta(days=ago):%Y-%m-%d}" for ago in (0, 1, 2)}
    assert loaded["rows"] > 50_000
    before = kpidash.everything()
    assert kpidash.json("demo") == loaded | {"rows": 0}
    assert kpidash.everything() == before
    assert kpidash.json("verify")["state"] == "clean"


def test_the_contact_centre_reports_until_it_is_interrupted(tmp_path: Path) -> None:
    kpidash = CommandLine(f"sqlite:///{tmp_path / 'live.db'}", tmp_path)
    code = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
sys.argv = ["kpidash", "demo", "--live", "--every", "0.1", "--database-url", {kpidash.url!r}]
from kpidash.__main__ import main
main()
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stderr=pipe, stdout=pipe, text=True) as running:
        assert running.stderr
        told = [running.stderr.readline() for _ in range(4)]
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Meridian Services" in out
    assert "Ctrl-C ends it" in told[0]
    assert {line.partition(":")[0] for line in told[1:]} <= {"North", "South", "West"}
    names = [one["file_name"] or "" for one in kpidash.json("uploads", "list")["uploads"]]
    assert sum(name.startswith("contact centre") for name in names) >= 3
    assert kpidash.json("verify")["state"] == "clean"


def test_a_fixed_day_gives_the_same_company_every_time(demo: CommandLine, tmp_path: Path) -> None:
    other = CommandLine(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    loaded = other.json("demo", "--as-of", DAY)
    assert loaded["through"] == "2026-10-14"
    asked = ("scorecard", "--as-of", DAY, "--window", "ytd", "--json")
    assert other(*asked).out == demo(*asked).out


def test_the_demo_shows_every_status_and_hidden_reds(demo: CommandLine) -> None:
    card = demo.json("scorecard", "--as-of", DAY)
    found = {kpi["status"] for kpi in card["kpis"]}
    assert found == {"on_target", "at_risk", "off_target", "stale", "no_target", "no_data"}
    assert card["hidden_reds"]
    assert card["company"]["score"] is not None


def test_each_head_of_the_demo_sees_the_company_and_his_own_tree(demo: CommandLine) -> None:
    whole = demo.json("scorecard", "--as-of", DAY)
    heads = {one["head"] for one in _departments(demo) if one.get("head")}
    assert heads
    for head in heads:
        own = demo("scorecard", "--as-of", DAY, "--json", "--as", head)
        assert own.json["company"] == whole["company"]
        codes = {one["code"] for one in own.json["kpis"]}
        assert 0 < len(codes) < len(whole["kpis"])
        absent = [one["code"] for one in whole["kpis"] if one["code"] not in codes]
        assert not [code for code in absent if f'"{code}"' in own.out]
        assert demo("kpi", absent[0], "--as", head).code == REFUSED
        assert demo("kpi", min(codes), "--as-of", DAY, "--as", head).code == 0


def test_a_day_too_far_away_is_wrong_use_and_makes_no_database(tmp_path: Path) -> None:
    kpidash = CommandLine(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)
    for day in ("0001-01-01", "9999-12-31", "soon"):
        assert kpidash("demo", "--as-of", day).code == WRONG_USE
    assert not (tmp_path / "none.db").exists()


def test_the_demo_is_refused_where_other_definitions_have_its_codes(kpidash: CommandLine) -> None:
    kpidash.apply("""kpis:
  - {code: sales-revenue, kra: growth, name: Ours, unit: currency, direction: maintain, frequency: yearly,
     aggregation: last}
""")
    kpidash.ingest("kpi,period,value\nsales-revenue,FY2025,1\n")
    before = kpidash.everything()
    refused = kpidash.json("demo", "--as-of", DAY, code=REFUSED)
    assert "'sales-revenue' has yearly actuals" in refused["error"]
    assert kpidash.everything() == before


def _departments(kpidash: CommandLine) -> list[dict]:
    return yaml.safe_load(kpidash("catalogue", "export").out)["departments"]


def test_the_example_of_every_help_works_on_the_demo(demo: CommandLine, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "demo.db").write_bytes((demo.folder / "demo.db").read_bytes())
    monkeypatch.setenv("KPIDASH_DATABASE_URL", f"sqlite:///{tmp_path / 'demo.db'}")
    monkeypatch.chdir(tmp_path)
    Path("company.yaml").write_text(run("catalogue", "export").out, encoding="utf-8")
    Path("october.csv").write_text("kpi,period,value,region\nsales-revenue,2026-10-01,1,North\n")
    head = "Export\n\nof sales\n"
    Path("export.txt").write_text(f"{head}kpi;period;value;region\nsales-revenue;2026-10-02;1;North\n")
    assert run("ingest", "october.csv", "--json").json["upload_id"] == "3"
    Path("heads.txt").write_text(run("audit", "head").out, encoding="utf-8")
    for words in HELPS:
        for example in re.findall(r"Example: kpidash (.*)", run(*words, "--help").out):
            if words[0] not in {"init", "demo", "serve"}:
                asked = run(*shlex.split(example.split(" > ")[0]))
                assert (asked.code, asked.err) == (0, ""), example
                assert asked.out

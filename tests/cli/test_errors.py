"""Whatever goes wrong: a sentence, the right exit code, one JSON document with --json, nothing secret."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.cli.company import CommandLine
from tests.cli.run import run

REFUSED, WRONG_USE = 1, 2
SECRET = "correct-horse"  # noqa: S105 - nothing opens with it

WRONG_USES = {
    "no command": [],
    "unknown command": ["nosuch"],
    "unknown command of a group": ["uploads", "nosuch"],
    "group without command": ["catalogue"],
    "unknown option": ["scorecard", "--nosuch"],
    "option without value": ["scorecard", "--window"],
    "surplus argument": ["verify", "surplus"],
    "missing argument": ["kpi"],
    "missing file": ["ingest", "nosuch.csv"],
    "missing catalogue": ["catalogue", "apply", "nosuch.yaml"],
    "a folder for a file": ["ingest", "."],
    "a folder for a catalogue": ["catalogue", "apply", "."],
    "wrong window": ["scorecard", "--window", "2026-13"],
    "a week for a window": ["scorecard", "--window", "2026-W10"],
    "empty window": ["scorecard", "--window", ""],
    "far window": ["scorecard", "--window", "0001-01"],
    "far window of a KPI": ["kpi", "revenue", "--window", "FY0007"],
    "wrong day": ["scorecard", "--as-of", "2026-02-30"],
    "day in words": ["kpi", "revenue", "--as-of", "yesterday"],
    "far day": ["scorecard", "--as-of", "0001-01-01"],
    "far day to come": ["kpi", "revenue", "--as-of", "9999-12-31"],
    "wrong time": ["scorecard", "--known-at", "noon"],
    "time before all times": ["scorecard", "--known-at", "0001-01-01T00:00:00+05:00"],
    "time after all times": ["scorecard", "--known-at", "9999-12-31T23:59:59-05:00"],
    "unknown dimension": ["kpi", "revenue", "--by", "client"],
    "unknown kind": ["ingest", __file__, "--kind", "stocks"],
    "unknown date order": ["ingest", __file__, "--date-order", "dym"],
    "unknown decimal sign": ["ingest", __file__, "--decimal", ";"],
    "mapping without sign": ["ingest", __file__, "--map", "Month"],
    "mapping of nothing": ["ingest", __file__, "--map", "=period"],
    "wrong port": ["serve", "--port", "70000"],
    "port in words": ["serve", "--port", "http"],
}
REFUSALS = {
    "unknown KPI": ["kpi", "nosuch"],
    "unknown department": ["scorecard", "--department", "nosuch"],
    "unknown upload": ["uploads", "show", "99"],
    "an upload that is no number": ["uploads", "show", "latest"],
    "an upload beyond numbers": ["uploads", "undo", "9" * 40],
    "unknown person": ["scorecard", "--as", "nobody@example.com"],
    "nobody": ["scorecard", "--as", ""],
    "a head may not define": ["catalogue", "export", "--as", "sales.head@example.com"],
    "a head may not audit": ["verify", "--as", "sales.head@example.com"],
}
CASES = [
    *(pytest.param(words, WRONG_USE, id=name) for name, words in WRONG_USES.items()),
    *(pytest.param(words, REFUSED, id=name) for name, words in REFUSALS.items()),
]
WRONG_PLACES = {
    "no URL": "nonsense",
    "empty": "",
    "another kind": f"mysql://me:{SECRET}@localhost/x",
    "wrong port": f"postgresql://me:{SECRET}@localhost:door/x",
    "server down": f"postgresql://me:{SECRET}@localhost:1/x",
    "in memory": "sqlite://",
    "no folder": "sqlite:////no/such/folder/kpi.db",
    "a folder": "sqlite:////",
}
COMMANDS = {
    "init": [], "demo": [], "verify": [], "scorecard": [], "serve": [], "kpi": ["revenue"],
    "uploads": ["list"], "catalogue": ["export"], "periods": ["list"],
}  # fmt: skip


@pytest.mark.parametrize(("words", "code"), CASES)
def test_a_wrong_call_answers_with_one_sentence_and_its_exit_code(
    company: CommandLine, words: list[str], code: int
) -> None:
    for outcome in (company(*words), run("--json", *words, "--database-url", company.url)):
        assert outcome.code == code, outcome
        said = outcome.err.strip()
        assert said
        assert "Traceback" not in said
        assert "should not have happened" not in said
    assert isinstance(json.loads(outcome.out), dict)


@pytest.mark.parametrize("url", WRONG_PLACES.values(), ids=WRONG_PLACES)
def test_a_database_that_cannot_be_used_is_wrong_configuration(url: str) -> None:
    outcome = run("scorecard", "--json", "--database-url", url)
    assert outcome.code == WRONG_USE
    assert outcome.json["error"]
    assert SECRET not in outcome.out + outcome.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_wrong_setting(command: str, company: CommandLine, monkeypatch) -> None:
    for name, value in (
        ("KPIDASH_AUTH", "foo"),
        ("KPIDASH_MAX_UPLOAD_MB", "abc"),
        ("KPIDASH_MAX_UPLOAD_MB", "-1"),
    ):
        monkeypatch.setenv(name, value)
        outcome = company(command, *COMMANDS[command])
        assert outcome.code == WRONG_USE, outcome
        assert name in outcome.err
        monkeypatch.delenv(name)


def test_a_database_without_schema_asks_for_init(blank_url: str) -> None:
    for command, more in COMMANDS.items():
        if command not in {"init", "demo"}:
            outcome = run(command, *more, "--json", "--database-url", blank_url)
            assert outcome.code == WRONG_USE, outcome
            assert "kpidash init" in outcome.json["error"]


def test_a_password_is_never_said(postgresql_server, tmp_path: Path) -> None:
    url = make_url(postgresql_server).set(username="nobody", password=SECRET)
    outcome = run("scorecard", "--json", "--database-url", url.render_as_string(hide_password=False))
    assert outcome.code == WRONG_USE
    assert SECRET not in outcome.out + outcome.err


def test_a_role_that_may_not_is_wrong_configuration(postgresql_database) -> None:
    # a role that every server has, and that may read no table
    url = postgresql_database.update_query_dict({"options": "-c role=pg_monitor"})
    outcome = run("scorecard", "--json", "--database-url", url.render_as_string(hide_password=False))
    assert outcome.code == WRONG_USE
    assert "permission denied" in outcome.json["error"]
    assert "SELECT" not in outcome.out + outcome.err


def test_a_file_that_is_no_database_is_wrong_configuration(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Sir or Madam, " * 100)
    outcome = run("scorecard", "--json", "--database-url", f"sqlite:///{file}")
    assert outcome.code == WRONG_USE, outcome
    assert file.read_text().startswith("Dear")


def test_common_options_stand_before_and_behind_the_command(company: CommandLine) -> None:
    url, head = company.url, "sales.head@example.com"
    answers = [
        run("--database-url", url, "--as", head, "--json", "uploads", "list"),
        run("uploads", "--database-url", url, "--as", head, "--json", "list"),
        run("uploads", "list", "--database-url", url, "--as", head, "--json"),
        run(
            "--database-url",
            "nonsense",
            "uploads",
            "--as",
            "nobody",
            "list",
            "--database-url",
            url,
            "--as",
            head,
            "--json",
        ),
    ]
    assert [answer.code for answer in answers] == [0, 0, 0, 0]
    assert len({answer.out for answer in answers}) == 1


def test_the_environment_names_the_database_and_the_option_wins(company: CommandLine, monkeypatch) -> None:
    monkeypatch.setenv("KPIDASH_DATABASE_URL", company.url)
    assert run("kpi", "revenue", "--json").code == 0
    monkeypatch.setenv("KPIDASH_DATABASE_URL", "nonsense")
    assert company("kpi", "revenue", "--json").code == 0


def test_init_makes_the_folder_of_the_default_database(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("KPIDASH_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    assert run("scorecard").code == WRONG_USE
    assert not (tmp_path / "data").exists()
    assert run("init", "--json").json == {"state": "ready"}
    assert (tmp_path / "data" / "kpidash.db").exists()
    assert run("init").code == 0


def test_a_port_that_somebody_listens_on_is_wrong_use(company: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        refused = company("serve", "--port", port, "--json")
    assert refused.code == WRONG_USE
    assert f"port {port} cannot be used" in refused.json["error"]


HELPS = [
    [], ["init"], ["demo"], ["catalogue"], ["catalogue", "apply"], ["catalogue", "export"], ["ingest"],
    ["uploads"], ["uploads", "list"], ["uploads", "show"], ["uploads", "undo"], ["scorecard"], ["kpi"],
    ["verify"], ["serve"], ["tokens", "make"], ["tokens", "list"],
]  # fmt: skip


@pytest.mark.parametrize("words", HELPS, ids=" ".join)
def test_every_command_helps_with_an_example(words: list[str]) -> None:
    for option in ("--help", "-h"):
        outcome = run(*words, option)
        assert outcome.code == 0
        assert "--json" in outcome.out
        assert " ".join(["kpidash", *words]) in outcome.out.split("Usage:")[1].split("\n", 1)[1] or words in (
            ["catalogue"],
            ["uploads"],
        )


def process(*words: str, **more) -> subprocess.CompletedProcess[bytes]:
    """`python -m kpidash …` as a process of its own."""
    return subprocess.run([sys.executable, "-m", "kpidash", *words], capture_output=True, check=False, **more)


@pytest.fixture
def sqlite_company(sqlite_template: Path, tmp_path: Path) -> CommandLine:
    """The command line on a SQLite file with a KPI whose name is not ASCII."""
    line = CommandLine(f"sqlite:///{tmp_path / 'company.db'}", tmp_path)
    (tmp_path / "company.db").write_bytes(sqlite_template.read_bytes())
    line.apply("""
        departments: [{code: d, name: Département}]
        kras: [{code: a, department: d, name: Área}]
        kpis:
          - {code: k, kra: a, name: Umsatz in ₹, unit: number, direction: increase, frequency: monthly,
             aggregation: sum}
    """)
    return line


def test_the_command_works_from_any_folder_in_any_locale(sqlite_company: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    bare = {"PATH": os.environ["PATH"], "KPIDASH_DATABASE_URL": sqlite_company.url}
    ascii_only = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    text = process("kpi", "k", cwd=folder, env=bare | {"PYTHONIOENCODING": "latin-1"})
    assert text.returncode == 0, text.stderr
    assert "Umsatz in ₹" in text.stdout.decode()
    document = process("kpi", "k", "--json", cwd=folder, env=bare | ascii_only)
    assert json.loads(document.stdout)["name"] == "Umsatz in ₹"
    assert not document.stderr
    assert not list(folder.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such file names")
def test_names_that_are_no_text_are_taken_as_they_are(sqlite_company: CommandLine, tmp_path: Path) -> None:
    nothing = os.fsdecode(b"\xff")
    file = tmp_path / f"{nothing}.csv"
    file.write_text("kpi,period,value\nk,2026-01,1\n")
    assert sqlite_company.json("ingest", str(file))["state"] == "committed"
    for words in (("kpi", nothing), ("scorecard", "--as", nothing), ("ingest", nothing)):
        refused = sqlite_company(*words, "--json")
        assert refused.code in {REFUSED, WRONG_USE}
        assert "should not have happened" not in refused.json["error"]
    said = process("kpi", nothing, "--json", "--database-url", sqlite_company.url)
    assert said.returncode == REFUSED
    assert nothing in json.loads(said.stdout)["error"]


def test_a_reader_may_stop_reading(sqlite_company: CommandLine) -> None:
    words = [sys.executable, "-m", "kpidash", "kpi", "k", "--json", "--database-url", sqlite_company.url]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asked:
        asked.stdout.close()
        assert asked.stderr.read() == b""
        assert asked.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_answer_that_cannot_be_written_is_said(sqlite_company: CommandLine) -> None:
    with Path("/dev/full").open("wb") as full:
        words = [sys.executable, "-m", "kpidash", "scorecard", "--json", "--database-url", sqlite_company.url]
        asked = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False)
    assert asked.returncode == WRONG_USE
    assert asked.stderr.decode().startswith("the answer could not be written")
    assert b"Traceback" not in asked.stderr


def test_an_interrupt_ends_it_with_a_word(sqlite_company: CommandLine) -> None:
    code = f"""
import _thread, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
sys.argv = ["kpidash", "scorecard", "--database-url", {sqlite_company.url!r}]
from kpidash.__main__ import main
sys.addaudithook(lambda event, _: _thread.interrupt_main() if event == "sqlite3.connect" else None)
main()
"""
    stopped = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (stopped.returncode, stopped.stderr.strip()) == (REFUSED, "Stopped.")

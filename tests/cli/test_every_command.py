"""Every command asks who it is for: none does anything for a token that is not good or lends too little."""

from pathlib import Path

import click
import pytest

from kpidash.cli.main import kpidash as command_line
from kpidash.domain.access import Role
from kpidash.services import sessions
from kpidash.services.tokens import REFUSED as NOT_KNOWN
from kpidash.store.engine import Database
from tests.cli.company import ANALYST, CommandLine
from tests.cli.test_errors import REFUSED

MACHINE = {("init",), ("serve",)}
READ = {("scorecard",), ("kpi",), ("periods", "list"), ("uploads", "list"), ("uploads", "show"),
        ("uploads", "file"), ("users", "sessions")}  # fmt: skip
"""What a token that may read in one department does; of what is in its department, or nothing at all."""
ARGUMENTS = {
    ("catalogue", "apply"): ["catalogue.yaml"], ("ingest",): ["visits.csv"], ("kpi",): ["visits"],
    ("uploads", "show"): ["2"], ("uploads", "undo"): ["2"], ("uploads", "file"): ["2", "--output", "-"],
    ("periods", "close"): ["2025-01"], ("periods", "open"): ["2025-01"], ("template",): ["--output", "-"],
    ("tokens", "make"): ["--name", "child"], ("tokens", "end"): ["f" * 32],
    ("users", "add"): ["new@example.com", "--name", "New", "--admin"],
    ("users", "grant"): [ANALYST, "executive"], ("users", "revoke"): [ANALYST, "analyst"],
    **{("users", name): [ANALYST] for name in ("disable", "enable", "link", "totp-off", "sign-out")},
}  # fmt: skip


def commands(group: click.Group, before: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = set()
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, (*before, name))
        else:
            found.add((*before, name))
    return found


@pytest.fixture
def staffed(kpidash: CommandLine, monkeypatch) -> CommandLine:
    """The small company with an analyst who is signed in, an upload, and a closed month."""
    kpidash.hire(ANALYST, Role.ANALYST)
    visits = kpidash.file("kpi,period,value\nvisits,2026-10-05,7\n", "visits.csv")
    assert kpidash.json("ingest", visits)["upload_id"] == "2"
    kpidash.json("periods", "close", "2025-01")
    database = Database(kpidash.url)
    sessions.begin(database, ANALYST, method="password", address="192.0.2.7", agent="Firefox")
    database.dispose()
    Path(visits).write_text("kpi,period,value\nvisits,2026-10-05,8\n")
    monkeypatch.chdir(kpidash.folder)
    return kpidash


def test_no_command_does_anything_for_a_token_that_is_not_known(staffed: CommandLine) -> None:
    before = staffed.everything()
    for words in sorted(commands(command_line)):
        outcome = staffed(*words, *ARGUMENTS.get(words, ()), "--token", "kpidash_" + "0" * 64)
        assert outcome.code == REFUSED, (words, outcome)
        said = outcome.out if words == ("ingest",) else outcome.err  # which answers with a receipt
        assert (NOT_KNOWN in said) != (words in MACHINE), (words, outcome)
        assert not outcome.out or words == ("ingest",)
    assert staffed.everything() == before


def test_a_token_to_read_one_department_reads_there_and_does_nothing_else(staffed: CommandLine) -> None:
    made = staffed.json("tokens", "make", "--name", "job", "--department", "metros", "--as", ANALYST)
    before = staffed.everything("api_token")
    for words in sorted(commands(command_line)):
        outcome = staffed(*words, *ARGUMENTS.get(words, ()), "--token", made["token"])
        assert outcome.code == (0 if words in READ else REFUSED), (words, outcome)
    assert staffed.everything("api_token") == before

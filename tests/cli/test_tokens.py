"""Tokens at the command line: making, listing and ending them, and acting with one."""

import pytest

from kpidash.domain.access import Role
from kpidash.services.tokens import REFUSED as NOT_KNOWN
from tests.cli.company import ANALYST, HEAD, OTHERS, CommandLine
from tests.cli.test_errors import REFUSED, WRONG_USE

ADMINISTRATOR, EVERYWHERE = "root@example.com", "all@example.com"
VISITS = "kpi,period,value\nvisits,2026-10-05,7\n"
COST = "kpi,period,value\ncost,2026-10,7\n"


@pytest.fixture
def staffed(kpidash: CommandLine) -> CommandLine:
    """The small company with an analyst of sales, one of everything, and an administrator."""
    kpidash.hire(ANALYST, Role.ANALYST, "sales")
    kpidash.hire(EVERYWHERE, Role.ANALYST)
    kpidash.hire(ADMINISTRATOR, Role.ADMINISTRATOR)
    return kpidash


def made(kpidash: CommandLine, person: str = ANALYST, *options: str, name: str = "job") -> dict:
    return kpidash.json("tokens", "make", "--name", name, *options, "--as", person)


def test_a_token_acts_as_its_person_as_far_as_it_reaches(staffed: CommandLine) -> None:
    token = made(staffed, ANALYST, "--capability", "read", "--capability", "upload")["token"]
    asked = ("--token", token)
    assert staffed.json("scorecard", *asked) == staffed.json("scorecard", "--as", ANALYST)
    assert staffed.ingest(VISITS, *asked)["state"] == "committed"
    assert staffed.json("uploads", "list", *asked)["uploads"][0]["actor"] == ANALYST
    refused = staffed.ingest(COST, *asked, code=REFUSED)
    assert [one["code"] for one in refused["issues"]] == ["unknown_kpi"]
    for words in (["kpi", "cost"], ["scorecard", "--department", "service"], ["catalogue", "export"],
                  ["verify"], ["periods", "close", "2025-01"], ["demo"]):  # fmt: skip
        assert staffed(*words, *asked).code == REFUSED, words
    assert not [word for word in OTHERS if f'"{word}"' in staffed("scorecard", *asked, "--json").out]


def test_a_token_to_read_uploads_nothing_and_one_to_upload_reads_nothing(staffed: CommandLine) -> None:
    before = staffed.everything("api_token", "audit", "revision")
    reading = made(staffed)["token"]
    refused = staffed.ingest(VISITS, "--token", reading, code=REFUSED)
    assert [one["code"] for one in refused["issues"]] == ["not_permitted"]
    assert staffed.everything("api_token", "audit", "revision") == before
    writing = made(staffed, ANALYST, "--capability", "upload", name="other")["token"]
    assert staffed("scorecard", "--token", writing).code == REFUSED
    assert staffed.ingest(VISITS, "--token", writing)["state"] == "committed"


def test_the_environment_gives_the_token_and_the_option_wins(staffed: CommandLine, monkeypatch) -> None:
    narrow = made(staffed, EVERYWHERE, "--department", "metros")["token"]
    wide = made(staffed, EVERYWHERE, name="wide")["token"]
    monkeypatch.setenv("KPIDASH_TOKEN", f"{narrow}\n")
    assert [one["code"] for one in staffed.json("scorecard")["departments"]] == ["metros"]
    assert len(staffed.json("scorecard", "--token", wide)["departments"]) == 3


@pytest.mark.parametrize(
    "words", [["scorecard"], ["init"], ["serve"], ["uploads", "list"], ["tokens", "list"]]
)
def test_a_token_beside_a_person_is_wrong_usage(staffed: CommandLine, words: list[str], monkeypatch) -> None:
    token = made(staffed)["token"]
    for options in (["--token", token, "--as", ANALYST], ["--token", "", "--as", HEAD]):
        outcome = staffed(*words, *options)
        assert (outcome.code, token in outcome.err + outcome.out) == (WRONG_USE, False)
    monkeypatch.setenv("KPIDASH_TOKEN", token)
    assert staffed(*words, "--as", HEAD).code == WRONG_USE


def test_a_token_that_is_empty_is_not_the_system_user(staffed: CommandLine, monkeypatch) -> None:
    for token in ("", " ", "nonsense", "kpidash_" + "0" * 64):
        outcome = staffed("scorecard", "--token", token)
        assert (outcome.code, outcome.err.strip()) == (REFUSED, NOT_KNOWN)
    for token in ("", " "):
        monkeypatch.setenv("KPIDASH_TOKEN", token)
        outcome = staffed("catalogue", "export")
        assert (outcome.code, outcome.out) == (WRONG_USE, "")
        assert "KPIDASH_TOKEN is empty" in outcome.err


def test_what_is_done_to_the_machine_takes_no_token_and_no_person(staffed: CommandLine) -> None:
    everything = ("--capability", "define", "--capability", "manage_users")
    token = made(staffed, ADMINISTRATOR, *everything)["token"]
    for who in (("--token", token), ("--as", ADMINISTRATOR)):
        for words in (["init"], ["serve"]):
            outcome = staffed(*words, *who)
            assert outcome.code == REFUSED
            assert "whoever runs this machine" in outcome.err
    assert staffed.json("init") == {"state": "ready"}


def test_the_demo_is_not_loaded_in_part_by_somebody_who_may_only_define(staffed: CommandLine) -> None:
    before = staffed.everything("api_token", "audit", "revision")
    token = made(staffed, ADMINISTRATOR, "--capability", "define", "--capability", "manage_users")["token"]
    assert staffed("demo", "--token", token).code == REFUSED
    assert staffed("demo", "--as", ADMINISTRATOR).code == REFUSED
    assert staffed.everything("api_token", "audit", "revision") == before


def test_a_token_is_shown_once_and_listed_without_its_secret(staffed: CommandLine) -> None:
    told = staffed("tokens", "make", "--name", "night job", "--days", "3", "--as", ANALYST)
    secret = told.out.split()[0]
    assert secret.startswith("kpidash_")
    assert staffed("scorecard", "--token", secret).code == 0
    listed = staffed("tokens", "list", "--as", ANALYST, "--json")
    assert secret not in listed.out
    (only,) = listed.json["tokens"]
    assert (only["name"], only["user"], only["state"], only["capabilities"], only["departments"]) == (
        "night job", ANALYST, "good", ["read"], None,
    )  # fmt: skip
    assert only["used_at"].endswith("Z")
    assert "night job" in staffed("tokens", "list").out
    assert staffed("tokens", "list", "--as", HEAD).out.strip() == "There are no tokens."


def test_an_ended_token_does_nothing(staffed: CommandLine) -> None:
    token = made(staffed)
    assert staffed("tokens", "end", token["id"], "--as", HEAD).code == REFUSED
    assert staffed("tokens", "end", token["id"], "--token", token["token"]).code == REFUSED
    ended = staffed.json("tokens", "end", token["id"], "--as", ANALYST)
    assert (ended["state"], ended["ended_by"]) == ("ended", ANALYST)
    assert staffed("scorecard", "--token", token["token"]).err.strip() == NOT_KNOWN


def test_nobody_mints_for_others_and_nobody_is_the_system_user(staffed: CommandLine) -> None:
    assert "no person" in staffed("tokens", "make", "--name", "job").err
    assert staffed("tokens", "make", "--name", "job").code == REFUSED
    assert staffed("tokens", "make", "--name", "job", "--for", HEAD).code == WRONG_USE
    token = made(staffed)["token"]
    assert staffed("tokens", "make", "--name", "child", "--token", token).code == REFUSED
    assert staffed("tokens", "list", "--token", token).code == REFUSED


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--capability", "define"], REFUSED),
        (["--department", "service"], REFUSED),
        (["--department", "nosuch"], REFUSED),
        (["--capability", "fly"], WRONG_USE),
        (["--days", "0"], WRONG_USE),
        (["--days", "367"], WRONG_USE),
        (["--name", ""], WRONG_USE),
    ],
)
def test_a_wrong_wish_makes_no_token(staffed: CommandLine, options: list[str], code: int) -> None:
    assert staffed("tokens", "make", "--name", "job", *options, "--as", ANALYST).code == code
    assert not staffed.json("tokens", "list")["tokens"]

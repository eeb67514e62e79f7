"""People at the command line."""

import re
import secrets

from kpidash.services import sessions
from kpidash.store.engine import Database
from tests.cli.company import ANALYST, CommandLine
from tests.cli.test_errors import REFUSED

RITU = "ritu@example.com"


def test_the_first_administrator_comes_by_the_command_line_with_a_link_and_no_password(
    kpidash: CommandLine, monkeypatch
) -> None:
    monkeypatch.setenv("KPIDASH_AUTH", "local")
    monkeypatch.setenv("KPIDASH_SECRET_KEY", secrets.token_urlsafe(48))
    monkeypatch.setenv("KPIDASH_URL", "https://kpi.example.com")
    made = kpidash.json("users", "add", "Ritu@example.com", "--name", "Ritu Agarwal", "--admin")
    assert made["email"] == RITU
    assert re.fullmatch(r"https://kpi\.example\.com/link/[\w-]{43}", made["link"])
    (listed,) = kpidash.json("users", "list")["users"]
    assert listed == {
        "email": RITU, "name": "Ritu Agarwal", "roles": ["administrator"], "disabled_at": None,
        "password": False, "codes": False,
    }  # fmt: skip
    assert "known already" in kpidash.json("users", "add", RITU, "--name", "R", code=REFUSED)["error"]
    again = kpidash.json("users", "link", RITU)
    assert again["link"] != made["link"]
    kept = str(kpidash.everything())
    assert made["link"].rpartition("/")[2] not in kept
    assert again["link"].rpartition("/")[2] not in kept


def test_a_link_is_told_to_people_with_how_long_it_is_good(kpidash: CommandLine) -> None:
    told = kpidash("users", "add", RITU, "--name", "Ritu").out
    assert f"{RITU} is known now." in told
    assert re.search(
        r"once, until 20\d\d-\d\d-\d\dT[\d:]+Z\. It is not shown again:\nhttp://localhost:8501/link/", told
    )


def test_roles_are_given_and_taken_back(kpidash: CommandLine) -> None:
    kpidash.json("users", "add", ANALYST, "--name", "Divya")
    given = ("analyst", "--department", "sales")
    assert kpidash.json("users", "grant", ANALYST, *given) == {"email": ANALYST, "changed": True}
    assert kpidash("users", "grant", ANALYST, *given).out == f"{ANALYST} was already analyst in sales.\n"
    assert kpidash.json("users", "list")["users"][0]["roles"] == ["analyst in sales"]
    assert "analyst in sales" in kpidash("users", "list").out
    assert kpidash.json("users", "revoke", ANALYST, *given) == {"email": ANALYST, "changed": True}
    assert kpidash.json("users", "revoke", ANALYST, *given) == {"email": ANALYST, "changed": False}
    assert (
        "no department"
        in kpidash.json("users", "grant", ANALYST, "analyst", "--department", "x", code=REFUSED)["error"]
    )
    assert kpidash("users", "grant", ANALYST, "owner").code == 2


def test_who_is_disabled_may_not_ask_and_who_is_enabled_may(kpidash: CommandLine) -> None:
    kpidash.json("users", "add", ANALYST, "--name", "Divya")
    kpidash.json("users", "grant", ANALYST, "analyst")
    assert kpidash.json("users", "disable", ANALYST)["changed"]
    assert kpidash.json("users", "list")["users"][0]["disabled_at"].endswith("Z")
    assert "may not sign in" in kpidash.json("scorecard", "--as", ANALYST, code=REFUSED)["error"]
    assert kpidash.json("users", "link", ANALYST, code=REFUSED)
    assert kpidash.json("users", "enable", ANALYST)["changed"]
    assert kpidash.json("scorecard", "--as", ANALYST)["kpis"]


def test_only_administrators_manage_people_and_the_last_one_stays(kpidash: CommandLine) -> None:
    kpidash.json("users", "add", RITU, "--name", "Ritu", "--admin")
    kpidash.json("users", "add", ANALYST, "--name", "Divya", "--as", RITU)
    kpidash.json("users", "grant", ANALYST, "analyst", "--as", RITU)
    assert kpidash.json("users", "grant", ANALYST, "administrator", "--as", ANALYST, code=REFUSED)
    assert kpidash.json("users", "list", "--as", ANALYST, code=REFUSED)
    refused = kpidash.json("users", "disable", RITU, "--as", RITU, code=REFUSED)
    assert "last administrator" in refused["error"]


def test_sessions_are_listed_and_ended(kpidash: CommandLine) -> None:
    kpidash.json("users", "add", RITU, "--name", "Ritu", "--admin")
    kpidash.json("users", "add", ANALYST, "--name", "Divya")
    database = Database(kpidash.url)
    for email in (RITU, ANALYST, ANALYST):
        sessions.begin(database, email, method="password", address="192.0.2.7", agent="Firefox")
    database.dispose()
    assert len(kpidash.json("users", "sessions")["sessions"]) == 3
    assert [one["email"] for one in kpidash.json("users", "sessions", RITU)["sessions"]] == [RITU]
    assert "192.0.2.7" in kpidash("users", "sessions", ANALYST.upper()).out
    assert kpidash.json("users", "sign-out", ANALYST) == {"email": ANALYST, "ended": 2}
    assert [one["email"] for one in kpidash.json("users", "sessions")["sessions"]] == [RITU]
    said = kpidash("users", "sign-out", RITU)
    assert said.out.strip() == f"1 session of {RITU} ended."
    unknown = kpidash.json("users", "sign-out", "nobody@example.com", code=REFUSED)
    assert unknown["error"] == "there is nobody with the address nobody@example.com"

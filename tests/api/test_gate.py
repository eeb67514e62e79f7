"""Without a session only probes, the entrance and assets answer; with one, only what is one's own."""

from datetime import UTC, datetime, timedelta

import pytest

from kpidash.services import sessions
from kpidash.services.database import open_database
from kpidash.store import users
from tests.api.asking import ask, connect
from tests.api.conftest import ADMINISTRATOR, ASHA, OWN, Guarded, begun, cookie, guard, settings

OPEN = ["/healthz", "/readyz", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/callback?code=1", "/link/abc_-1",
        "/static/js/index.js", "/app/static/fonts/inter.woff2", "/favicon.png"]  # fmt: skip
CLOSED = ["/_stcore/health", "/_stcore/host-config", "/_stcore/bidi-components/x/y.js", "/media/a.csv",
          "/_stcore/upload_file/a/b", "/api/v1/kpis", "/component/x", "/_stcore/metrics",
          "/_stcore/agent/openapi.json", "/_stcore/script-health-check", "/auth/login", "/oauth2callback",
          "/none", "/robots.txt", "/_stcore/stream"]  # fmt: skip
STAYS = 6
"""Seconds by which an open screen has ended with its session."""
PAGES = ["/", "/kpi?code=sales&window=quarter", "/export"]


@pytest.mark.parametrize("address", OPEN)
def test_probes_the_entrance_and_assets_answer_everybody(guarded: Guarded, address: str):
    assert ask(guarded.gate, address).status == 200


@pytest.mark.parametrize("address", CLOSED)
def test_nothing_else_answers_without_a_session(guarded: Guarded, address: str):
    assert ask(guarded.gate, address).status == 401
    assert ask(guarded.gate, address, method="POST", headers=[OWN]).status == 401
    assert guarded.inner.reached == []


@pytest.mark.parametrize("address", PAGES)
def test_pages_lead_to_the_sign_in_and_from_there_back(guarded: Guarded, address: str):
    answer = ask(guarded.gate, address)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/sign-in")
    if address != "/":
        assert answer.headers["location"].endswith(
            "?next=" + address.replace("/", "%2F").replace("?", "%3F").replace("=", "%3D").replace("&", "%26")
        )
    assert ask(guarded.gate, address, method="POST", headers=[OWN]).status == 401
    assert guarded.inner.reached == []


def test_a_websocket_needs_a_session(guarded: Guarded):
    assert connect(guarded.gate, headers=[OWN]) == [1008]
    assert connect(guarded.gate, headers=[OWN, cookie("x" * 43)]) == [1008]
    assert connect(guarded.gate, "/other", headers=[OWN, cookie(guarded.asha)]) == [1008]
    assert guarded.inner.reached == []
    assert connect(guarded.gate, headers=[OWN, cookie(guarded.asha)], says=[b"x"]) == ["accept", "send"]


@pytest.mark.parametrize("address", [*PAGES, "/_stcore/health", "/_stcore/host-config", "/api/v1/kpis"])
def test_a_session_opens_what_is_there(guarded: Guarded, address: str):
    assert ask(guarded.gate, address, headers=[cookie(guarded.asha)]).status == 200
    assert guarded.inner.headers["x-kpidash-session"] == guarded.asha.id
    assert guarded.inner.reached[-1]["kpidash.session"].email == ASHA


@pytest.mark.parametrize(
    "address", ["/component/x", "/_stcore/metrics", "/_stcore/agent/mcp", "/auth/login", "/none", "/metrics"]
)
def test_what_nobody_needs_is_not_there_for_those_who_signed_in_either(guarded: Guarded, address: str):
    assert ask(guarded.gate, address, headers=[cookie(guarded.asha)], client=("10.0.0.7", 1)).status == 404
    assert guarded.inner.reached == []


def test_tokens_that_are_old_ended_wrong_or_two_open_nothing(guarded: Guarded):
    gate, database = guarded.gate, guarded.database
    ended = begun(database, ASHA)
    sessions.end(database, ADMINISTRATOR, [ended.id])
    early = datetime.now(UTC) - timedelta(hours=13)
    old = begun(database, ASHA, at=early)
    for wrong in (ended, old, "", "x", guarded.asha.id, guarded.asha.token[:-1], guarded.asha.token + "A"):
        assert ask(gate, "/", headers=[cookie(wrong)]).status == 303
    name, value = cookie(guarded.asha)
    for joined in (
        [(name, f"{value}; {cookie(guarded.dev)[1]}")],
        [cookie(guarded.dev), cookie(guarded.asha)],
        [(name, value.replace("__Host-kpidash", "kpidash"))],
        [(name, value.replace("__Host-kpidash", "__host-kpidash"))],
        [(name, value.replace("=", '="') + '"')],
    ):
        assert ask(gate, "/", headers=joined).status == 303
    assert guarded.inner.reached == []
    assert ask(gate, "/", headers=[(name, f"a=b; {value}; c")]).status == 200


def test_uploads_and_files_answer_their_own_session_alone(guarded: Guarded):
    mine, other = guarded.asha.id, guarded.dev.id
    for address, method in ((f"/media/{mine}.csv", "GET"), (f"/_stcore/upload_file/{mine}/f", "PUT"),
                            (f"/_stcore/upload_file/{mine}/f", "DELETE")):  # fmt: skip
        asked = {"method": method, "headers": [OWN, cookie(guarded.asha)]}
        assert ask(guarded.gate, address, **asked).status == 200
        foreign = ask(guarded.gate, address.replace(mine, other), **asked)
        nothing = ask(guarded.gate, address.replace(mine, "0" * 32), **asked)
        assert (foreign.status, foreign.body) == (nothing.status, nothing.body)
        assert foreign.status == 404


def test_a_token_of_the_interface_reaches_the_interface_alone(guarded: Guarded):
    bearer = ("authorization", "Bearer kpi_abc")
    assert ask(guarded.gate, "/api/v1/kpis", headers=[bearer]).status == 200
    assert "x-kpidash-session" not in guarded.inner.headers
    assert ask(guarded.gate, "/api/v1/uploads", method="POST", headers=[bearer]).status == 200
    for address in ("/", "/media/a", "/_stcore/host-config", "/api", "/apix/v1", "/kpi"):
        assert ask(guarded.gate, address, headers=[bearer]).status in {303, 401}
    assert connect(guarded.gate, headers=[OWN, bearer]) == [1008]


def test_whoever_left_is_out(guarded: Guarded):
    with guarded.database.write() as connection:
        users.disable(connection, users.find(connection, ASHA).id, datetime.now(UTC))
    assert ask(guarded.gate, "/", headers=[cookie(guarded.asha)]).status == 303
    assert ask(guarded.gate, "/", headers=[cookie(guarded.dev)]).status == 200


def test_an_open_websocket_ends_with_its_session(guarded: Guarded):
    def end() -> None:
        sessions.end(guarded.database, ADMINISTRATOR, [guarded.asha.id])

    began = datetime.now(UTC)
    got = connect(guarded.gate, headers=[OWN, cookie(guarded.asha)], says=[b"x", end], stays=STAYS)
    assert got == ["accept", "send", 1008]
    assert datetime.now(UTC) - began < timedelta(seconds=5)


def test_doing_something_keeps_a_session_and_an_open_screen_does_not(guarded: Guarded):
    at = datetime.now(UTC) - timedelta(minutes=10)
    for said, noted in ((b"poll", False), (b"click", True)):
        one = begun(guarded.database, ASHA, at=at)
        got = connect(guarded.gate, headers=[OWN, cookie(one)], says=[said])
        assert got == ["accept", "send"]
        seen = sessions.of_id(guarded.database, one.id).seen_at
        assert (datetime.now(UTC) - seen < timedelta(minutes=1)) is noted


def test_messages_of_a_screen_are_small_and_binary(guarded: Guarded):
    asked = {"headers": [OWN, cookie(guarded.asha)]}
    assert connect(guarded.gate, says=[b"x" * 1024 * 1024], **asked) == ["accept", "send"]
    assert connect(guarded.gate, says=[b"x" * (1024 * 1024 + 1)], **asked) == ["accept", 1009]


def test_messages_that_no_screen_sends_are_not_passed_on(guarded: Guarded):
    asked = {"headers": [OWN, cookie(guarded.asha)]}
    assert connect(guarded.gate, says=[b"forged", b"x", b"forged"], **asked) == ["accept", "send"]


def test_an_open_screen_ends_when_nobody_has_done_anything_for_too_long(guarded: Guarded):
    almost = begun(guarded.database, ASHA, at=datetime.now(UTC) - sessions.IDLE + timedelta(seconds=2))
    got = connect(guarded.gate, headers=[OWN, cookie(almost)], says=[b"poll"], stays=STAYS)
    assert got == ["accept", "send", 1008]


def test_without_a_database_people_are_told_and_nothing_opens():
    gone = open_database("postgresql://user:secret@localhost:1/company")
    gate, inner = guard(gone, settings())
    answer = ask(gate, "/", headers=[cookie("x" * 43)])
    assert answer.status == 503
    assert b"secret" not in answer.body
    assert connect(gate, headers=[OWN, cookie("x" * 43)]) == [1013]
    assert inner.reached == []
    gone.dispose()

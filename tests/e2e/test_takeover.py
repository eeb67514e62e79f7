"""A server on which people sign in, attacked: with ids, headers, cookies, tokens and addresses of others."""

import asyncio
import http.client
import re
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kpidash.domain.access import Grant, Role, system_scope
from kpidash.services import sessions
from kpidash.services.database import Database, open_database
from kpidash.services.sessions import Begun
from kpidash.store import users
from tests.api.asking import run
from tests.e2e.conftest import WAIT_MS, serving
from tests.e2e.tab import Broken, Tab
from tests.e2e.test_failover import free_port

ROOT_SCOPE = system_scope("root")
ANALYST, EXECUTIVE, HEAD = (
    "divya.menon@example.com",
    "ananya.krishnan@example.com",
    "vikram.rao@example.com",
)
AUDITOR = "thomas.kurian@example.com"
KEY = "mYq7Zr3vK9wB2nH5tXcJ8dLfG4sPaE6u"
SOON_S = 5.0
"""Within this time an ended session has to stop an open screen."""
NOTICED_S = 2.0
"""After this time the server knows of a change of roles."""


@dataclass
class Company:
    """A server in local mode with the demo company."""

    base: str
    database: Database

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.base.rpartition(":")[2])

    def sign_in(self, email: str, **when: Any) -> Begun:
        """A session of a person, as the sign-in page begins one."""
        return sessions.begin(
            self.database, email, method="password", address="192.0.2.7", agent="Firefox", **when
        )

    def headers(self, session: Begun | str | None, **more: str) -> dict[str, str]:
        """What a browser of that session sends."""
        token = session.token if isinstance(session, Begun) else session
        return ({"Cookie": f"kpidash={token}"} if token else {}) | {"Origin": self.base} | more

    def ask(self, address: str, session: Begun | str | None = None, *, method: str = "GET", body: bytes = b"",
            **more: str) -> tuple[int, bytes]:  # fmt: skip
        """One request, its address as it stands here."""
        line = http.client.HTTPConnection("localhost", self.port, timeout=20)
        line.putrequest(method, address, skip_accept_encoding=True)
        for name, value in (self.headers(session) | more).items():
            line.putheader(name, value)
        if body:
            line.putheader("Content-Length", str(len(body)))
        line.endheaders(body or None)
        answer = line.getresponse()
        found = answer.status, answer.read()
        line.close()
        return found

    def tab(self, session: Begun, screen: str | None = None) -> Tab:
        """A tab of a session; with `screen` it says that it was that one before."""
        return Tab(self.base, headers=self.headers(session), screen=screen)


@pytest.fixture(scope="module")
def company(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The server."""
    log, port = tmp_path_factory.mktemp("log") / "server.log", free_port()
    signed = {"KPIDASH_AUTH": "local", "KPIDASH_SECRET_KEY": KEY, "KPIDASH_URL": f"http://localhost:{port}"}
    database = open_database(demo_database)
    with serving(demo_database, log, port=port, **signed) as base:
        yield Company(base, database)
    database.dispose()
    # Streamlit writes down why it could not make a file, also where that is meant.
    problems = log.read_text().split("Traceback")[1:]
    assert all("your role has changed since this was shown" in one for one in problems), problems


@asynccontextmanager
async def opened(tab: Tab, page: str = "", query: str = ""):
    await tab.open(page, query)
    try:
        yield tab
    finally:
        await tab.close()


def shown(tab: Tab) -> str:
    """All that a tab was sent."""
    return " ".join(tab.texts.values())


async def refused(company: Company, headers: dict[str, str], path: str = "/_stcore/stream") -> int:
    """The status with which a websocket is refused; fails where it is opened."""
    with pytest.raises(InvalidStatus) as found:
        await connect(company.base.replace("http", "ws", 1) + path, additional_headers=headers,
                      subprotocols=["streamlit"], origin=None)  # fmt: skip
    return int(found.value.response.status_code)


def test_a_session_sees_what_its_person_may_see(company: Company):
    async def look() -> tuple[str, str]:
        everybody, head = company.tab(company.sign_in(EXECUTIVE)), company.tab(company.sign_in(HEAD))
        async with opened(everybody) as whole, opened(head) as part:
            assert not whole.errors + part.errors
            return shown(whole), shown(part)

    whole, part = run(look())
    assert "Ananya Krishnan" in whole
    assert "Vikram Rao" in part
    assert "Human Resources" in whole
    assert "Human Resources" not in part


def test_the_id_of_somebody_elses_screen_opens_a_new_one(company: Company):
    async def take() -> tuple[str, str, str]:
        async with opened(company.tab(company.sign_in(EXECUTIVE))) as victim:
            async with opened(company.tab(company.sign_in(HEAD), screen=victim.screen)) as thief:
                first = thief.screen, shown(thief)
            await victim.act("scorecard")
        async with opened(company.tab(company.sign_in(HEAD), screen=victim.screen)) as thief:
            assert thief.screen not in {victim.screen, first[0]}
            return victim.screen, *first

    screen, stolen, text = run(take())
    assert screen != stolen
    assert "Ananya Krishnan" not in text
    assert "Human Resources" not in text


def test_ones_own_screen_is_found_again(company: Company):
    async def again() -> tuple[str, str]:
        session = company.sign_in(EXECUTIVE)
        async with opened(company.tab(session)) as before:
            pass
        async with opened(company.tab(session, screen=before.screen)) as after:
            return before.screen, after.screen

    before, after = run(again())
    assert before == after


def test_another_session_of_the_same_person_does_not_get_the_screen(company: Company):
    async def take() -> tuple[str, str]:
        async with opened(company.tab(company.sign_in(EXECUTIVE))) as first:
            again = company.tab(company.sign_in(EXECUTIVE), screen=first.screen)
            await again.open()
            await again.close()
            return first.screen, again.screen

    assert len(set(run(take()))) == 2


def test_forged_headers_open_nothing_and_change_nobody(company: Company):
    victim, thief = company.sign_in(EXECUTIVE), company.sign_in(HEAD)
    forged = {"X-Kpidash-Session": victim.id, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-User": EXECUTIVE}
    assert company.ask("/_stcore/host-config", None, **forged)[0] == 401
    assert company.ask("/", None, **forged)[0] == 303

    async def look() -> str:
        assert await refused(company, company.headers(None) | forged) == 403
        tab = Tab(company.base, headers=company.headers(thief) | forged)
        async with opened(tab):
            return shown(tab)

    text = run(look())
    assert "Vikram Rao" in text
    assert "Human Resources" not in text


def test_cookies_joined_from_two_sign_ins_are_no_session(company: Company):
    one, other = company.sign_in(EXECUTIVE), company.sign_in(HEAD)
    joined = f"{one.token}; kpidash={other.token}"
    assert company.ask("/", joined)[0] == 303
    assert run(refused(company, company.headers(joined))) == 403
    halves = one.token[:20] + other.token[20:]
    assert company.ask("/", halves)[0] == 303
    assert run(refused(company, company.headers(halves))) == 403


def test_old_tokens_open_nothing(company: Company):
    now = datetime.now(UTC)
    ended = company.sign_in(HEAD)
    sessions.end(company.database, ROOT_SCOPE, [ended.id])
    idle = company.sign_in(HEAD, at=now - timedelta(minutes=31))
    expired = company.sign_in(HEAD, at=now - timedelta(hours=12, minutes=1))
    for old in (ended, idle, expired):
        assert company.ask("/", old)[0] == 303
        assert company.ask("/_stcore/host-config", old)[0] == 401
        assert run(refused(company, company.headers(old))) == 403


def test_another_site_opens_no_websocket(company: Company):
    session = company.sign_in(HEAD)
    for origin in ("http://evil.example", "null", company.base.replace("http", "https"), company.base + "0"):
        assert run(refused(company, company.headers(session) | {"Origin": origin})) == 403
    without = {name: value for name, value in company.headers(session).items() if name != "Origin"}
    assert run(refused(company, without)) == 403


@pytest.mark.parametrize(
    "address",
    [
        "//_stcore/host-config", "/static/../_stcore/host-config", "/static/%2e%2e/_stcore/host-config",
        "/static/..%2f_stcore/host-config", "/static/..;/_stcore/host-config", "/_STCORE/host-config",
        "/healthz/../_stcore/host-config", "/_stcore/host-config/", "/_stcore/host-config;x=/static/a.js",
        "/app/static/%2e%2e/%2e%2e/_stcore/health", "/healthz%2f..%2f_stcore%2fhealth", "/sign-in/../kpi",
        "/media/../static/x", "/kpi/_stcore/host-config", "/static/../app.py", "/app/static/../../app.py",
        "/app/static/%2e%2e%2fsession.py", "/static/..%5c..%5capp.py",
    ],
)  # fmt: skip
def test_no_trick_with_an_address_passes(company: Company, address: str):
    status, body = company.ask(address)
    assert status in {303, 400, 401, 404}, (status, body[:200])
    assert b"allowedOrigins" not in body
    assert b"import" not in body


def test_an_absolute_address_is_held_to_the_same_rules(company: Company):
    for host in ("evil.example", f"localhost:{company.port}"):
        assert company.ask(f"http://{host}/_stcore/host-config")[0] in {400, 401}


def test_a_revoked_person_with_an_open_screen_stops_within_five_seconds(company: Company):
    async def watch(end: Callable[[], None], session: Begun) -> float:
        tab = company.tab(session)
        await tab.open()
        await asyncio.to_thread(end)
        began = time.monotonic()
        await asyncio.wait_for(tab.closed(), SOON_S + 1)
        took = time.monotonic() - began
        with pytest.raises((Broken, ConnectionClosed)):
            await asyncio.wait_for(tab.act("scorecard"), 3)
        await tab.close()
        assert await refused(company, company.headers(session)) == 403
        return took

    ended, left = company.sign_in(HEAD), company.sign_in(ANALYST)
    assert run(watch(lambda: _end(company, ended), ended)) < SOON_S
    try:
        assert run(watch(lambda: _able(company, ANALYST, False), left)) < SOON_S
    finally:
        _able(company, ANALYST, True)


def test_a_role_that_is_taken_holds_no_longer_than_the_next_run(company: Company):
    async def watch() -> tuple[str, str, float]:
        session = company.sign_in(EXECUTIVE)
        async with opened(company.tab(session)) as tab:
            before = shown(tab)
            tab.texts.clear()
            runs = len(tab.moved)
            await asyncio.to_thread(_give, company, EXECUTIVE, Grant(Role.VIEWER, "sales"))
            began = time.monotonic()
            while len(tab.moved) == runs:
                assert time.monotonic() - began < SOON_S
                await asyncio.sleep(0.05)
            took, after = time.monotonic() - began, shown(tab)
            tab.texts.clear()
            await tab.act("scorecard")
            assert "Human Resources" not in shown(tab)
            return before, after, took

    try:
        before, after, took = run(watch())
    finally:
        _give(company, EXECUTIVE, Grant(Role.EXECUTIVE))
    assert "Human Resources" in before
    assert "Human Resources" not in after
    assert took < SOON_S


def test_uploads_of_others_are_not_there(company: Company):
    async def attack() -> None:
        mine, other = company.sign_in(ANALYST), company.sign_in(HEAD)
        async with opened(company.tab(mine), "upload") as tab:
            address = f"/_stcore/upload_file/{tab.screen}/0f0f0f0f-0000-0000-0000-000000000000"
            unknown = address.replace(tab.screen, "0" * len(tab.screen))
            put = {"method": "PUT", "body": b"x"}
            for session, place, status in ((None, address, 401), (other, address, 404), (other, unknown, 404),
                                           (mine, unknown, 404), (mine, address, 403)):  # fmt: skip
                # One's own is asked for Streamlit's own token against forgery next: 403 comes from behind.
                assert (await asyncio.to_thread(company.ask, place, session, **put))[0] == status
                found = await asyncio.to_thread(company.ask, place, session, method="DELETE")
                assert found[0] == status

    run(attack())


def test_files_of_others_are_not_there(company: Company):
    async def attack() -> None:
        mine, other = company.sign_in(ANALYST), company.sign_in(HEAD)
        async with opened(company.tab(mine), "upload") as tab, opened(company.tab(other)) as thief:
            assert tab.files, "the upload screen offers templates"
            assert await thief.fetch(tab.files[0]) is None, "nobody has a file made that others were offered"
            address = await tab.fetch(tab.files[0])
            assert address
            assert address.startswith("/media/")
            status, content = await asyncio.to_thread(company.ask, address, mine)
            assert status == 200
            assert content
            for session, answer in ((None, 401), (other, 404)):
                assert (await asyncio.to_thread(company.ask, address, session))[0] == answer

    run(attack())


def test_a_file_that_an_old_screen_offers_is_made_with_the_rights_of_now(company: Company):
    async def attack() -> tuple[str | None, str | None]:
        async with opened(company.tab(company.sign_in(AUDITOR)), "audit") as tab:
            tab.keep_still()
            while_auditor = await tab.fetch(tab.files[0])
            await asyncio.to_thread(_give, company, AUDITOR, Grant(Role.VIEWER, "sales"))
            await asyncio.sleep(NOTICED_S)
            return while_auditor, await tab.fetch(tab.files[0])

    try:
        before, after = run(attack())
    finally:
        _give(company, AUDITOR, Grant(Role.AUDITOR))
    assert before
    assert after is None


def test_messages_that_empty_caches_or_stop_the_server_do_nothing(company: Company):
    async def attack() -> None:
        async with opened(company.tab(company.sign_in(HEAD))) as tab:
            for kind in (
                "clear_cache",
                "debug_shutdown_runtime",
                "debug_disconnect_websocket",
                "set_run_on_save",
            ):
                message = BackMsg()
                setattr(message, kind, True)
                await tab.say(message)
            await tab.say(b"\xff\xff\xff")
            await tab.act("scorecard")
            assert "Vikram Rao" in shown(tab)

    run(attack())


def test_a_browser_is_led_to_the_sign_in_and_no_screen_breaks_its_policy(company: Company, browser: Browser):
    session, complaints = company.sign_in(EXECUTIVE), list[str]()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "kpidash", "value": session.token, "url": company.base, "httpOnly": True}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for address in ("/", "/kpi?code=sales-revenue", "/scorecard", "/health", "/uploads", "/tv", "/compare"):
        page.goto(company.base + address)
        page.locator("h1").first.wait_for(timeout=WAIT_MS)
    assert complaints == []
    page.goto(company.base + "/kpi?code=sales-revenue")
    page.locator("h1").first.wait_for(timeout=WAIT_MS)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    _end(company, session)
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fkpi%3Fcode%3Dsales-revenue"), timeout=WAIT_MS)
    context.close()


def _end(company: Company, session: Begun) -> None:
    assert sessions.end(company.database, ROOT_SCOPE, [session.id]) == 1


def _able(company: Company, email: str, able: bool) -> None:
    with company.database.write() as connection:
        users.disable(connection, users.find(connection, email).id, None if able else datetime.now(UTC))


def _give(company: Company, email: str, given: Grant) -> None:
    """Give a person this role and take all others."""
    with company.database.write() as connection:
        found = users.find(connection, email)
        for one in found.grants:
            users.revoke(connection, found.id, one)
        users.grant(connection, found.id, given)

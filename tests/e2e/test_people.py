"""People on a server where they sign in: added, given a role, let in, put out, and on their own account."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kpidash.services import roster, sessions
from kpidash.services.database import Database
from tests.e2e.barriers import in_both_themes
from tests.e2e.conftest import ROOT, WAIT_MS, choose, serving
from tests.e2e.people_states import (
    ANALYST,
    EXECUTIVE,
    HEAD,
    STATES,
    WORDS,
    Desk,
    begin,
    desk,
    give_password,
    settled,
)
from tests.e2e.people_states import ROOT as EVERYBODYS
from tests.e2e.test_every_screen import fits_paper_and_a_phone

OTHER_WORDS = "eleven copper kites rise"
SOON_MS = 5_000
NUMBERS = count()
FIELDS = ("The password you have now", "New password", "The same again")
Place = tuple[str, Database, Path]


@pytest.fixture(scope="module")
def place(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The demo company behind a sign-in: the address of its server, its database, and the server's log."""
    folder = tmp_path_factory.mktemp("people")
    shutil.copy(demo_database.removeprefix("sqlite:///"), folder / "company.db")
    url, log = f"sqlite:///{folder / 'company.db'}", folder / "server.log"
    database = settled(url)
    with serving(url, log, auth="local") as base:
        yield base, database, log
    assert "Traceback" not in log.read_text()


@pytest.fixture
def administrator(profile: BrowserContext, place: Place) -> Iterator[Desk]:
    """An administrator at work, whose browser's complaints fail the test."""
    with desk(profile, *place[:2]) as found:
        complaints: list[str] = []
        found.page.on("pageerror", lambda error: complaints.append(str(error)))
        found.page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        yield found
        assert complaints == []


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Page]:
    """The browser of somebody who is not signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    yield page
    context.close()


def sign_in(page: Page, base: str, email: str, password: str) -> None:
    page.goto(f"{base}/sign-in")
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_somebody_is_added_comes_in_and_is_put_out(administrator: Desk, somebody: Page):
    page, base, email = administrator.page, administrator.base, f"kim{next(NUMBERS)}@example.com"
    administrator.open("/people")
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Name", exact=True).fill("Kim Example")
    page.get_by_label("Mail address").fill(email)
    page.get_by_role("button", name="Add", exact=True).click()
    for _ in range(3):  # a rerun in the middle takes the click away
        page.get_by_role("link", name="Give them a role").click()
        with suppress(AssertionError):
            expect(page.locator("h1")).to_have_text("Kim Example", timeout=WAIT_MS // 3)
            break
    expect(page.locator("h1")).to_have_text("Kim Example")
    choose(page, "Role", "Analyst", exact=True)
    choose(page, "Where", "Customer Service and all below", exact=True)
    page.get_by_role("button", name="Give this role").click()
    expect(page.locator(".grants")).to_contain_text("Analyst in Customer Service")
    link = page.get_by_role("textbox", name=f"The link for {email}").inner_text()
    page.get_by_role("button", name="I have it; put it away").click()
    expect(page.get_by_role("textbox", name="The link for")).to_have_count(0)

    somebody.goto(link)
    somebody.get_by_label("New password").fill(OTHER_WORDS)
    somebody.get_by_label("The same again").fill(OTHER_WORDS)
    somebody.get_by_role("button", name="Set password").click()
    sign_in(somebody, base, email, OTHER_WORDS)
    somebody.locator("h1").first.wait_for(timeout=WAIT_MS)
    expect(somebody.get_by_role("link", name="Kim Example")).to_be_visible()
    expect(somebody.locator(".side")).to_contain_text("Customer Service")
    expect(somebody.locator(".side")).not_to_contain_text("Human Resources")

    administrator.open("/people?show=sessions")
    page.get_by_role("button", name=re.compile("End the session of Kim Example")).click()
    began = time.monotonic()
    expect(somebody).to_have_url(re.compile("/sign-in"), timeout=SOON_MS)
    assert time.monotonic() - began < SOON_MS / 1000
    expect(page.get_by_role("status").filter(has_text="The session is ended")).to_be_visible()


def test_the_last_administrator_stays(administrator: Desk):
    STATES["last"][1](administrator)


def test_a_secret_is_gone_once_one_went_elsewhere(administrator: Desk):
    STATES["invited"][1](administrator)
    page = administrator.page
    page.locator(".side a", has_text="Closed periods").click()
    expect(page.locator("h1")).to_have_text("Which periods are closed?")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Asha Krishnamurthy")
    expect(page.get_by_role("textbox", name=re.compile("The link"))).to_have_count(0)


def test_a_password_is_changed_and_stays_in_no_field(profile: BrowserContext, place: Place, somebody: Page):
    base, database, log = place
    give_password(database, HEAD)
    other = begin(database, HEAD)
    with desk(profile, base, database, HEAD) as found:
        page = found.page
        found.open("/")
        page.get_by_role("link", name="Vikram Rao").click()
        expect(page.locator("h1")).to_have_text("My account")
        fields = [page.get_by_label(one, exact=True) for one in FIELDS]
        for old, words in (("not this one", "is not this one"), (WORDS, "is changed")):
            for field, text in zip(fields, (old, OTHER_WORDS, OTHER_WORDS), strict=True):
                field.fill(text)
            page.get_by_role("button", name="Change password").click()
            expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
            for field in fields:
                expect(field).to_have_value("")
        assert OTHER_WORDS.split()[0] not in page.url
        expect(page.locator(".words").first.locator("tbody tr")).to_have_count(1)
    sign_in(somebody, base, HEAD, OTHER_WORDS)
    expect(somebody.get_by_role("link", name="Vikram Rao")).to_be_visible()
    assert sessions.of_id(database, other.id) is None
    assert OTHER_WORDS not in log.read_text()


def test_codes_are_turned_on_and_off_again(profile: BrowserContext, place: Place):
    with desk(profile, *place[:2], EXECUTIVE) as found:
        page = found.page
        STATES["enrolling"][1](found)
        page.get_by_label("The code that it shows now").fill("000000")
        page.get_by_role("button", name="Turn codes on", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="code is not right")).to_be_visible()
        found.open("/")
        STATES["enrolled"][1](found)
    member = roster.everybody(place[1], EVERYBODYS).find(EXECUTIVE)
    assert member is not None
    assert member.person.has_codes


def test_a_token_of_ones_account_works_at_the_command_line_and_at_the_api(
    profile: BrowserContext, place: Place
):
    base, database, log = place
    with desk(profile, base, database, ANALYST) as found:
        page = found.page
        STATES["lent"][1](found)
        token = page.get_by_role("textbox", name=re.compile("The token Report")).inner_text()
        asked = urllib.request.Request(f"{base}/api/v1/whoami", headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - our own server
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - our own server
            told = json.load(answer)
        assert told["user"] == ANALYST
        assert [one["capability"] for one in told["capabilities"]] == ["read"]
        command = [sys.executable, "-m", "kpidash", "scorecard", "--json"]
        environment = os.environ | {"KPIDASH_TOKEN": token, "KPIDASH_DATABASE_URL": str(database.url)}
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=120)
        assert json.loads(ran.stdout)
        page.get_by_role("button", name=re.compile("End the token Report")).first.click()
        page.get_by_role("button", name="End it").click()
        expect(page.get_by_role("status").filter(has_text="is ended")).to_be_visible()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(asked, timeout=20)  # noqa: S310 - our own server
    assert token not in log.read_text()


@pytest.mark.parametrize("name", STATES)
def test_no_state_has_a_serious_barrier_or_is_cut_off(profile: BrowserContext, place: Place, name: str):
    who, state = STATES[name]
    with desk(profile, *place[:2], who) as found:
        state(found)
        assert in_both_themes(found.page) == []
        fits_paper_and_a_phone(found.page)

"""The way in and out in a browser: by link and password to the company, out again, and without barriers."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kpidash.domain.access import Role
from tests.e2e.barriers import THEMES, violations
from tests.e2e.conftest import WAIT_MS, serving
from tests.e2e.entrance_states import STATES, WORDS, Arrival, arrive

NUMBERS = count()
SETTLED = ("401", "410", "422", "429")
"""Refusals that the console repeats."""


@pytest.fixture(scope="module")
def place(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The demo company behind a sign-in: the address of its server and its database."""
    folder = tmp_path_factory.mktemp("entrance")
    file = folder / "company.db"
    shutil.copy(Path(demo_database.removeprefix("sqlite:///")), file)
    with serving(f"sqlite:///{file}", folder / "server.log", auth="local") as base:
        yield base, f"sqlite:///{file}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh browser, whose complaints fail the test."""
    context, complaints = browser.new_context(viewport={"width": 1280, "height": 900}), list[str]()
    found = context.new_page()
    found.set_default_timeout(WAIT_MS)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield found
    context.close()
    assert [one for one in complaints if not any(f"status of {code}" in one for code in SETTLED)] == []


@pytest.fixture
def asha(page: Page, place: tuple[str, str]) -> Arrival:
    """An executive before the entrance."""
    return arrive(page, *place, next(NUMBERS), role=Role.EXECUTIVE)


def test_a_person_sets_a_password_signs_in_sees_the_company_and_leaves(asha: Arrival):
    page = asha.page
    page.goto(asha.link())
    asha.choose("eleven copper kites rise")
    expect(page.get_by_role("status")).to_contain_text("Your password is set")
    page.goto(asha.base + "/scorecard")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Mail address").fill(asha.email)
    page.keyboard.press("Tab")
    page.keyboard.type("eleven copper kites rise")
    page.keyboard.press("Enter")
    page.wait_for_url("**/scorecard")
    page.locator("h1", has_text="How does every KPI stand?").wait_for()
    page.goto(asha.base)
    page.locator("h1").first.wait_for()
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)
    page.goto(asha.base + "/sign-out")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")
    page.goto(asha.base + "/scorecard")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_person_with_codes_gives_one_after_the_password(asha: Arrival):
    device = asha.give_device()
    asha.sign_in(WORDS, at="/sign-in?next=/healthz")
    page = asha.page
    expect(page.get_by_label("Code")).to_be_focused()
    coming = datetime.now(UTC) + timedelta(seconds=30)  # the code of this half minute is used
    page.keyboard.type(device.at(coming))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Enter your code")).to_have_count(0)


@pytest.mark.parametrize("state", STATES)
def test_no_page_of_the_entrance_has_a_serious_barrier(asha: Arrival, state: str):
    STATES[state](asha)
    for theme in THEMES:
        asha.page.emulate_media(color_scheme=theme)
        assert violations(asha.page) == []


def test_the_entrance_needs_no_script(browser: Browser, place: tuple[str, str]):
    context = browser.new_context(java_script_enabled=False)
    asha = arrive(context.new_page(), *place, next(NUMBERS))
    asha.sign_in("not this one")
    expect(asha.page.get_by_role("alert")).to_contain_text("not right")
    expect(asha.page.get_by_label("Password")).to_be_focused()
    asha.page.get_by_label("Password").fill(WORDS)
    asha.page.keyboard.press("Enter")
    expect(asha.page.get_by_role("alert")).to_have_count(0)
    assert any(one["name"] == "kpidash" for one in context.cookies())
    context.close()

"""An administrator changes what the company measures, as form and as text, and first sees what that does."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.barriers import in_both_themes
from tests.e2e.conftest import ROOT, WAIT_MS, Visit, choose, serving
from tests.e2e.every_screen import ADMINISTRATOR, become, settle
from tests.e2e.test_every_screen import fits_paper_and_a_phone


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a demo company that only these tests change."""
    url = f"sqlite:///{tmp_path_factory.mktemp('catalogue') / 'demo.db'}"
    subprocess.run([sys.executable, "-m", "kpidash", "--database-url", url, "demo"], check=True, cwd=ROOT)
    with serving(url, tmp_path_factory.mktemp("log") / "server.log") as base:
        yield base


@pytest.fixture
def visit(browser: Browser, own_server: str) -> Iterator[Visit]:
    """An administrator at that server; errors in the console fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    found = Visit(context.new_page(), own_server)
    found.page.set_default_timeout(WAIT_MS)
    found.page.on(
        "console", lambda said: found.complaints.append(said.text) if said.type == "error" else None
    )
    found.open("/catalogue")
    become(found, ADMINISTRATOR)
    yield found
    context.close()
    assert not found.complaints


def chosen(visit: Visit, branch: tuple[str, ...], name: str) -> Page:
    """The page with a definition chosen in the tree; `branch` is the way to it."""
    page = visit.page
    for one in (*branch, name):
        page.locator(".definitions a", has_text=one).first.click()
        expect(page.locator(".defined h2")).to_have_text(one)
    return page


def look(page: Page) -> None:
    """Send the form or the text, and wait for the review."""
    page.get_by_role("button", name="Look at what would change").click()
    expect(page.get_by_role("heading", name="Who is affected?")).to_be_visible()
    settle(page)


def test_a_form_is_reviewed_without_a_barrier_and_applied(visit: Visit):
    page = chosen(visit, (), "Sales")
    page.get_by_role("spinbutton", name="Weight").fill("3")
    look(page)
    change = page.locator(".change", has_text="Sales")
    expect(change.locator("tr", has_text="Weight")).to_contain_text("23")
    expect(page.locator("tr", has_text="Vikram Rao")).to_contain_text("heads Sales")
    expect(page.locator(".calm")).to_contain_text("not read the numbers")
    assert in_both_themes(page) == []
    fits_paper_and_a_phone(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Apply this change").click()
    expect(page.get_by_role("status")).to_contain_text("Applied")
    page.get_by_role("link", name="Definitions", exact=True).last.click()
    chosen(visit, (), "Sales")
    expect(page.get_by_role("spinbutton", name="Weight")).to_have_value("3")


def test_changes_gather_and_who_gains_and_loses_sight_is_told(visit: Visit):
    page = chosen(visit, (), "Marketing")
    page.get_by_role("spinbutton", name="Weight").fill("7")
    look(page)
    page.get_by_role("link", name="Change something else as well").click()
    chosen(visit, ("Customer Service",), "Contact Centre West")
    choose(page, "Belongs to", "Operations")
    look(page)
    expect(page.locator(".change")).to_have_count(2)
    expect(page.locator("tr", has_text="Sandeep Reddy")).to_contain_text("may now see")
    expect(page.locator("tr", has_text="Rahul Mehta")).to_contain_text("may no longer see")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("status")).to_contain_text("nothing was changed")


def test_a_wrong_field_is_told_beside_the_form_and_mended(visit: Visit):
    page = chosen(visit, ("Sales", "Increase monthly sales"), "Sales revenue")
    page.get_by_role("spinbutton", name="Decimals").fill("44")
    page.get_by_role("button", name="Look at what would change").click()
    expect(page.get_by_role("alert")).to_contain_text("Decimals")
    expect(page.get_by_role("spinbutton", name="Decimals")).to_have_value("44")
    page.get_by_role("spinbutton", name="Decimals").fill("2")
    look(page)
    expect(page.locator(".change tr", has_text="Decimals")).to_be_visible()


def test_what_becomes_of_saved_values_is_told_before_a_kpi_goes(visit: Visit):
    page = visit.page
    page.get_by_label("Find a definition").fill("stock cover")
    page.get_by_label("Find a definition").press("Enter")
    page.locator(".definitions .kpi a").first.click()
    page.get_by_role("button", name="Remove this KPI").click()
    expect(page.get_by_role("heading", name="What becomes of what is saved?")).to_be_visible()
    expect(page.locator("tr", has_text="stay in the database")).to_be_visible()


def test_the_text_is_mended_by_line_and_a_file_goes_the_same_way(visit: Visit, tmp_path: Path):
    page = visit.page
    page.get_by_role("link", name="As text (YAML)").click()
    text = page.get_by_label("Definitions as YAML")
    expect(text).to_be_visible()
    text.fill("kras:\n- {code: market-share, nme: x}\n")
    page.get_by_role("button", name="Look at what would change").click()
    problem = page.get_by_role("alert").locator("tbody tr").first
    expect(problem).to_contain_text("kras[0].nme")
    expect(problem.locator("th")).to_have_text("Line 2")
    assert in_both_themes(page) == []
    file = tmp_path / "part.yaml"
    file.write_text("kras:\n- {code: market-share, name: Win the metros}\n")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("part.yaml")).to_be_visible()
    look(page)
    expect(page.locator(".change")).to_have_count(1)
    expect(page.locator(".change")).to_contain_text("Win the metros")
    expect(page.get_by_text("definitions that the text does not name stay")).to_be_visible()


def test_a_new_kpi_is_defined_by_keyboard(visit: Visit):
    visit.open("/catalogue?kind=kpi&in=market-share")
    become(visit, ADMINISTRATOR)
    page = visit.page
    page.get_by_role("textbox", name="Name").focus()
    page.keyboard.type("Metro tenders won")
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="Code").focus()
    page.keyboard.type("metro-tenders")
    for name, word in (
        ("Unit", "plain"),
        ("Reported", "month"),
        ("Rolled up", "Added"),
        ("Good is", "Higher"),
    ):
        page.get_by_role("combobox", name=name).focus()
        page.keyboard.type(word)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Look at what would change").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".change.added")).to_contain_text("Metro tenders won")


def test_who_does_not_define_has_no_such_page(visit: Visit):
    visit.look_as("Vikram Rao")
    expect(visit.page.locator("h1")).to_contain_text("not for your role")
    expect(visit.page.locator(".side a", has_text="Definitions")).to_have_count(0)
    expect(visit.page.locator(".definitions")).to_have_count(0)

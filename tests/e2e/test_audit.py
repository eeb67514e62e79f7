"""The auditor looks for what somebody did, opens it, takes the trail out, and holds a head against it."""

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.every_screen import ADMINISTRATOR, ANALYST, AUDITOR, settle


def as_auditor(visit: Visit, address: str = "/audit") -> None:
    visit.open(address)
    visit.look_as(AUDITOR)
    visit.title("Who did what, when and from where?")


def test_what_an_administrator_does_in_the_browser_is_in_the_trail(visit: Visit):
    page = visit.page
    visit.open("/periods")
    visit.look_as(ADMINISTRATOR)
    visit.title("Which periods are closed?")
    page.get_by_role("button", name="Close the period").click()
    expect(page.get_by_role("status").filter(has_text="Closed:")).to_be_visible()
    page.get_by_role("button", name="again").click()
    expect(page.locator(".month.closed")).to_have_count(0)
    as_auditor(visit, "/audit?action=period.open")
    row = page.locator(".trail-entries tbody tr").first
    expect(row).to_contain_text(ADMINISTRATOR)
    expect(row).to_contain_text("closed → open")
    expect(row).to_contain_text("browser, ")
    row.locator("a.name").click()
    visit.title("Opened a period again")
    expect(page.locator(".became tbody tr")).to_have_text("Stateclosedopen")


def test_entries_are_found_exported_and_held_against_a_head(visit: Visit, tmp_path: Path):
    as_auditor(visit)
    page = visit.page
    rows = page.locator(".trail-entries tbody tr")
    expect(page.locator(".chain")).to_contain_text("Whole, through entry")
    head = page.locator(".chain .digest").inner_text()
    page.get_by_role("textbox", name="Find entries").fill("vikram")
    page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_text("with “vikram”×")
    settle(page)
    shown = rows.count()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export as JSON Lines").click()
    lines = taken.value.path().read_text().splitlines()
    assert all("vikram" in line for line in lines)
    assert {"catalogue", "vikram.rao@example.com"} <= {json.loads(line)["subject"] for line in lines}
    assert json.loads(lines[-1])["action"] == "audit.export"  # it was asked for by word
    assert len(lines) == shown + 1
    page.get_by_role("button", name="Hold against a kept head").click()
    kept = page.get_by_role("textbox", name="A head that was kept")
    for text, said in (
        (head, "Nothing was done to entry"),
        ("1:" + "0" * 64, "is not the one whose head was kept"),
    ):
        kept.fill(text)
        kept.press("Enter")
        expect(page.locator(".note", has_text=said)).to_be_visible()


def test_others_have_no_such_page(visit: Visit):
    visit.open("/audit")
    for person in (ANALYST, ADMINISTRATOR):
        visit.look_as(person)
        visit.title("This page is not for your role")
        expect(visit.page.locator(".side a", has_text="Audit trail")).to_have_count(0)
        expect(visit.page.locator(".trail-entries")).to_have_count(0)

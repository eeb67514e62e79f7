"""Finding a KPI: by search from anywhere, and in the table of all of them."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit


def test_three_keystrokes_find_a_kpi_from_any_screen_and_enter_opens_it(visit: Visit):
    visit.open("/department?code=finance")
    page = visit.page
    page.get_by_role("button", name="Search").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("cs")
    expect(page.locator("[role=option]").first).to_contain_text("CSAT")
    page.keyboard.press("Enter")
    visit.title("Customer satisfaction (CSAT)")


def test_search_finds_owners_and_says_when_there_is_nothing(visit: Visit):
    visit.open()
    page = visit.page
    page.get_by_role("button", name="Search").click()
    box = page.get_by_role("combobox", name="A KPI, KRA, department or owner")
    box.fill("vikram rao")
    expect(page.locator("[role=option]").first).to_contain_text("Vikram Rao")
    box.fill("zzz")
    expect(page.locator("dialog .state")).to_have_text("Nothing of that name in what you may see.")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_search_finds_nothing_outside_of_what_a_person_may_see(visit: Visit):
    visit.open()
    visit.look_as("Meera Joshi")
    page = visit.page
    expect(page.locator(".side a", has_text="Finance")).to_have_count(0)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("combobox", name="A KPI, KRA, department or owner").fill("finance")
    expect(page.locator("[role=option]")).to_have_count(0)


def test_a_view_of_the_scorecard_is_a_link(visit: Visit):
    visit.open("/scorecard?group=owner&sort=-attained&find=rate&level=operational")
    page = visit.page
    expect(page.get_by_role("button", name="Owner", exact=True).first).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    rows = page.locator(".dense tbody tr:not(.group)")
    expect(rows.first).to_be_visible()
    found = rows.count()
    page.get_by_role("link", name="Quarter").click()
    expect(page).to_have_url(re.compile("window=quarter.*group=owner|group=owner.*window=quarter"))
    expect(rows).to_have_count(found)


def test_the_scorecard_is_grouped_filtered_and_followed_and_back_returns(visit: Visit):
    visit.open("/scorecard")
    page = visit.page
    page.get_by_role("button", name="None").click()
    expect(page.locator(".dense tr.group")).to_have_count(0)
    page.get_by_role("button", name=re.compile("off target")).click()
    expect(page.locator(".dense .pill:not(.red)")).to_have_count(0)
    page.go_back()
    expect(page.locator(".dense .pill:not(.red)").first).to_be_visible()
    page.get_by_label("Filter the table").fill("handle time")
    page.locator(".dense tbody a").first.click()
    visit.title("Average handle time")
    page.go_back()
    visit.title("How does every KPI stand?")
    expect(page.get_by_label("Filter the table")).to_have_value("handle time")

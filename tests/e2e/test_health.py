"""Data health and one's own KPIs, in a real browser."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit


def test_what_is_missing_leads_to_the_kpi(visit: Visit):
    visit.open("/health")
    visit.title("Is the data complete?")
    never = visit.page.locator("#never")
    expect(never.locator("tbody tr").first).to_contain_text("value late")
    never.locator("tbody a").first.click()
    expect(visit.page.locator(".pill").first).to_have_text("no data")


def test_an_analyst_finds_the_template_beside_what_is_missing(visit: Visit):
    visit.open("/health")
    expect(visit.page.get_by_role("button", name="CSV")).to_have_count(0)
    visit.look_as("Divya Menon")
    visit.page.locator(".side a", has_text="Data health").click()
    expect(visit.page.get_by_role("button", name="CSV").first).to_be_visible()


def test_my_kpis_are_those_that_name_me(visit: Visit):
    visit.open()
    expect(visit.page.locator(".side a", has_text="My KPIs")).to_have_count(0)
    visit.look_as("Rahul Mehta")
    visit.page.locator(".side a", has_text="My KPIs").click()
    visit.title("How do my KPIs stand?")
    expect(visit.page.locator(".dense tbody tr:not(.group)").first).to_be_visible()


def test_who_owns_nothing_is_told_so(visit: Visit):
    visit.open("/mine")
    expect(visit.page.locator(".calm")).to_contain_text("No KPI names you as its owner")

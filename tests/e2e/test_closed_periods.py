"""An administrator closes a period and opens it again."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit


def test_a_period_is_closed_and_opened_again(visit: Visit):
    visit.open()
    visit.look_as("Ritu Agarwal")
    page = visit.page
    page.locator(".side a", has_text="Closed periods").click()
    visit.title("Which periods are closed?")
    expect(page.locator(".month.closed")).to_have_count(0)
    page.get_by_label("Reason, for whoever meets it (not needed)").fill("books closed")
    page.get_by_role("button", name="Close the period").click()
    expect(page.get_by_role("status").filter(has_text="Closed:")).to_be_visible()
    expect(page.locator(".month.closed")).to_have_count(1)
    expect(page.locator("td", has_text="books closed")).to_be_visible()
    page.get_by_role("button", name="again").click()
    expect(page.get_by_role("status").filter(has_text="Open again:")).to_be_visible()
    expect(page.locator(".month.closed")).to_have_count(0)


def test_a_person_who_defines_nothing_has_no_such_page(visit: Visit):
    visit.open()
    expect(visit.page.locator(".side a", has_text="Closed periods")).to_have_count(0)
    visit.open("/periods")
    expect(visit.page.locator(".month")).to_have_count(0)

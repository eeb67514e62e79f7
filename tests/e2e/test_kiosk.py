"""TV mode: one after the other, without a hand on it."""

from playwright.sync_api import expect

from kpidash.ui.kiosk import SECONDS
from tests.e2e.conftest import Visit


def test_departments_follow_the_company_and_nothing_else_is_on_the_screen(visit: Visit):
    page = visit.page
    page.clock.install()
    visit.open("/tv")
    visit.title("Meridian Services")
    expect(page.locator("[data-testid=stSidebar]")).to_be_hidden()
    expect(page.locator(".kiosk footer")).to_contain_text("1 of 9")
    page.clock.fast_forward(SECONDS * 1000)
    expect(page.locator(".kiosk footer")).to_contain_text("2 of 9")
    expect(page.locator(".kiosk h1")).to_have_text("Sales")
    page.get_by_role("link", name="Leave").click()
    visit.title("Is Meridian Services on target?")
    expect(page.locator("[data-testid=stSidebar]")).to_be_visible()


def test_a_screen_can_stay_with_one_department(visit: Visit):
    visit.open("/tv?code=operations")
    visit.title("Operations")
    expect(visit.page.locator(".kiosk footer")).to_contain_text("1 of 1")

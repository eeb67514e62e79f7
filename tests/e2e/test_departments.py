"""A department broken down and beside others, in a real browser; every state is a link."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import Visit, choose


def test_kpis_are_filtered_by_level_and_by_what_they_indicate(visit: Visit):
    visit.open("/department?code=customer-service")
    page = visit.page
    rows = page.locator(".rows tbody tr")
    expect(rows.first).to_be_visible()
    page.get_by_role("link", name="Operational", exact=True).click()
    expect(rows.filter(has_text="strategic")).to_have_count(0)
    page.get_by_role("link", name="Leading", exact=True).click()
    expect(page).to_have_url(re.compile("level=operational.*indicator=leading"))
    expect(rows.filter(has_text="strategic")).to_have_count(0)
    expect(rows.filter(has_text="lagging")).to_have_count(0)
    page.get_by_role("link", name="Leading", exact=True).click()
    expect(rows.filter(has_text="lagging").first).to_be_visible()


def test_a_department_is_broken_down_by_the_dimension_in_its_address(visit: Visit):
    visit.open("/department?code=customer-service&by=client")
    page = visit.page
    expect(page.get_by_role("heading", name="Which client?")).to_be_visible()
    expect(page.locator(".multiples > li", has_text="Customer satisfaction")).to_contain_text("Cedar Bank")
    page.get_by_role("link", name="Region", exact=True).click()
    expect(page.locator(".multiples > li", has_text="Customer satisfaction")).to_contain_text("South")
    page.go_back()
    expect(page.get_by_role("heading", name="Which client?")).to_be_visible()


def test_departments_stand_side_by_side_and_are_chosen(visit: Visit):
    visit.open("/department?code=contact-centre-north")
    page = visit.page
    page.get_by_role("link", name="Compare", exact=True).click()
    visit.title("How do departments compare?")
    columns = page.locator(".beside-each-other > li")
    expect(columns).to_have_count(3)
    expect(columns.first).to_contain_text("Contact Centre North")
    choose(page, "Departments, up to 4", "Finance")
    expect(columns).to_have_count(4)
    expect(page).to_have_url(re.compile("others=.*finance"))


def test_who_sees_one_department_compares_no_others(visit: Visit):
    visit.open()
    visit.look_as("Meera Joshi")
    visit.page.locator(".side a", has_text="Human Resources").click()
    visit.page.get_by_role("link", name="Compare", exact=True).click()
    expect(visit.page.locator(".beside-each-other > li")).to_have_count(1)


def test_a_segment_has_a_page_of_its_own_one_click_away(visit: Visit):
    visit.open("/department?code=customer-service&by=region")
    page = visit.page
    page.locator(".multiples > li", has_text="Customer satisfaction").get_by_role(
        "link", name="North"
    ).click()
    visit.title("Customer satisfaction (CSAT): North")
    expect(page).to_have_url(re.compile("by=region.*segment=North"))
    expect(page.get_by_role("heading", name="Which client?")).to_be_visible()
    page.get_by_role("link", name="Customer satisfaction (CSAT)", exact=True).click()
    expect(page.locator("h1", has_text="North")).to_have_count(0)
    expect(page.get_by_role("heading", name="How do the months compare?")).to_be_visible()


def test_a_segment_that_is_not_there_is_said_to_be_so(visit: Visit):
    visit.open("/kpi?code=csat&by=region&segment=Mars")
    visit.title("There is no such segment for you")

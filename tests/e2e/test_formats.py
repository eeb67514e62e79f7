"""Numbers and days as the browser writes them, where its user wants that."""

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import WAIT_MS, Visit, choose


def test_a_german_reads_the_indian_company_in_german_formats_on_every_page(browser: Browser, server: str):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
    context.set_default_timeout(WAIT_MS)
    visit = Visit(context.new_page(), server)
    visit.open("/kpi?code=sales-revenue")
    page = visit.page
    expect(page.locator(".why")).to_contain_text("Cr")
    choose(page, "Numbers and days as in", "German (Germany)")
    expect(page.locator(".why", has_text="Mio.")).to_contain_text("₹")
    page.locator(".side a", has_text="Scorecard").click()
    visit.title("How does every KPI stand?")
    expect(page.locator("table.dense")).to_contain_text("Mio.")
    context.close()

"""From a point of a chart to its upload and row, by keyboard and by a click."""

from contextlib import suppress

from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import Visit, until_true
from tests.e2e.test_history import put


def test_a_point_is_followed_to_its_upload_and_row_by_keyboard(visit: Visit, demo_database: str):
    values = {f"2026-{month:02d}": 20 + month for month in range(1, 10)}
    put(demo_database, "days.csv", values, code="cash-collected")
    visit.open("/kpi?code=cash-collected")
    page = visit.page
    page.locator(".st-key-points summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sept 2026", exact=True).focus()
    page.keyboard.press("Enter")
    panel = page.get_by_label("Where Sept 2026 comes from")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("days.csv, row 10, by Divya Menon")
    expect(panel.locator(".before")).to_contain_text("demo-")
    expect(page).to_have_url(f"{visit.base}/kpi?code=cash-collected&point=2026-09")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(panel.get_by_role("link", name="days.csv")).to_be_focused()
    page.keyboard.press("Enter")
    visit.title("days.csv")
    page.go_back()
    page.get_by_role("link", name="Close").click()
    expect(panel).to_have_count(0)


BAR = """place => {
    const bar = document.querySelectorAll(".st-key-months-chart .points path")[place];
    if (!bar) return null;
    bar.scrollIntoView({block: "center"});
    const { x, y, width, height } = bar.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
}"""


def click_bar(page: Page, place: int) -> None:
    """Click a bar of the months; again where Plotly drew the chart anew in between."""
    for _ in range(4):
        until_true(page, BAR, place)
        page.mouse.click(*page.evaluate(BAR, place))
        with suppress(Error):
            return page.locator(".lineage").wait_for(timeout=5_000)
    raise AssertionError("a click on a bar opened nothing")


def test_a_click_on_a_bar_opens_its_months_days_and_a_formula_leads_to_its_inputs(visit: Visit):
    visit.open("/kpi?code=sales-revenue")
    page = visit.page
    click_bar(page, 3)
    panel = page.locator(".lineage")
    expect(panel).to_contain_text("It is made of daily values")
    panel.get_by_role("link").nth(1).click()
    expect(panel).to_contain_text("It is made of 4 reported values.")
    visit.open("/kpi?code=profit-margin&point=2026-05")
    expect(panel).to_contain_text("It is calculated from other KPIs")
    panel.get_by_role("link", name="Net revenue").click()
    visit.title("Net revenue")
    expect(panel).to_be_visible()
    visit.open("/kpi?code=profit-margin&point=soon")
    expect(page.get_by_text("There is no such period.")).to_be_visible()

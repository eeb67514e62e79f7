"""From a point of a chart to its upload and row, by keyboard and by a click."""

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
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


def test_a_click_on_a_bar_opens_its_months_days_and_a_formula_leads_to_its_inputs(visit: Visit):
    visit.open("/kpi?code=sales-revenue")
    page = visit.page
    bar = page.locator(".st-key-months-chart .points path").nth(3)
    bar.scroll_into_view_if_needed()
    place = bar.bounding_box()
    assert place
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
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

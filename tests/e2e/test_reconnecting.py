"""What people do while the server is away is done when it is back."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Visit, start


def test_a_way_taken_while_the_server_is_away_is_gone_when_it_is_back(
    demo_database: str, browser: Browser, tmp_path: Path
):
    first, base = start(demo_database, tmp_path / "first.log")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page(), base)
    visit.open("/department?code=sales&window=quarter")
    first.kill()
    first.wait()
    visit.page.locator(".side a", has_text="Scorecard").first.click()
    second, _ = start(demo_database, tmp_path / "second.log", port=int(base.rpartition(":")[2]))
    try:
        visit.title("How does every KPI stand?")
        expect(visit.page.locator('.side a[aria-current="page"]')).to_have_text("Scorecard")
        assert "window=quarter" in visit.page.url
    finally:
        context.close()
        second.terminate()
        second.wait(timeout=10)

"""Pictures of every screen, both themes, three widths: `python -m tests.e2e.screens` fills build/screens."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

from tests.e2e.conftest import ROOT, Visit, browsing, serving
from tests.e2e.upload_states import STATES

OUT = ROOT / "build" / "screens"
WIDTHS = (390, 1280, 1920)
THEMES = ("light", "dark")
HIGHEST = 4_000
SCREENS = {
    "company": "/",
    "company-all-off-target": "/?level=all&status=off_target",
    "department": "/department?code=sales",
    "department-with-children": "/department?code=customer-service",
    "kpi-sum": "/kpi?code=sales-revenue",
    "kpi-range": "/kpi?code=handle-time",
    "kpi-trajectory": "/kpi?code=defect-rate",
    "kpi-formula": "/kpi?code=profit-margin&window=ytd",
    "kpi-stale": "/kpi?code=stock-cover",
    "uploads": "/uploads",
    "upload-detail": "/uploads?code=2",
    "point": "/kpi?code=csat&point=2026-10-12",
    "point-formula": "/kpi?code=profit-margin&point=2026-09",
    "nowhere": "/kpi?code=no-such-kpi",
}
ANALYST = "Divya Menon"


def take(visit: Visit, name: str) -> None:
    """One picture of all of the screen."""
    page = visit.page
    page.wait_for_timeout(1_500)  # figures are drawn after the page says it is ready
    block = page.locator('[data-testid="stMainBlockContainer"]')
    size = page.viewport_size
    height = min(int(block.evaluate("node => node.scrollHeight")) + 40, HIGHEST)
    if size:
        page.set_viewport_size({"width": size["width"], "height": max(height, 700)})
    page.wait_for_timeout(400)
    page.screenshot(path=OUT / f"{name}.png")


def picture(browser: Browser, base: str, url: str, width: int, theme: str, wanted: Sequence[str]) -> None:
    """All screens in one width and theme."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light"
    )
    for name, address in SCREENS.items():
        if not wanted or name in wanted:
            visit = Visit(context.new_page(), base)
            visit.open(address)
            take(visit, f"{name}-{theme}-{width}")
            visit.page.close()
    for name, reach in STATES.items():
        if not wanted or {"upload", f"upload-{name}"} & set(wanted):
            visit = Visit(context.new_page(), base)
            visit.open("/upload")
            if width < 768:
                visit.page.get_by_test_id("stExpandSidebarButton").click()
            visit.look_as(ANALYST)
            if width < 768:
                visit.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
            visit.page.locator("input[type=file]").wait_for(state="attached")
            reach(visit.page, url)
            take(visit, f"upload-{name}-{theme}-{width}")
            visit.page.close()
    context.close()


def main(wanted: Sequence[str]) -> None:
    """Load the demo, serve it, and take every picture; names on the command line take only those."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/demo.db"
        subprocess.run([sys.executable, "-m", "kpidash", "--database-url", url, "demo"], check=True, cwd=ROOT)
        with serving(url, Path(folder) / "server.log") as base, browsing() as browser:
            for width in WIDTHS:
                for theme in THEMES:
                    picture(browser, base, url, width, theme, wanted)
    sys.stdout.write(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

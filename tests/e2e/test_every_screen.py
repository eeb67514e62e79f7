"""Every screen in both themes before axe-core, on a phone and on paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.barriers import in_both_themes
from tests.e2e.conftest import Visit, until_true, visiting
from tests.e2e.every_screen import SCREENS, settle, walk

PHONE = 390
PAPER = {"A4": 703, "Letter": 725}
"""Widths of the printed area in px: the sheet without margins of 12 mm."""
BEYOND = """width => {
    const found = [];
    const visit = (one, clipped) => {
        const box = one.getBoundingClientRect();
        const style = getComputedStyle(one);
        if (style.visibility === "hidden" || style.display === "none") return;
        if (box.width > 1 && !clipped && box.right > width + 1) found.push(`${one.tagName}.${one.className}`);
        const scrolls = clipped || ["auto", "scroll", "hidden", "clip"].includes(style.overflowX);
        for (const child of [...one.children, ...(one.shadowRoot?.children ?? [])]) visit(child, scrolls);
    };
    const main = document.querySelector("[data-testid=stMainBlockContainer]");
    for (const child of main.children) visit(child, false);
    return found;
}"""


@pytest.fixture(scope="module")
def visitor(profile: BrowserContext, server: str) -> Iterator[Visit]:
    """Somebody who goes from screen to screen."""
    with visiting(profile, server) as found:
        found.open("/gallery")
        yield found


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_has_no_serious_barrier_and_is_cut_off_nowhere(visitor: Visit, name: str):
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    walk(visitor, SCREENS[name])
    assert in_both_themes(visitor.page) == []
    fits_paper_and_a_phone(visitor.page)
    complaints = visitor.complaints.copy()
    visitor.complaints.clear()
    assert complaints == []


def fits_paper_and_a_phone(page: Page) -> None:
    """That nothing reaches beyond the edge of A4, Letter and a phone."""
    for paper, width in PAPER.items():
        page.emulate_media(media="print")
        page.set_viewport_size({"width": width, "height": 1000})
        settle(page)
        assert page.evaluate(BEYOND, width) == [], paper
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": PHONE, "height": 844})
    settle(page)
    until_true(page, f"document.querySelector('[data-testid=stMain]').scrollWidth <= {PHONE}")
    assert page.evaluate(BEYOND, PHONE) == []

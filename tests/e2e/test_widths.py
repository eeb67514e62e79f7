"""Nothing is cut off: every screen on a phone, and on paper of A4 and Letter."""

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.every_screen import SCREENS, look, settle

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


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_fits_a_phone_and_a_sheet_of_paper(visit: Visit, name: str):
    page = visit.page
    look(visit, SCREENS[name])
    for paper, width in PAPER.items():
        page.emulate_media(media="print")
        page.set_viewport_size({"width": width, "height": 1000})
        settle(page)
        assert page.evaluate(BEYOND, width) == [], paper
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": PHONE, "height": 844})
    settle(page)
    page.wait_for_function(f"document.querySelector('[data-testid=stMain]').scrollWidth <= {PHONE}")
    assert page.evaluate(BEYOND, PHONE) == []

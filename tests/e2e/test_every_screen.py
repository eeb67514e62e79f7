"""Every screen in both themes before axe-core, on a phone and on paper; and the company by keyboard alone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.every_screen import ANALYST, SCREENS, become, look, settle
from tests.e2e.upload_states import STATES

AXE = Axe()
GRAVE = ("serious", "critical")
THEMES = ("light", "dark")
THEME = "said => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === said"
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
STEPS = ("empty", "questions", "names", "changes", "rejected", "overrule", "unreadable")


def violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical, with the elements, in words."""
    found: list[dict[str, Any]] = AXE.run(page).response["violations"]
    return [
        f"{one['impact']}: {one['help']} ({one['id']}): {node['target']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def in_both_themes(page: Page) -> list[str]:
    """The violations of a screen, first light, then dark."""
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(THEME, arg=theme)
        settle(page)
        found += [f"{theme}: {one}" for one in violations(page)]
    return found


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_has_no_serious_barrier_and_is_cut_off_nowhere(visit: Visit, name: str):
    look(visit, SCREENS[name])
    assert in_both_themes(visit.page) == []
    fits_paper_and_a_phone(visit.page)


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
    page.wait_for_function(f"document.querySelector('[data-testid=stMain]').scrollWidth <= {PHONE}")
    assert page.evaluate(BEYOND, PHONE) == []


@pytest.mark.parametrize("state", STEPS)
def test_no_step_of_an_upload_has_a_serious_barrier(visit: Visit, demo_database: str, state: str):
    visit.open("/upload")
    become(visit, ANALYST)
    STATES[state](visit.page, demo_database)
    settle(visit.page)
    assert in_both_themes(visit.page) == []


def test_axe_would_say_if_a_barrier_were_there(visit: Visit):
    visit.open("/gallery")
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button></button>')")
    assert any("button-name" in one for one in violations(visit.page))


def test_the_company_is_left_for_a_kpi_of_a_department_by_keyboard_alone(visit: Visit):
    visit.open("/")
    page = visit.page
    settle(page)
    tab_to(page, "Sales", ".heat")
    page.keyboard.press("Enter")
    visit.title("Is Sales on target?")
    expect(page.locator("h1")).to_have_count(1)
    tab_to(page, "Sales revenue", ".rows")
    page.keyboard.press("Enter")
    visit.title("Sales revenue")


def tab_to(page: Page, text: str, inside: str) -> None:
    """Press Tab until the link is reached; what has the focus must be seen to have it."""
    for _ in range(200):
        page.keyboard.press("Tab")
        reached = page.evaluate(FOCUSED)
        assert reached["seen"], f"no outline on {reached}"
        if reached["text"].split("\n")[0] == text and page.locator(f"{inside} :focus").count():
            return
    raise AssertionError(f"no way to '{text}' by keyboard")


FOCUSED = """() => {
    let one = document.activeElement;
    while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    const outlined = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
    // Fields of Streamlit colour the frame around them instead; MAIN is what scrolls.
    const seen = outlined || ["BODY", "MAIN", "INPUT"].includes(one.tagName);
    return { text: one.innerText?.trim() ?? "", tag: one.tagName, label: one.ariaLabel, seen };
}"""

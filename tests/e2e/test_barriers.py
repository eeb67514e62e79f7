"""The steps of an upload before axe-core, and the way from the company to a number by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.barriers import in_both_themes, violations
from tests.e2e.conftest import Visit
from tests.e2e.every_screen import ANALYST, become, settle
from tests.e2e.upload_states import STATES

STEPS = ("empty", "questions", "names", "changes", "rejected", "overrule", "unreadable")


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

"""Every screen that a person can come to, by name: what pictures, accessibility and print are taken of."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit, until_true

EXECUTIVE = "Ananya Krishnan"
ANALYST = "Divya Menon"
HEAD = "Vikram Rao"
ADMINISTRATOR = "Ritu Agarwal"
AUDITOR = "Thomas Kurian"
PHONE = 768
"""Screens narrower than this (px) keep the sidebar folded."""
DRAWN = """() => document.querySelector("h1, [data-testid=stMain] div") &&
    !document.querySelector("[data-stale=true], [data-testid=stSkeleton], [data-testid=stStatusWidget]") &&
    [...document.querySelectorAll("[data-testid=stPlotlyChart]")].every(one => one.querySelector(".main-svg"))
"""
_MAIN = """const every = function* (one) {
    yield one;
    for (const child of [...(one.shadowRoot?.children ?? []), ...one.children]) yield* every(child);
}; const main = document.querySelector("[data-testid=stMain]");"""
MARK = f"() => {{ {_MAIN} for (const one of every(main)) one.seen = true; }}"
GO = "to => { history.pushState(null, '', to); window.dispatchEvent(new PopStateEvent('popstate')); }"
ARRIVED = f"() => {{ {_MAIN} return [...every(main)].some(one => !one.seen && one.textContent); }}"
"""Whether there is anything that was not there when all was marked."""


@dataclass(frozen=True)
class Screen:
    """Where it is, and who looks at it (None: the executive)."""

    address: str
    person: str | None = None


SCREENS = {
    "company": Screen("/"),
    "company-all-off-target": Screen("/?level=all&status=off_target"),
    "department": Screen("/department?code=sales"),
    "department-with-children": Screen("/department?code=customer-service"),
    "department-by-segment": Screen("/department?code=sales&by=region"),
    "compare": Screen("/compare?others=sales,operations,finance"),
    "kpi-sum": Screen("/kpi?code=sales-revenue"),
    "kpi-range": Screen("/kpi?code=handle-time"),
    "kpi-trajectory": Screen("/kpi?code=defect-rate"),
    "kpi-formula": Screen("/kpi?code=profit-margin&window=ytd"),
    "kpi-stale": Screen("/kpi?code=stock-cover"),
    "segment": Screen("/kpi?code=sales-revenue&by=region&segment=North"),
    "point": Screen("/kpi?code=csat&point=2026-10-12"),
    "point-formula": Screen("/kpi?code=profit-margin&point=2026-09"),
    "scorecard": Screen("/scorecard"),
    "mine": Screen("/mine", HEAD),
    "health": Screen("/health", ANALYST),
    "tv": Screen("/tv"),
    "uploads": Screen("/uploads", ANALYST),
    "upload-detail": Screen("/uploads?code=2", ANALYST),
    "periods": Screen("/periods", ADMINISTRATOR),
    "people": Screen("/people", ADMINISTRATOR),
    "people-sessions": Screen("/people?show=sessions", ADMINISTRATOR),
    "people-tokens": Screen("/people?show=tokens", ADMINISTRATOR),
    "person": Screen("/people?code=divya.menon@example.com", ADMINISTRATOR),
    "account-demo": Screen("/account", HEAD),
    "audit": Screen("/audit", AUDITOR),
    "audit-entry": Screen("/audit?code=1", AUDITOR),
    "catalogue": Screen("/catalogue", ADMINISTRATOR),
    "catalogue-department": Screen("/catalogue?kind=department&code=customer-service", ADMINISTRATOR),
    "catalogue-kpi": Screen("/catalogue?kind=kpi&code=sales-revenue", ADMINISTRATOR),
    "catalogue-new-kpi": Screen("/catalogue?kind=kpi&in=market-share", ADMINISTRATOR),
    "catalogue-text": Screen("/catalogue?show=yaml", ADMINISTRATOR),
    "gallery": Screen("/gallery"),
    "nowhere": Screen("/kpi?code=no-such-kpi"),
}


def look(visit: Visit, screen: Screen) -> None:
    """Open a screen, in the eyes of the person who uses it."""
    visit.open(screen.address)
    if screen.person:
        become(visit, screen.person)
    settle(visit.page)


def walk(visit: Visit, screen: Screen) -> None:
    """Come to a screen from another one, as a link does where that one has a side bar."""
    page, box = visit.page, visit.page.get_by_role("combobox", name="Look as")
    if not box.is_visible():
        look(visit, screen)
        return
    person = screen.person or EXECUTIVE
    if person not in box.input_value():
        visit.look_as(person)  # where they are now may not be for them
    page.evaluate(MARK)
    page.evaluate(GO, screen.address)
    until_true(page, ARRIVED)
    settle(page)


def settle(page: Page) -> None:
    """Wait until every figure is drawn and nothing is being worked on."""
    until_true(page, DRAWN)


def become(visit: Visit, person: str) -> None:
    """Look as another person; on a phone the sidebar is opened for that and folded again."""
    page, size = visit.page, visit.page.viewport_size
    folded = size is not None and size["width"] < PHONE
    if folded:
        page.get_by_test_id("stExpandSidebarButton").click()
    visit.look_as(person)
    # until the screen of the one who looked before has made way
    expect(page.locator("h1", has_text="not for your role")).to_have_count(0)
    expect(page.locator("h1")).to_have_count(1)
    if folded:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()

"""Open screens follow what other processes write, at once and by themselves."""

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from kpidash.services.access import system_user
from kpidash.services.database import open_database
from kpidash.services.demo.live import feed
from tests.api.asking import run
from tests.e2e.conftest import serving, visiting
from tests.e2e.tab import Tab

SOON_S, STILL_S = 10.0, 2.0
"""Within this time a screen has followed; for so long one that need not stays as it is."""


@pytest.fixture(scope="module")
def base(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server by itself: nobody else looks, nothing else changes."""
    with serving(demo_database, tmp_path_factory.mktemp("log") / "server.log") as found:
        yield found


@pytest.fixture(scope="module")
def calls(demo_database: str) -> Iterator[Iterator[object]]:
    """Each next one is an upload of the contact centre, by another process than the server."""
    database = open_database(demo_database)
    yield feed(database, system_user("contact centre"))
    database.dispose()


@asynccontextmanager
async def silent(base: str, page: str, query: str = "") -> Iterator[Tab]:
    """A tab whose browser asks for nothing by itself."""
    tab = Tab(base)
    await tab.open(page, query)
    tab.keep_still()
    try:
        yield tab
    finally:
        await tab.close()


async def followed(tab: Tab, times: int) -> bool:
    """Whether the tab has followed so often, soon, and shows the whole of it."""
    end = time.monotonic() + SOON_S
    while (len(tab.moved) < times or tab.drawing) and time.monotonic() < end:
        await asyncio.sleep(0.02)
    return len(tab.moved) == times


def test_a_screen_follows_each_change_without_being_asked_by_its_browser(base: str, calls: Iterator[object]):
    async def look() -> None:
        async with silent(base, "kpi", "code=handle-time") as tab:
            await asyncio.sleep(STILL_S)
            for _ in range(3):
                before, times = dict(tab.texts), len(tab.moved)
                await asyncio.to_thread(next, calls)
                assert await followed(tab, times + 1)
                assert tab.texts.keys() == before.keys()
                assert tab.texts["definition"] != before["definition"]  # it lists the uploads

    run(look())


def test_a_page_that_ends_early_follows_too(base: str, calls: Iterator[object]):
    async def look() -> None:
        query = "code=handle-time&by=region&segment=North"
        async with silent(base, "kpi", query) as tab, silent(base, "kpi", "code=no-such-kpi") as nowhere:
            await asyncio.sleep(STILL_S)
            await asyncio.to_thread(next, calls)
            assert await followed(tab, 1)
            assert nowhere.moved == []  # it has no values

    run(look())


def test_nothing_of_the_screen_before_is_drawn_into_one_that_ends_early(base: str):
    """The browser would have no place for it, and shows nothing any more."""

    async def look() -> None:
        async with silent(base, "uploads", "code=2") as tab:
            await tab.choose("Look as", next(one for one in tab.options["Look as"] if "Divya Menon" in one))
            (live,) = tab.repeating
            await tab.choose("Look as", next(one for one in tab.options["Look as"] if "Ritu Agarwal" in one))
            assert "not for your role" in tab.texts["stopped"]
            there = tab.places.copy()
            with contextlib.suppress(TimeoutError):  # it is gone
                await asyncio.wait_for(tab.repeat(live), STILL_S)
            assert tab.places == there

    run(look())


def test_a_screen_that_shows_nothing_of_it_stays_as_it_is(base: str, calls: Iterator[object]):
    async def look() -> None:
        async with silent(base, "kpi", "code=handle-time") as tab, silent(base, "scorecard") as other:
            await other.choose(
                "Look as", next(one for one in other.options["Look as"] if "Meera Joshi" in one)
            )
            await asyncio.sleep(STILL_S)
            await asyncio.to_thread(next, calls)
            assert await followed(tab, 1)
            await asyncio.sleep(STILL_S)
            assert other.moved == []

    run(look())


def test_a_screen_that_went_on_follows_where_it_is(base: str, calls: Iterator[object]):
    async def look() -> None:
        async with silent(base, "kpi", "code=handle-time") as tab:
            await tab.act("department", "code=customer-service&window=quarter")
            await asyncio.to_thread(next, calls)
            assert await followed(tab, 1)
            assert "department" in tab.texts
            assert "kpi" not in tab.texts
            assert "quarter" in tab.texts["department"]

    run(look())


def test_what_somebody_reads_and_types_stays_as_it_is(
    base: str, profile: BrowserContext, calls: Iterator[object]
):
    with visiting(profile, base) as visit:
        page, said = visit.page, "half a wo"
        visit.open("/kpi?code=handle-time")
        page.locator(".opener").click()
        page.get_by_role("dialog").get_by_role("combobox").fill(said)
        main = page.locator('[data-testid="stMain"]')
        main.evaluate("one => one.scrollTo(0, 300)")
        fed = page.locator("section", has=page.locator("h2", has_text="Which uploads fed it?"))
        before = fed.inner_text()
        next(calls)
        expect(fed).not_to_have_text(before)
        expect(page.get_by_role("dialog").get_by_role("combobox")).to_have_value(said)
        assert main.evaluate("one => one.scrollTop") == 300


def test_how_long_ago_goes_on_without_the_server(base: str, browser: Browser, calls: Iterator[object]):
    next(calls)
    context = browser.new_context()  # whose console may complain
    page = context.new_page()
    page.goto(base)
    live = page.locator(".live")
    expect(live).to_have_text("Live: updated just now")
    context.set_offline(True)
    expect(live).to_have_text(re.compile(r"Live: updated ([5-9]|1[0-9]) s ago"))
    context.close()

"""The upload screen in a real browser: 100,000 changes on screen, and a file of 50 MB with its progress.

`python -m bench.upload_screen` prints what people wait for, from dropping the file to rows they can read.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from bench.ingest_data import Rows, company
from bench.start import await_answer, served
from kpidash.services import access, uploads
from kpidash.services.database import initialise, open_database
from kpidash.store import catalogue
from tests.e2e.browser import install

CHANGES = 100_000
LARGE = 1_480_000
"""Rows of a file of 50 MB."""
ROUNDS = 5
LIMIT_MS = 180_000
ROW = ".row:not(.empty)"


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        stored(url)
        browser = playwright.chromium.launch(executable_path=install(whole=True), args=["--no-sandbox"])
        with served(url) as (address, started, _):
            await_answer(address, started)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(LIMIT_MS)
            expect.set_options(timeout=LIMIT_MS)
            rounds = [changes(page, address, folder, seed) for seed in range(2, 2 + ROUNDS)]
            for name in rounds[0]:
                print(f"{name}: {statistics.median(one[name] for one in rounds):.2f} s")
            large(page, address, folder)
        browser.close()


def stored(url: str) -> None:
    """A database with the values that the file changes."""
    database = open_database(url)
    initialise(database)
    scope = access.system_user("bench")
    with database.write() as connection:
        catalogue.save(connection, company(), actor="bench")
    uploads.ingest(database, scope, "actuals.csv", Rows(CHANGES).file())
    database.dispose()


def changes(page: Page, address: str, folder: str, seed: int) -> dict[str, float]:
    """Seconds from dropping a file of 100,000 changes to its table, and for what people do with it."""
    file = Path(folder) / f"changes-{seed}.csv"
    file.write_bytes(Rows(CHANGES, seed=seed).file())
    opened(page, address)
    found = {}
    start = time.perf_counter()
    page.locator("input[type=file]").set_input_files(file)
    page.locator(ROW).first.wait_for()
    found["100,000 changes, from the drop of the file to rows on screen"] = time.perf_counter() - start
    expect(page.locator(".count").first).to_have_text("100,000 rows")
    start = time.perf_counter()
    page.get_by_role("button", name="Change", exact=True).click()
    page.locator("[data-col=change][aria-sort=descending]").wait_for()
    found["sorted by change"] = time.perf_counter() - start
    start = time.perf_counter()
    page.locator(".view").evaluate("node => node.scrollTo(0, node.scrollHeight / 2)")
    page.locator(f'{ROW}[aria-rowindex="50002"]').wait_for()
    found["scrolled to the middle"] = time.perf_counter() - start
    start = time.perf_counter()
    page.get_by_role("searchbox").fill("KPI 77")
    expect(page.locator(".count").first).not_to_have_text("100,000 rows")
    found["searched"] = time.perf_counter() - start
    return found


def large(page: Page, address: str, folder: str) -> None:
    """What people see of a file of 50 MB, and when."""
    file = Path(folder) / "large.csv"
    file.write_bytes(Rows(LARGE, seed=9).file())
    opened(page, address)
    start = time.perf_counter()
    page.locator("input[type=file]").set_input_files(file)
    page.locator(".work").wait_for()
    print(f"{file.stat().st_size / 1e6:.0f} MB: progress after {time.perf_counter() - start:.2f} s")
    page.locator(ROW).first.wait_for()
    print(f"{LARGE:,} rows: change set on screen after {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    page.get_by_role("button", name="Commit").click()
    said = []
    while not page.locator(".outcome").count():
        with_rows = page.locator(".work .line")
        if with_rows.count():
            said.append(with_rows.inner_text().replace("\n", ", "))
        page.wait_for_timeout(400)
    for line in dict.fromkeys(said):
        print(f"  {line}")
    print(f"committed after {time.perf_counter() - start:.2f} s: {page.locator('.outcome h2').inner_text()}")


def opened(page: Page, address: str) -> None:
    """An empty upload screen."""
    page.goto(f"{address}/upload")
    page.locator("input[type=file]").wait_for(state="attached")


if __name__ == "__main__":
    main()

"""A real server with the demo company, and a real browser that notices every complaint."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
KEY = secrets.token_urlsafe(48)
"""The secret of servers at which people sign in."""
WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)  # a chart waits for Plotly, and machines are busy

BETWEEN_TWO_SCREENS = ["strict mode violation", "not attached to the DOM", "was detached from the DOM"]
"""What Playwright says where a rerun was replacing what a test was looking at."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; one that met a rerun in the middle, and only that, may try once more."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=BETWEEN_TWO_SCREENS))


@dataclass
class Visit:
    """One person's browser page, and what went wrong in it."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> None:
        """Go to an address and wait for its question."""
        self.page.goto(self.base + address)
        self.page.locator("h1").first.wait_for(timeout=WAIT_MS)

    def title(self, text: str) -> None:
        """Wait for the screen that asks this."""
        self.page.locator("h1", has_text=text).first.wait_for(timeout=WAIT_MS)

    def look_as(self, name: str) -> None:
        """Look through the eyes of a person of the demo company."""
        choose(self.page, "Look as", name)


def choose(page: Page, label: str, option: str, *, exact: bool = False) -> None:
    """Choose what a select box offers; a rerun in the middle closes its list."""
    for _ in range(3):
        box = page.get_by_role("combobox", name=label)
        box.click()  # which waits for a side bar that still comes in
        box.fill(option)
        with suppress(Error):
            return page.get_by_role("option", name=option, exact=exact).click(timeout=WAIT_MS // 3)
    raise AssertionError(f"{label} does not offer {option}")


def until_true(page: Page, script: str, given: object = None) -> None:
    """Wait until a script says so; Playwright's own way runs it in the page, whose policy runs no text."""
    end = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(script, given):
        assert time.monotonic() < end, script
        page.wait_for_timeout(50)


def start(
    url: str, log: Path, *, auth: str = "demo", port: int | None = None, **settings: str
) -> tuple[subprocess.Popen[bytes], str]:
    """A server on a port (or a free one) with the database at `url`, once it answers; and its address."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # also where one has just ended
        free.bind(("localhost", port or 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    base = f"http://localhost:{port}"
    environment = os.environ | {"KPIDASH_DATABASE_URL": url, "KPIDASH_AUTH": auth}
    if auth != "demo":
        environment |= {"KPIDASH_URL": base, "KPIDASH_SECRET_KEY": KEY}
    environment |= settings
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=written, stderr=subprocess.STDOUT
        )
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=1)  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return process, base
    process.terminate()
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


@contextmanager
def serving(
    url: str, log: Path, *, auth: str = "demo", port: int | None = None, **settings: str
) -> Iterator[str]:
    """The address of a server that runs for as long as the block."""
    process, base = start(url, log, auth=auth, port=port, **settings)
    try:
        yield base
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with the demo company."""
    url = f"sqlite:///{tmp_path_factory.mktemp('e2e') / 'demo.db'}"
    subprocess.run([sys.executable, "-m", "kpidash", "--database-url", url, "demo"], check=True, cwd=ROOT)
    return url


@pytest.fixture(scope="session")
def server(demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the demo company."""
    with serving(demo_database, tmp_path_factory.mktemp("log") / "server.log") as base:
        yield base


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has the app's files already: a test leaves nothing else in it."""
    with new_profile(browser) as found:
        yield found


@contextmanager
def new_profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was nowhere before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def visit(profile: BrowserContext, server: str) -> Iterator[Visit]:
    """A fresh visitor. Errors in the console and requests to other hosts fail the test."""
    with visiting(profile, server) as found:
        yield found


@contextmanager
def visiting(profile: BrowserContext, server: str) -> Iterator[Visit]:
    """The same for as long as the block."""
    found = Visit(profile.new_page(), server)
    found.page.set_default_timeout(WAIT_MS)
    found.page.on("console", lambda said: _note(found, said.type == "error", f"console: {said.text}"))
    found.page.on("pageerror", lambda error: _note(found, True, f"script: {error}"))
    found.page.on("request", lambda asked: _note(found, _outside(asked.url, server), f"outside: {asked.url}"))
    yield found
    leave(found.page, server)
    assert not found.complaints


def leave(page: Page, server: str) -> None:
    """Close a page; of all that the browser keeps of the server only its files stay."""
    told = {"origin": server, "storageTypes": "all"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", told)
    page.context.clear_cookies()
    page.close()


def _note(found: Visit, wrong: bool, text: str) -> None:
    if wrong:
        found.complaints.append(text)


def _outside(url: str, server: str) -> bool:
    own = (server, server.replace("http", "ws", 1), "data:", "blob:")
    return not url.startswith(own)

"""From `kpidash serve` to the first painted page: the headline of the demo company in a real browser."""

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.databases import load_demo
from tests.e2e.browser import install

ROUNDS = 5
LIMIT = 60.0


def main() -> None:
    """Print the seconds from the start of the server to the company's headline on screen."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        load_demo(url)
        browser = playwright.chromium.launch(executable_path=install(whole=True), args=["--no-sandbox"])
        seconds = [first_paint(browser, url) for _ in range(ROUNDS)]
        browser.close()
    print(f"first page painted {statistics.median(seconds):.1f} s after the start (of {sorted(seconds)})")


def first_paint(browser: Browser, url: str) -> float:
    """Seconds from starting the server to the headline being visible in a new browser context."""
    with served(url) as (address, started, _):
        page = browser.new_page()
        await_answer(address, started)
        page.goto(address, wait_until="commit")
        page.get_by_role("heading", level=1).wait_for(timeout=LIMIT * 1000)
        seconds = time.perf_counter() - started
        page.close()
    return round(seconds, 2)


def await_answer(address: str, started: float) -> None:
    """Wait until the server answers; a browser that tried again and again would slow it down."""
    while time.perf_counter() - started < LIMIT:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"no answer from {address} within {LIMIT} s")


@contextlib.contextmanager
def served(url: str) -> Iterator[tuple[str, float, int]]:
    """A server of its own on a free port: its address, when it was started, and its process."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, "-m", "kpidash", "serve", "--port", str(port), "--database-url", url]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ, start_new_session=True
    )
    try:
        yield f"http://localhost:{port}", started, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


if __name__ == "__main__":
    main()

"""A first visit on the wire: bytes, and seconds until the screens are complete, on a fast and a slow line.

`python -m bench.first_visit` serves the demo company, opens Company and a KPI in Chromium with an empty cache
and prints the bytes that came over http and websocket and the time until headline and figures are painted.
The slow line has 20 Mbit/s and 40 ms, as Chromium emulates them.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession

from bench.start import await_answer, served
from tests.e2e.conftest import browsing

ROUNDS = 3
SCREENS = {"Company": ("/", ".card"), "KPI": ("/kpi?code=sales-revenue", ".main-svg")}
LINES = {"local": None, "20 Mbit, 40 ms": (20e6 / 8, 40)}


@dataclass
class Wire:
    """What came over it, in bytes."""

    http: int = 0
    websocket: int = 0

    def listen(self, session: CDPSession) -> None:
        """Count what arrives from now on."""
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._received)

    def _loaded(self, event: dict[str, float]) -> None:
        self.http += int(event["encodedDataLength"])

    def _received(self, event: dict[str, dict[str, str]]) -> None:
        self.websocket += len(event["response"]["payloadData"]) * 3 // 4  # binary frames come as base64


def main() -> None:
    """Print a line for each screen and line."""
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        subprocess.run([sys.executable, "-m", "kpidash", "demo", "--database-url", url], check=True)
        with served(url) as (address, started, _):
            await_answer(address, started)
            visit(browser, address, "Company", None)  # the process has begun to serve
            print("| screen | line | http | websocket | headline | complete |")
            print("|---|---|---|---|---|---|")
            for screen in SCREENS:
                for line, limits in LINES.items():
                    found = [visit(browser, address, screen, limits) for _ in range(ROUNDS)]
                    wire, *_ = found[0]
                    headline, complete = (statistics.median(one[at] for one in found) for at in (1, 2))
                    print(
                        f"| {screen} | {line} | {wire.http / 1e6:.2f} MB | {wire.websocket / 1e3:.0f} kB "
                        f"| {headline:.2f} s | {complete:.2f} s |"
                    )


def visit(
    browser: Browser, address: str, screen: str, limits: tuple[float, int] | None
) -> tuple[Wire, float, float]:
    """A visit with an empty cache: what came, and the seconds to the headline and to the last part."""
    path, last = SCREENS[screen]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, wire = context.new_page(), Wire()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if limits:
        download, latency = limits
        conditions = {"offline": False, "latency": latency, "downloadThroughput": download,
                      "uploadThroughput": download}  # fmt: skip
        session.send("Network.emulateNetworkConditions", conditions)
    wire.listen(session)
    began = time.perf_counter()
    page.goto(address + path, wait_until="commit")
    page.locator("h1").wait_for()
    headline = time.perf_counter() - began
    page.locator(last).last.wait_for()
    complete = time.perf_counter() - began
    context.close()
    return wire, headline, complete


if __name__ == "__main__":
    main()

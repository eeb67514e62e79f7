"""First visits in Chromium: seconds until parts of a page are there, and the bytes that came for it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession

LINE = "20 Mbit, 40 ms"
BYTES_PER_S, LATENCY_MS = 20e6 / 8, 40
"""The slow line, as Chromium emulates it; it slows requests, not the messages of a websocket."""
WAIT_MS = 60_000

Parts = Sequence[tuple[str, int]]
"""What has to be there: selectors, and how many elements of each at least."""


@dataclass(frozen=True)
class Page:
    """An address, and the parts that are waited for one after the other, by name."""

    address: str
    stages: Mapping[str, Parts]


@dataclass
class Visit:
    """What a visit took: seconds to each stage, and bytes over http and websocket."""

    seconds: dict[str, float] = field(default_factory=dict)
    http: int = 0
    websocket: int = 0

    @property
    def wire(self) -> int:
        """All bytes."""
        return self.http + self.websocket

    def listen(self, session: CDPSession) -> None:
        """Count what arrives from now on."""
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._received)

    def _loaded(self, event: dict[str, float]) -> None:
        self.http += int(event["encodedDataLength"])

    def _received(self, event: dict[str, dict[str, str]]) -> None:
        self.websocket += len(event["response"]["payloadData"]) * 3 // 4  # binary frames come as base64


def visit(browser: Browser, page: Page, *, slow: bool = False) -> Visit:
    """A visit with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab, found = context.new_page(), Visit()
    session = context.new_cdp_session(tab)
    session.send("Network.enable")
    if slow:
        conditions = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_PER_S,
                      "uploadThroughput": BYTES_PER_S}  # fmt: skip
        session.send("Network.emulateNetworkConditions", conditions)
    found.listen(session)
    began = time.perf_counter()
    tab.goto(page.address, wait_until="commit")
    for name, parts in page.stages.items():
        for selector, count in parts:
            tab.locator(selector).nth(count - 1).wait_for(timeout=WAIT_MS)
        found.seconds[name] = time.perf_counter() - began
    tab.wait_for_load_state("networkidle")  # what comes after all is painted counts as bytes
    context.close()
    return found

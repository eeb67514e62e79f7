"""What comes over a browser's websocket: how much, and a rerun beside the seconds of its script alone."""

import asyncio
import re
import statistics
import urllib.request

from tests.e2e.tab import Tab

RERUNS = 30


def rerun(address: str, page: str, query: str) -> tuple[float, float]:
    """Medians in seconds: from asking for a page that is open to the last message, and of its script."""
    return asyncio.run(_rerun(address, page, query))


def messages(address: str) -> int:
    """The bytes of all that comes when the company is opened."""
    return asyncio.run(_opened(address))


async def _opened(address: str) -> int:
    tab = Tab(address)
    await tab.open()
    await tab.close()
    return tab.received


async def _rerun(address: str, page: str, query: str) -> tuple[float, float]:
    tab = Tab(address)
    await tab.open(page, query)
    wire, script = [], []
    for number in range(RERUNS + 2):
        before = await asyncio.to_thread(_spent, address, page)
        took = await tab.act(page, query)
        if number > 1:  # the first ones make what is kept
            wire.append(took)
            script.append(await asyncio.to_thread(_spent, address, page) - before)
    await tab.close()
    return statistics.median(wire), statistics.median(script)


def _spent(address: str, page: str) -> float:
    """The seconds of all runs of the page's script so far, as the process counts them."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    name = re.escape(page or "company")
    found = re.search(rf'^kpidash_rerun_seconds_sum{{page="{name}"}} (\S+)$', text, re.MULTILINE)
    return float(found[1]) if found else 0.0

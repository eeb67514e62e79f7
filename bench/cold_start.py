"""From nothing to a screen: import, first visits beside bare Streamlit and Dash, bytes, reruns on the wire.

`python -m bench.cold_start [--rounds N] [--dash PYTHON]` prints each figure with its reference, the ratio and
the goal. Visits are made in turns, with an empty cache each, by one Chromium beside the servers. Without the
interpreter of an environment that has Dash one is made and thrown away.
"""

import argparse
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext

from playwright.sync_api import Browser

from bench.bare_pages import dash_page, dash_python, streamlit_page
from bench.databases import fresh, load_demo, sqlite_place
from bench.make_company import SIZES, make
from bench.measure import Figure, table
from bench.start import await_answer, served
from bench.visits import LINE, Page, Visit, visit
from bench.wire import messages, rerun
from kpidash.services.database import Database
from tests.e2e.browser import browsing, install
from tests.e2e.conftest import ROOT

ROUNDS = 5
IMPORT_S, SLOW_LINE_S, WIRE_MB, ABOVE_SCRIPT_S, MESSAGES_KB = 2.0, 3.0, 3.0, 0.010, 150
CHARTS = ".js-plotly-plot .cartesianlayer .trace"
BARE = (('[data-testid="stMetric"]', 12), ('[data-testid="stDataFrame"] canvas', 1))
KPI = "kpi?code=sales-revenue"
RERUNS = {"Company": ("", ""), "KPI": ("kpi", "code=sales-revenue")}

Visits = Mapping[str, list[Visit]]


def figures(*, rounds: int = ROUNDS, dash: str | None = None) -> Iterator[Figure]:
    """Every figure; `dash` is the Python of an environment that has Dash, else one is made."""
    pairs = [(importing("app"), importing("streamlit")) for _ in range(rounds)]
    app, streamlit = (statistics.median(column) for column in zip(*pairs, strict=True))
    yield Figure("import of the app", "", app, goal=IMPORT_S)
    yield Figure("import of the app", "that of Streamlit alone", app, streamlit)
    with sqlite_place() as place, fresh(place) as url:
        load_demo(url)
        with served(url) as (address, started, _):
            await_answer(address, started)
            with nullcontext(dash) if dash else dash_python() as python, _pages(address, python) as pages:
                yield from _visited(pages, rounds)
            for screen, (page, query) in RERUNS.items():
                wire, script = rerun(address, page, query)
                above = f"rerun of {screen} on the wire, above its script"
                yield Figure(above, "", wire - script, goal=ABOVE_SCRIPT_S)
    yield Figure("messages of Company, 500 KPIs", "", _of_five_hundred() / 1e3, goal=MESSAGES_KB, unit="kB")


def _of_five_hundred() -> int:
    """The bytes of a company's first run with 500 KPIs, on the websocket."""
    with sqlite_place() as place, fresh(place) as url:
        opened = Database(url)
        make(opened, SIZES["M"])
        opened.dispose()
        with served(url) as (address, started, _):
            await_answer(address, started)
            return messages(address)


def importing(module: str) -> float:
    """Seconds that a module takes in a new process, as -X importtime tells them."""
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    found = re.search(rf"\|\s+(\d+) \| {module}$", told, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"nothing was told of {module}")
    return int(found[1]) / 1e6


@contextmanager
def _pages(address: str, python: str) -> Iterator[dict[str, Page]]:
    """All pages that are visited, by name; the bare ones are served for as long as the block runs."""
    head = {"headline": (("h1", 1),)}
    cards = {**head, "cards": ((".counts", 1), (".card", 12))}
    with ExitStack() as stack:
        bare = stack.enter_context(streamlit_page(figures=True))
        plain = stack.enter_context(streamlit_page(figures=False))
        dash = stack.enter_context(dash_page(python))
        yield {
            "bare": Page(bare, {"complete": (*BARE, (CHARTS, 6))}),
            "plain": Page(plain, {"complete": BARE}),
            "Dash": Page(dash, {"complete": ((".metric", 12), (CHARTS, 6), ("td", 12))}),
            "Company": Page(f"{address}/", {**cards, "complete": (("table.heat", 1), (".side a", 5))}),
            "KPI": Page(f"{address}/{KPI}", {**head, "complete": ((CHARTS, 1),)}),
        }


def _visited(pages: dict[str, Page], rounds: int) -> Iterator[Figure]:
    install(whole=True)
    with browsing(whole=True) as browser:
        for name in ("bare", "plain", "Dash", "Company"):  # processes have begun to serve
            visit(browser, pages[name])
        pages["KPI"] = _with_all_charts(browser, pages["KPI"])
        found: dict[str, list[Visit]] = {name: [] for name in pages}
        slow: dict[str, list[Visit]] = {name: [] for name in pages if name != "plain"}
        for _ in range(rounds):
            for kept, limited in ((found, False), (slow, True)):
                for name, visits in kept.items():
                    visits.append(visit(browser, pages[name], slow=limited))
    yield from _beside(found)
    yield from _on_the_line(slow)


def _with_all_charts(browser: Browser, page: Page) -> Page:
    """The page that is complete when the last of its charts is there; how many those are is looked up."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.goto(page.address)
    tab.locator(CHARTS).first.wait_for()
    tab.wait_for_load_state("networkidle")
    tab.wait_for_timeout(3000)
    charts = tab.locator(CHARTS).count()
    context.close()
    return Page(page.address, {**page.stages, "complete": ((CHARTS, charts),)})


def _beside(found: Visits) -> Iterator[Figure]:
    """First visits from the same machine beside those of the bare pages."""
    bare, plain, dash = (took(found[name], "complete") for name in ("bare", "plain", "Dash"))
    cards, company = (took(found["Company"], stage) for stage in ("cards", "complete"))
    names = {"bare": "bare Streamlit, complete", "plain": "the same without figures", "Dash": "in Dash"}
    first = "first visit to Company"
    yield Figure(f"{first}: headline, counts, cards", names["bare"], cards, bare, goal=0.6)
    yield Figure(f"{first}: complete", names["bare"], company, bare, goal=1.0)
    yield Figure(f"{first}: complete", names["plain"], company, plain)
    yield Figure(f"{first}: complete", names["Dash"], company, dash, goal=1.2)
    kpi = took(found["KPI"], "complete")
    yield Figure("first visit to a KPI: all charts", names["bare"], kpi, bare)


def _on_the_line(slow: Visits) -> Iterator[Figure]:
    """The same on the slow line, and the bytes."""
    bare = took(slow["bare"], "complete")
    for name in ("Company", "KPI"):
        complete = took(slow[name], "complete")
        goal = SLOW_LINE_S if name == "Company" else None
        yield Figure(f"first visit to {name}, {LINE}: complete", "", complete, goal=goal)
        yield Figure(f"first visit to {name}, {LINE}: complete", "bare Streamlit", complete, bare)
        megabytes = statistics.median(one.wire for one in slow[name]) / 1e6
        yield Figure(f"first visit to {name}: on the wire", "", megabytes, goal=WIRE_MB, unit="MB")


def took(visits: list[Visit], stage: str) -> float:
    """Median of the seconds to a stage."""
    return statistics.median(one.seconds[stage] for one in visits)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--dash", metavar="PYTHON")
    given = parser.parse_args()
    print("\n".join(table(figures(rounds=given.rounds, dash=given.dash))))


if __name__ == "__main__":
    main()

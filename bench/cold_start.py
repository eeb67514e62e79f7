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
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from bench.bare_pages import dash_page, dash_python, streamlit_page
from bench.measure import Figure
from bench.start import await_answer, served
from bench.visits import BYTES_PER_S, LINE, Page, Visit, visit
from bench.wire import rerun
from tests.e2e.conftest import ROOT, browsing

ROUNDS = 5
IMPORT_S, SLOW_LINE_S, WIRE_BYTES, ABOVE_SCRIPT_S = 2.0, 3.0, 3_000_000, 0.010
CHARTS = ".js-plotly-plot .cartesianlayer .trace"
BARE = (('[data-testid="stMetric"]', 12), ('[data-testid="stDataFrame"] canvas', 1))
KPI = "kpi?code=sales-revenue"
RERUNS = {"Company": ("", ""), "KPI": ("kpi", "code=sales-revenue")}

Visits = Mapping[str, list[Visit]]


@dataclass(frozen=True)
class Aim:
    """A figure and the ratio that it should not exceed; None where nobody set one."""

    figure: Figure
    at_most: float | None


def figures() -> Iterator[Figure]:
    """Every figure; those with a goal say it in their name."""
    for aim in aims():
        goal = "" if aim.at_most is None else f" (goal ≤ {aim.at_most:g})"
        one = aim.figure
        yield Figure(one.name + goal, one.reference, one.seconds, one.reference_seconds)


def aims(*, rounds: int = ROUNDS, dash: str | None = None) -> Iterator[Aim]:
    """Every figure with its goal."""
    pairs = [(importing("app"), importing("streamlit")) for _ in range(rounds)]
    app, streamlit = (statistics.median(column) for column in zip(*pairs, strict=True))
    yield Aim(Figure("import of the app", f"{IMPORT_S:g} s", app, IMPORT_S), 1.0)
    yield Aim(Figure("import of the app", "import of Streamlit alone", app, streamlit), None)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        subprocess.run([sys.executable, "-m", "kpidash", "demo", "--database-url", url], check=True)
        with served(url) as (address, started, _):
            await_answer(address, started)
            with nullcontext(dash) if dash else dash_python() as python, _pages(address, python) as pages:
                yield from _visited(pages, rounds)
            for screen, (page, query) in RERUNS.items():
                wire, script = rerun(address, page, query)
                name = f"rerun of {screen} on the wire"
                yield Aim(Figure(name, "its script + 10 ms", wire, script + ABOVE_SCRIPT_S), 1.0)


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


def _visited(pages: dict[str, Page], rounds: int) -> Iterator[Aim]:
    with browsing() as browser:
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


def _beside(found: Visits) -> Iterator[Aim]:
    """First visits from the same machine beside those of the bare pages."""
    bare, plain, dash = (took(found[name], "complete") for name in ("bare", "plain", "Dash"))
    cards, company = (took(found["Company"], stage) for stage in ("cards", "complete"))
    names = {"bare": "bare Streamlit, complete", "plain": "the same without figures", "Dash": "in Dash"}
    first = "first visit to Company"
    yield Aim(Figure(f"{first}: headline, counts, cards", names["bare"], cards, bare), 0.6)
    yield Aim(Figure(f"{first}: complete", names["bare"], company, bare), 1.0)
    yield Aim(Figure(f"{first}: complete", names["plain"], company, plain), None)
    yield Aim(Figure(f"{first}: complete", names["Dash"], company, dash), 1.2)
    kpi = took(found["KPI"], "complete")
    yield Aim(Figure("first visit to a KPI: all charts", names["bare"], kpi, bare), None)


def _on_the_line(slow: Visits) -> Iterator[Aim]:
    """The same on the slow line, and the bytes."""
    bare = took(slow["bare"], "complete")
    for name in ("Company", "KPI"):
        complete, reference = took(slow[name], "complete"), f"{SLOW_LINE_S:g} s"
        yield Aim(Figure(f"first visit to {name}, {LINE}: complete", reference, complete, SLOW_LINE_S), 1.0)
        yield Aim(Figure(f"first visit to {name}, {LINE}: complete", "bare Streamlit", complete, bare), None)
        wire = statistics.median(one.wire for one in slow[name])
        what = f"first visit to {name}: {wire / 1e6:.2f} MB, as seconds of 20 Mbit"
        yield Aim(Figure(what, "3 MB", wire / BYTES_PER_S, WIRE_BYTES / BYTES_PER_S), 1.0)


def took(visits: list[Visit], stage: str) -> float:
    """Median of the seconds to a stage."""
    return statistics.median(one.seconds[stage] for one in visits)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--dash", metavar="PYTHON")
    given = parser.parse_args()
    print("| figure | reference | goal | ratio | median | reference's |")
    print("|---|---|---|---|---|---|")
    for aim in aims(rounds=given.rounds, dash=given.dash):
        one, goal = aim.figure, "" if aim.at_most is None else f"≤ {aim.at_most:g}"
        ratio = (
            f"**{one.ratio:.2f}**"
            if aim.at_most is not None and one.ratio > aim.at_most
            else f"{one.ratio:.2f}"
        )
        print(f"| {one.name} | {one.reference} | {goal} | {ratio} "
              f"| {one.seconds:.3f} s | {one.reference_seconds:.3f} s |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

"""What a first visit does not wait for, and how much it brings."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.visits import Page as Asked
from bench.visits import visit as first_visit
from kpidash.ui import assets, preloads
from tests.e2e.conftest import ROOT, Visit, new_profile
from tests.e2e.test_assets import asked

HEAVY = {"alembic", "altair", "argon2", "authlib", "cryptography", "httpx2", "plotly.graph_objs._figure",
         "pydeck", "pyotp", "python_calamine", "segno", "xlsxwriter", "zxcvbn"}  # fmt: skip
MOST_BYTES = 3_000_000


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without any of the app's files, for each test."""
    with new_profile(browser) as found:
        yield found


def without_charts(page: Page) -> list[str]:
    """Leave every request for the drawing library without an answer; the addresses that were asked for."""
    held: list[str] = []
    page.route("**/PlotlyChart.*", lambda route: held.append(route.request.url))
    return held


def test_the_app_is_imported_without_what_only_screens_need():
    told = "import app, sys; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    modules = set(found.stdout.split())
    assert "streamlit" in modules
    assert modules & HEAVY == set()
    assert found.stderr == "", "what is kept for screens is made once Streamlit runs, which says so else"


def test_the_company_is_complete_while_the_drawing_library_does_not_come(visit: Visit):
    held = without_charts(visit.page)
    visit.open("/")
    expect(visit.page.locator(".counts")).to_be_visible()
    expect(visit.page.locator(".card").nth(11)).to_be_visible()
    expect(visit.page.locator("table.heat")).to_be_visible()
    visit.page.wait_for_load_state("networkidle")
    assert held == [], "the company asks for no chart at all"


def test_a_kpi_says_how_it_stands_while_the_drawing_library_does_not_come(visit: Visit):
    held = without_charts(visit.page)
    visit.open("/kpi?code=sales-revenue")
    expect(visit.page.locator(".why")).to_be_visible()
    expect(visit.page.locator(".tiles").first).to_be_visible()
    expect(visit.page.locator("h2", has_text="What does it mean?")).to_be_visible()
    assert held, "it was asked for"
    assert visit.page.locator(".main-svg").count() == 0


@pytest.mark.parametrize(
    ("address", "last"), [("/", ("table.heat", 1)), ("/kpi?code=sales-revenue", (".main-svg", 9))]
)
def test_a_first_visit_brings_at_most_three_megabytes(browser, server, address, last):
    found = first_visit(browser, Asked(server + address, {"complete": (last,)}))
    assert found.http > 500_000
    assert found.websocket > 10_000
    assert found.wire <= MOST_BYTES


def test_the_document_asks_early_for_what_is_there_and_needed(server):
    for page, charts in (("", False), ("kpi", True)):
        text = asked(server, f"/{page}")[2].decode()
        hints = re.findall(r'modulepreload" href="\.(\S+)" fetchpriority="low"', text)
        assert len(hints) == len(set(hints)) > 10
        assert any("PlotlyChart." in one for one in hints) == charts
        assert any("/own/view." in one for one in hints)
        for one in hints:
            status, headers, _ = asked(server, one, **{"Accept-Encoding": "br"})
            assert (status, "immutable" in headers["cache-control"]) == (200, True), one


def test_every_hint_is_used(visit: Visit):
    """A module that nobody imports would cost a request for nothing."""
    visit.open("/")
    visit.page.wait_for_load_state("networkidle")
    imports = visit.page.evaluate(
        """async () => {
          const text = (one) => fetch(one.name).then((answer) => answer.text());
          const scripts = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('.js'));
          return (await Promise.all(scripts.map(text))).join('\\n');
        }"""
    )
    hinted = [name for begin in preloads.DRAWN for name in preloads.needed(begin)]
    assert hinted
    assert [name for name in hinted if name.removeprefix("js/") not in imports] == []


def test_the_document_tells_what_the_server_would(server):
    told = json.loads(asked(server, "/_stcore/host-config")[2])
    script = re.search(r'<script src="([^"]*document[^"]*)"', asked(server, "/")[2].decode())
    assert script
    found = re.search(r"HOST_CONFIG: ({.*?}) }", asked(server, script[1])[2].decode())
    assert found
    assert json.loads(found[1]) == told


@pytest.mark.parametrize(("begin", "most"), [("index.", 160_000), ("PlotlyChart.", 1_300_000)])
def test_large_scripts_travel_small(begin, most):
    path = next((assets.FOLDER / "js").glob(f"{begin}*.js"))
    assert len(assets.compressed(f"js/{path.name}", "br")) <= most


def test_our_fonts_are_kept_for_good_under_names_of_their_content(server):
    named = re.findall(r'url = "(app/static/fonts/\S+)"', (ROOT / ".streamlit" / "config.toml").read_text())
    assert len(named) == 2
    assert f'href=".{assets.font("inter-latin")}"' in asked(server, "/")[2].decode()
    for address in named:
        status, headers, content = asked(server, f"/{address}")
        assert (status, headers["content-type"]) == (200, "font/woff2")
        assert "immutable" in headers["cache-control"]
        assert hashlib.sha256(content).hexdigest()[:16] == address.split(".")[-2]
    assert asked(server, "/app/static/fonts/../../main.woff2")[0] in (400, 404)

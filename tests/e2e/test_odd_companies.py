"""Companies that a demo does not show: hostile names, hardly any data, none at all, no database."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, WAIT_MS, serving

CATALOGUE = """
company: {name: "<script>alert(1)</script> & **Söhne**", currency: EUR, locale: de_DE}
departments: [{code: x, name: "<img src=x onerror=alert(1)> [Vertrieb](javascript:alert(1))"}]
kras: [{code: k, department: x, name: "مبيعات <b>fett</b>"}]
kpis:
  - {code: huge, kra: k, name: "Umsatz <i>schräg</i>", unit: currency, direction: increase,
     frequency: monthly, aggregation: sum, dimensions: [region],
     targets: [{period: 2026-03, value: 99999999999999}]}
  - {code: lost, kra: k, name: "Ergebnis", unit: currency, direction: increase, frequency: monthly,
     aggregation: sum, targets: [{period: 2026-03, value: 5}]}
"""
ACTUALS = """kpi,period,value,region
huge,2026-03,123456789012345,<b>Nord</b>
huge,2026-02,-999999,Süd
lost,2026-03,-123456.789,
"""


def kpidash(url: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "kpidash", "--database-url", url, *arguments], check=True, cwd=ROOT)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in which an alert is a failure."""
    found = browser.new_page()
    said: list[str] = []
    found.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    found.set_default_timeout(WAIT_MS)
    yield found
    found.close()
    assert not said


def test_names_from_data_never_become_markup_and_odd_numbers_stay_readable(page: Page, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'odd.db'}"
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "actuals.csv").write_text(ACTUALS, encoding="utf-8")
    kpidash(url, "init")
    kpidash(url, "catalogue", "apply", str(tmp_path / "catalogue.yaml"))
    kpidash(url, "ingest", str(tmp_path / "actuals.csv"))
    with serving(url, tmp_path / "server.log") as base:
        page.goto(f"{base}/?as_of=2026-03-31")
        expect(page.locator("h1")).to_contain_text("<script>alert(1)</script> & **Söhne**")
        expect(page.locator(".card").first).to_be_visible()
        assert page.locator("img[src=x], .card i:not(.mark), .heat b b").count() == 0
        expect(page.locator(".card", has_text="Umsatz <i>schräg</i>")).to_contain_text("123 Bio. €")
        expect(page.locator(".decisions")).to_contain_text("below 0 %")
        page.goto(f"{base}/kpi?code=huge&as_of=2026-03-31")
        expect(page.locator(".ytick", has_text="<b>Nord</b>")).to_be_visible()


def test_a_company_without_kpis_is_told_what_to_do(page: Page, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    kpidash(url, "init")
    with serving(url, tmp_path / "server.log") as base:
        page.goto(base)
        assert page.request.get(f"{base}/readyz").json()["status"] == "ready"
        expect(page.locator("h1")).to_have_text("There is nothing to see yet")
        expect(page.locator(".empty")).to_contain_text("kpidash catalogue apply")


def test_without_a_database_the_screen_says_how_to_make_one(page: Page, tmp_path: Path):
    with serving(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "server.log") as base:
        page.goto(base)
        assert page.request.get(f"{base}/healthz").ok
        assert page.request.get(f"{base}/readyz").status == 503
        expect(page.locator("h1")).to_have_text("There is no database to read yet")
        expect(page.locator(".empty")).to_contain_text("kpidash demo")

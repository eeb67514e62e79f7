"""Every state of the upload screen, for pictures: each begins at an empty screen and ends as it is named."""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from kpidash.services.access import system_user
from kpidash.services.database import open_database
from kpidash.services.uploads import ingest

LAST_MONTH = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).replace(day=1)
DAYS = [LAST_MONTH.replace(day=day) for day in range(1, 13)]
REGIONS = ("North", "South", "East", "West")
State = Callable[[Page, str], None]
"""Brings a page on the screen of a database's URL into a state."""


def drop(page: Page, content: str, name: str = "sales october.csv") -> None:
    """Give the screen a file, and wait until it was read."""
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode("latin-1")}
    page.locator("input[type=file]").set_input_files([file])
    page.locator(".file, .outcome, .work").first.wait_for()


def report(*, factor: float = 0.7, wrong: bool = False) -> str:
    """Two weeks of sales well below what is stored, one of them a slip by two digits."""
    lines = ["kpi,period,value,region"]
    for day in DAYS:
        for at, region in enumerate(REGIONS):
            value = 430_000 * factor + 9_000 * at + 700 * day.day
            lines.append(f"sales-revenue,{day:%Y-%m-%d},{value:.0f},{region}")
        lines.append(f"leads,{day:%Y-%m-%d},{140 + day.day},")
    lines[7] = lines[7].replace(",", "99,", 3).replace("99,", ",", 2) if wrong else lines[7]
    if wrong:
        lines += [
            f"sales-revenue,{DAYS[0]:%Y-%m-%d},n/k,North",
            f"Sales Revnue,{DAYS[1]:%Y-%m-%d},512000,North",
            f"sales-revenue,{DAYS[2]:%Y-%m-%d},480000,Nowhere at all",
            "profit-margin,2026-09,12,",
            "sales-revenue,2026-10,5,North",
        ]
    return "\n".join([*lines, ""])


def empty(page: Page, url: str) -> None:
    """Nothing chosen yet."""


def questions(page: Page, url: str) -> None:
    """Days and numbers that can be read in two ways."""
    rows = "".join(f"sales-revenue;{day:%d/%m/%Y};4,12{day.day % 10};North\n" for day in DAYS[:9])
    drop(page, f"kpi;period;value;region\n{rows}", "october.csv")


def mapping(page: Page, url: str) -> None:
    """Other headers, a title, a total and a misspelt KPI."""
    rows = "".join(f"Sales Revnue;{day:%d.%m.%Y};4{day.day}2.000,50;North\n" for day in DAYS)
    drop(
        page,
        f"Umsatzbericht M\xfcnchen;;;\n\nIndikator;Datum;Betrag;Gebiet\n{rows}Total;;9.999,00;\n",
        "Umsatz Oktober.csv",
    )
    page.get_by_text("Say what is open above").wait_for()


def names(page: Page, url: str) -> None:
    """KPIs that nobody knows by these names."""
    named = {"Sales Revnue": 400_000, "Leeds": 140, "Handle tme": 300, "Zufriedenheit": 90}
    rows = "".join(f"{name},{DAYS[0]:%Y-%m-%d},{value},\n" for name, value in named.items())
    drop(page, f"kpi,period,value,region\n{rows}leads,{DAYS[0]:%Y-%m-%d},150,\n")


def changes(page: Page, url: str) -> None:
    """Values that change much, some wrong rows, one unusual."""
    drop(page, report(wrong=True))
    page.locator(".row").first.wait_for()


def rejected(page: Page, url: str) -> None:
    """The wrong rows of such a file."""
    changes(page, url)
    page.locator("[role=tab]", has_text="Rejected").click()
    page.locator("[data-kind=problems]").wait_for()


def unchanged(page: Page, url: str) -> None:
    """A file whose values are all known."""
    ingest_elsewhere(url, report(factor=0.9))
    drop(page, report(factor=0.9))


def overrule(page: Page, url: str) -> None:
    """The form that overrules how a file was read."""
    drop(page, report())
    page.get_by_text("Why so, and read it differently").click()


def progress(page: Page, url: str) -> None:
    """A large file while it is read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all regions, all years.csv"
        file.write_bytes(b"kpi,period,value,region\n" + b"sales-revenue,2026-10-01,5,North\n" * 2_500_000)
        page.locator("input[type=file]").set_input_files(file)
        page.locator(".work").wait_for()


def committed(page: Page, url: str) -> None:
    """The receipt."""
    drop(page, report(factor=datetime.now(UTC).microsecond / 1e6, wrong=True))
    page.get_by_role("button", name="Commit").click()
    page.locator(".outcome").wait_for()


def undone(page: Page, url: str) -> None:
    """The same, taken back."""
    committed(page, url)
    page.get_by_role("button", name="Undo this upload").click()
    page.locator(".outcome h2", has_text="Taken back").wait_for()


def conflict(page: Page, url: str) -> None:
    """What somebody else changed meanwhile."""
    drop(page, report())
    page.locator(".row").first.wait_for()
    ingest_elsewhere(url, report(factor=datetime.now(UTC).microsecond / 1e6))
    page.get_by_role("button", name="Commit").click()
    page.locator(".outcome").wait_for()


def unreadable(page: Page, url: str) -> None:
    """No table at all."""
    drop(page, "%PDF-1.4 scanned pages", "scan of the report.csv")


def ingest_elsewhere(url: str, content: str) -> None:
    """Somebody else's upload."""
    database = open_database(url)
    ingest(database, system_user("somebody else"), "theirs.csv", content.encode())
    database.dispose()


STATES: dict[str, State] = {
    state.__name__: state
    for state in (
        empty, questions, mapping, names, changes, rejected, unchanged, overrule, progress, committed, undone,
        conflict, unreadable,
    )
}  # fmt: skip

"""The analyst's daily work in a real browser: from a messy file to stored values, and back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kpidash.services.access import system_user
from kpidash.services.database import Database, open_database
from kpidash.services.upload_history import history
from kpidash.services.uploads import ingest
from tests.e2e.conftest import Visit, choose

SOMEBODY = system_user("somebody else")
MONTH = (datetime.now(UTC).replace(day=1) - timedelta(days=40)).replace(day=1)
"""A month that is over; the first twelve days of it can be read in two ways."""
DAYS = [MONTH.replace(day=day) for day in range(1, 8)]


@pytest.fixture
def analyst(visit: Visit) -> Visit:
    """An analyst of the whole company, on the upload screen."""
    visit.open("/upload")
    visit.look_as("Divya Menon")
    visit.page.locator("input[type=file]").wait_for(state="attached")
    rest(visit.page)
    return visit


@pytest.fixture
def database(demo_database: str) -> Iterator[Database]:
    """The database that the server works on."""
    found = open_database(demo_database)
    yield found
    found.dispose()


def rest(page: Page) -> None:
    """Wait until the page has run."""
    page.locator('[data-test-script-state="notRunning"]').wait_for()


def drop(page: Page, content: str, name: str = "report.csv") -> None:
    """Give the screen a file."""
    file = {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files([file])


def leads(value: int) -> str:
    """Seven days of a daily KPI without segments."""
    return "kpi,period,value\n" + "".join(f"leads,{day:%Y-%m-%d},{value}\n" for day in DAYS)


def messy() -> str:
    """A title, other headers, a misspelt KPI, doubtful days and numbers, a total and a wrong cell."""
    rows = [f"Sales Revnue;{day:%m/%d/%Y};4,12{day.day};North" for day in DAYS]
    wrong = f"Sales Revnue;{DAYS[0]:%m/%d/%Y};n/k;South"
    lines = ["Sales report;;;", "", "Indikator;Datum;Betrag;Gebiet", *rows, wrong, "Total;;28,882;"]
    return "\n".join(lines)


def tab(page: Page, key: str = "Tab", most: int = 80) -> Callable[[str], None]:
    """Goes to the control with this text or name by the keyboard alone; its focus must be visible."""

    def to(name: str) -> None:
        for _ in range(most):
            page.keyboard.press(key)
            if name in page.evaluate(_FOCUSED):
                assert page.evaluate(_VISIBLE), f"the focus on {name} cannot be seen"
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    return to


_ACTIVE = """let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"""
_FOCUSED = f"""() => {{ {_ACTIVE} if (!at.matches('button, input')) return '';
  return [at.innerText, at.getAttribute('aria-label'), at.placeholder, at.closest('label')?.innerText]
    .join(' ') }}"""
_VISIBLE = f"""() => {{ {_ACTIVE} const shown = (node) => {{ const look = getComputedStyle(node);
  return look.outlineStyle !== 'none' || look.boxShadow !== 'none' }};
  return shown(at) || [...(at.closest('label')?.children ?? [])].some(shown) }}"""


def test_a_messy_file_is_asked_about_mapped_previewed_committed_in_part_and_taken_back(analyst: Visit):
    page = analyst.page
    drop(page, messy())
    expect(page.locator(".found")).to_contain_text("semicolon")
    expect(page.locator(".reasons").first).to_contain_text("beginning with 'Total'")
    page.get_by_role("button", name="Right: Indikator").click()
    page.get_by_text("Month, day, year").click()
    expect(page.locator(".ask", has_text="Which comes first")).to_have_count(0)
    page.get_by_text("A point: 4,121 is 4,121").click()
    page.get_by_role("button", name="Yes, this one").click()
    # while a screen makes way for the next one, both are there
    expect(page.locator("[role=tab]", has_text="8Rejected")).to_have_count(0)
    expect(page.locator("[role=tab]", has_text="Rejected")).to_contain_text("1")
    expect(page.locator(".row").first).to_contain_text("Sales revenue")
    expect(page.get_by_role("heading", name="Sales revenue, before and after")).to_be_visible()
    page.locator("[role=tab]", has_text="Rejected").click()
    expect(page.locator(".row").first).to_contain_text("n/k")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the rejected rows").click()
    assert "n/k,South" in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Commit 7 rows, leave out 1").click()
    expect(page.locator(".outcome h2", has_text="Committed: 7 values in Sales revenue")).to_be_visible()
    expect(page.locator(".outcome a", has_text="history")).to_be_visible()
    page.get_by_role("button", name="Undo this upload").click()
    expect(
        page.locator(".outcome h2", has_text="Taken back: 7 values are what they were before")
    ).to_be_visible()
    page.get_by_role("button", name="Upload another file").click()
    drop(page, messy())
    expect(page.locator(".ask", has_text="As last time, by you")).to_contain_text(
        "‘Sales Revnue’ is the KPI Sales revenue"
    )
    page.get_by_role("button", name="Yes, as last time").click()
    expect(page.get_by_role("button", name="Commit 7 rows, leave out 1")).to_be_enabled()


def test_what_somebody_else_changed_meanwhile_is_named_and_one_click_looks_again(
    analyst: Visit, database: Database
):
    page = analyst.page
    drop(page, leads(4_001))
    expect(page.locator(".says")).to_contain_text("7 changed values in Qualified leads")
    ingest(database, SOMEBODY, "theirs.csv", leads(4_002).encode())
    page.get_by_role("button", name="Commit 7 values").click()
    expect(page.locator(".outcome h2", has_text="7 values were changed by somebody else")).to_be_visible()
    expect(page.locator(".outcome li").first).to_contain_text(f"leads {DAYS[0]:%Y-%m-%d}")
    page.get_by_role("button", name="Look again").click()
    page.locator('[data-part="changed"]').click()
    expect(page.locator(".row").first).to_contain_text("4,002")
    page.get_by_role("button", name="Commit 7 values").click()
    expect(page.locator(".outcome h2", has_text="Committed: 7 values in Qualified leads")).to_be_visible()
    page.get_by_role("button", name="Upload another file").click()
    drop(page, leads(4_001))
    expect(page.locator(".says")).to_contain_text("Nothing to write. All 7 values are known already.")
    expect(page.get_by_role("button", name="Nothing to commit")).to_be_disabled()


def test_the_keyboard_alone_goes_from_the_file_to_the_stored_values(analyst: Visit, tmp_path: Path):
    page = analyst.page
    file = tmp_path / "keys.csv"
    rows = "".join(f"Leds,{day:%d/%m/%Y},5001\n" for day in DAYS)
    file.write_text(f"kpi,period,value\n{rows}leads,{DAYS[0]:%Y-%m-%d},x\n", encoding="utf-8")
    to = tab(page)
    to("Upload")
    page.locator("input[type=file]").set_input_files(file)  # what Enter opens is the system's own dialog
    page.locator(".ask", has_text="Which comes first").wait_for()
    rest(page)
    to("Day, month, year")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Yes, this one").wait_for()
    rest(page)
    to("Yes, this one")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Commit 7 rows").wait_for()
    rest(page)
    to("KPIs")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[role=tab]", has_text="Rejected")).to_have_attribute("aria-selected", "true")
    to("Search the problems")
    page.keyboard.type("x")
    expect(page.locator(".row").first).to_contain_text("not a number")
    to("Commit 7 rows, leave out 1")
    page.keyboard.press("Enter")
    page.locator(".outcome.good").wait_for()
    to("Undo this upload")
    page.keyboard.press("Enter")
    expect(page.locator(".outcome h2", has_text="Taken back")).to_be_visible()


def test_a_large_file_shows_how_far_it_is_and_stopping_leaves_nothing_behind(
    analyst: Visit, database: Database, tmp_path: Path
):
    page = analyst.page
    before = len(history(database, SOMEBODY))
    file = tmp_path / "large.csv"
    row = f"sales-revenue,{DAYS[0]:%Y-%m-%d},5,North\n".encode()
    file.write_bytes(b"kpi,period,value,region\n" + row * 5_000_000)
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".work b")).to_have_text("Reading large.csv")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".note")).to_have_text("Stopped. Nothing was written.")
    page.locator("input[type=file]").wait_for(state="attached")
    assert len(history(database, SOMEBODY)) == before


def test_a_file_that_is_no_table_is_explained_in_one_sentence(analyst: Visit):
    page = analyst.page
    drop(page, "%PDF-1.4 scanned", name="report.csv")
    expect(page.locator(".outcome")).to_contain_text("The file is a PDF; export the table as CSV or .xlsx.")
    page.get_by_role("button", name="Take another file").click()
    drop(page, "kpi,period,value\nno-such-kpi,2026-10-01,5\nsales-revenue,2026-10-01,x\n")
    expect(page.locator(".row").first).to_contain_text("no-such-kpi")
    expect(page.get_by_role("button", name="Nothing to commit")).to_be_disabled()


def test_a_reading_can_be_overruled_without_leaving_the_screen(analyst: Visit):
    page = analyst.page
    drop(page, f"kpi,period,value\nleads,{DAYS[0]:%Y-%m-%d},1.234\n")
    expect(page.locator(".row").first).to_contain_text("1")
    page.get_by_text("Why so, and read it differently").click()
    expect(page.get_by_role("button", name="Read again")).to_be_in_viewport()
    rest(page)
    choose(page, "Decimal sign", "a comma: 1,5")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator(".found .told")).to_contain_text("a comma")
    rest(page)
    page.locator('[data-part="changed"]').click()
    expect(page.locator(".row").first).to_contain_text("1,234")


def test_a_phone_shows_the_change_set_without_scrolling_sideways(analyst: Visit):
    page = analyst.page
    page.set_viewport_size({"width": 390, "height": 844})
    drop(page, leads(4_444), name=f"{'a very long file name ' * 5}.csv")
    page.locator('[data-part="changed"]').click()
    expect(page.locator(".row").first).to_contain_text("4,444")
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_what_is_due_is_downloaded_filled_in_and_committed(analyst: Visit):
    page = analyst.page
    line = page.locator(".due", has_text="targets of")
    expect(line).to_contain_text("not set yet")
    targets = page.get_by_role("button", name="CSV").nth(page.locator(".due").count() - 1)
    with page.expect_download() as saved:
        targets.click()
    head, first, *others = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
    place = head.split(",").index("target")
    cells = first.split(",")
    cells[place] = "12"
    drop(page, "\n".join([head, ",".join(cells), *others]), "targets-due.csv")
    expect(page.locator(".reasons").first).to_contain_text("rows of the template were left empty")
    page.get_by_role("button", name="Commit 1 value").click()
    expect(page.locator(".outcome h2", has_text="Committed: 1 value")).to_be_visible()
    page.get_by_role("button", name="Undo this upload").click()
    expect(page.locator(".outcome h2", has_text="Taken back")).to_be_visible()

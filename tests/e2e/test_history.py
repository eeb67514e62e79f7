"""Past uploads in the browser: found, opened, the file taken, and taken back, alone and in order."""

from pathlib import Path

from playwright.sync_api import expect

from kpidash.services.access import system_user
from kpidash.services.database import open_database
from kpidash.services.uploads import ingest
from tests.e2e.conftest import Visit
from tests.e2e.upload_states import drop

ANALYST = "Divya Menon"
HEAD = "kpi,period,value,region\n"


def put(url: str, name: str, values: dict[str, int], code: str = "leads") -> tuple[int, bytes]:
    """Upload values by period; the number of the upload and the file."""
    rows = "".join(f"{code},{period},{value},\n" for period, value in values.items())
    content = (HEAD + rows).encode()
    database = open_database(url)
    number = ingest(database, system_user("divya.menon@example.com"), name, content).upload_id
    database.dispose()
    assert number is not None
    return number, content


def test_an_upload_is_found_opened_downloaded_and_taken_back(
    visit: Visit, demo_database: str, tmp_path: Path
):
    number, content = put(demo_database, "one of a kind.csv", {"2026-05-04": 7001, "2026-05-05": 7002})
    visit.open("/uploads?kind=actuals")
    visit.look_as(ANALYST)
    page = visit.page
    find = page.get_by_role("textbox", name="Find an upload")
    find.fill("ONE OF A")
    find.press("Enter")
    expect(page).to_have_url(f"{visit.base}/uploads?kind=actuals&find=ONE+OF+A")
    expect(page.get_by_text("1 to 1 of 1 upload", exact=True)).to_be_visible()
    page.get_by_role("link", name="one of a kind.csv").click()
    visit.title("one of a kind.csv")
    expect(page.locator('.row [data-col="new"]').first).to_contain_text("7,001")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the file").click()
    taken.value.save_as(tmp_path / "taken.csv")
    assert (tmp_path / "taken.csv").read_bytes() == content
    assert taken.value.suggested_filename == "one of a kind.csv"
    page.get_by_role("button", name="Take this upload back").press("Enter")
    expect(page.get_by_text("2 values become what they were before.")).to_be_visible()
    page.get_by_role("button", name="Take it back", exact=True).press("Enter")
    expect(page.get_by_text("Taken back: 2 values are what they were before")).to_be_visible()
    expect(page.get_by_role("button", name="Take this upload back")).to_have_count(0)
    expect(page.locator("h1 ~ .standing")).to_contain_text("Taken back by #")
    visit.page.go_back()
    expect(page.get_by_text(f"#{number} · actuals")).to_be_visible()


def test_an_upload_in_whose_way_others_stand_is_taken_back_in_order(visit: Visit, demo_database: str):
    first, _ = put(demo_database, "first.csv", {"2026-05-11": 1, "2026-05-12": 1})
    second, _ = put(demo_database, "second.csv", {"2026-05-12": 2, "2026-05-13": 2})
    third, _ = put(demo_database, "third.csv", {"2026-05-13": 3})
    visit.open(f"/uploads?code={first}")
    visit.look_as(ANALYST)
    page = visit.page
    row = page.locator(".row", has_text="12 May 2026")
    expect(row.get_by_role("link", name=f"upload {second}")).to_be_visible()
    page.get_by_role("button", name="Take this upload back").click()
    steps = page.locator(".ahead ol li")
    expect(steps).to_contain_text([f"upload {third}: third.csv", f"upload {second}: second.csv", f"{first}"])
    expect(page.locator(".ahead")).to_contain_text("2 values become what they were before.")
    page.get_by_role("button", name="Take back 3 uploads in order").click()
    expect(page.get_by_text(f"Before it, in this order: {third}, {second}.")).to_be_visible()
    visit.open(f"/uploads?code={third}")
    expect(page.locator("h1 ~ .standing")).to_contain_text("Taken back by #")


def test_the_list_is_filtered_by_links_that_others_can_open(visit: Visit, demo_database: str):
    put(demo_database, "linked.csv", {"2026-05-20": 5})
    visit.open("/uploads?find=linked&kpi=leads")
    page = visit.page
    expect(page.get_by_role("textbox", name="Find an upload")).to_have_value("linked")
    page.get_by_role("link", name="Targets").click()
    expect(page.get_by_text("No upload is like this.")).to_be_visible()
    page.get_by_role("link", name="Show all uploads").click()
    expect(page.get_by_role("link", name="linked.csv")).to_be_visible()
    visit.open("/uploads?code=999999")
    expect(page.get_by_text("There is no such upload for you")).to_be_visible()


def test_an_upload_just_committed_is_taken_back_with_those_that_came_after_it(
    visit: Visit, demo_database: str
):
    visit.open("/upload")
    visit.look_as(ANALYST)
    page = visit.page
    page.locator("input[type=file]").wait_for(state="attached")
    drop(page, HEAD + "leads,2026-05-25,11,\n", "mine.csv")
    page.get_by_role("button", name="Commit").click()
    page.locator(".outcome").wait_for()
    later, _ = put(demo_database, "later.csv", {"2026-05-25": 12})
    page.get_by_role("button", name="Undo this upload").click()
    expect(page.locator(".outcome h2", has_text="Later uploads changed the same values")).to_be_visible()
    expect(page.locator(".outcome .links")).to_have_text(f"upload {later}")
    page.get_by_role("button", name="Take back 2 uploads in order").click()
    expect(page.locator(".outcome h2", has_text="Taken back: 1 value is what it was before")).to_be_visible()

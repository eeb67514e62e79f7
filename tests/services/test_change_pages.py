"""A change set page by page: what is asked for, in which order, and nothing else."""

import pytest

from kpidash.domain.access import system_scope
from kpidash.services import uploads
from kpidash.services.change_pages import Asked, pages_of, problems_page
from kpidash.store import catalogue
from kpidash.store.engine import Database
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
BEFORE = "kpi,period,value,region\nrevenue,2026-08,100,North\nrevenue,2026-09,200,Süd\ncost,2026-09,0,\n"
AFTER = (
    "kpi,period,value,region\nrevenue,2026-08,50,North\nrevenue,2026-09,500,Süd\ncost,2026-09,7,\n"
    "visits,2026-09-01,1,\nnope,2026-09,1,\nrevenue,2026-09,x,North\n"
)


@pytest.fixture
def preview(database: Database) -> uploads.Preview:
    """Three changed values, a new one and two wrong rows."""
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    uploads.ingest(database, ANNA, "before.csv", BEFORE.encode(), today=TODAY)
    return uploads.preview(database, ANNA, "after.csv", AFTER.encode(), today=TODAY)


def listed(preview: uploads.Preview, part: str = "changed", start: int = 0, count: int = 10, **asked: object):
    page = pages_of(preview).page(Asked(part=part, **asked), start, count)
    return [(row.kpi, row.label, row.value) for row in page.rows.itertuples()], page.total


def test_a_page_has_the_rows_of_one_part_with_old_and_new_and_how_far_apart_they_are(preview):
    page = pages_of(preview).page(Asked(part="changed", search="north"), 0, 10)
    (row,) = page.rows.to_dict("records")
    assert (row["kpi"], row["label"], row["where"]) == ("revenue", "2026-08", "region=North")
    assert (row["old_value"], row["value"], row["change"], row["relative"]) == (100, 50, -50, -0.5)
    assert listed(preview, "added") == ([("visits", "2026-09-01", 1)], 1)
    assert listed(preview, "unchanged") == ([], 0)


def test_values_are_sorted_by_the_size_of_their_change_and_those_without_one_come_last(preview):
    by_change, _ = listed(preview, order="change", descending=True)
    assert [value for *_, value in by_change] == [500, 50, 7]
    by_share, _ = listed(preview, order="relative", descending=True)
    assert [value for *_, value in by_share] == [500, 50, 7]
    rising, _ = listed(preview, order="relative")
    assert [value for *_, value in rising] == [50, 500, 7]


def test_values_are_sorted_by_name_period_and_segment(preview):
    assert [kpi for kpi, *_ in listed(preview, order="kpi")[0]] == ["cost", "revenue", "revenue"]
    assert [label for _, label, _ in listed(preview, order="label")[0]] == ["2026-08", "2026-09", "2026-09"]
    assert [value for *_, value in listed(preview, order="where", descending=True)[0]] == [500, 50, 7]


def test_a_search_finds_kpis_and_segments_whatever_their_case_and_script(preview):
    assert listed(preview, search="COST")[1] == 1
    assert listed(preview, search="süd")[0] == [("revenue", "2026-09", 500)]
    assert listed(preview, search="revenue north")[1] == 1
    assert listed(preview, search="nothing like it")[1] == 0
    assert listed(preview, code="revenue")[1] == 2


def test_a_page_begins_where_it_is_asked_to_and_never_outside(preview):
    assert listed(preview, start=1, count=1) == ([listed(preview)[0][1]], 3)
    assert listed(preview, start=99) == ([], 3)


def test_problems_are_found_by_row_cell_and_words(preview):
    issues = preview.issues.kept
    assert problems_page(issues, "", 0, 10).total == 2
    assert problems_page(issues, "nope", 0, 10).rows["row"].tolist() == [6]
    assert problems_page(issues, "7 value", 0, 10).rows["value"].tolist() == ["x"]

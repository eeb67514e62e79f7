"""From a point of a KPI to the uploads and rows behind it, for those who may see them."""

import pytest

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.services import uploads
from kpidash.services.errors import NotThere
from kpidash.services.lineage import point
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

SYSTEM = system_scope("system")
ANN = scope_of("ann@example.com", [Grant(Role.ANALYST, "sales")], CATALOGUE)


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def put(database, *rows, head="kpi,period,value,region"):
    content = "\n".join([head, *rows]).encode()
    receipt = uploads.ingest(database, SYSTEM, "file.csv", content, today=TODAY)
    assert receipt.state == "committed"
    return receipt.upload_id


def behind(database, code, label, scope=SYSTEM):
    return point(database, scope, code, label, today=TODAY)


def said(given):
    return given.value, given.source.upload.id, given.row


def test_a_point_leads_to_the_upload_and_the_row_of_each_segment(company):
    first = put(company, "cost,2026-06,9,", "revenue,2026-06,1,South", "revenue,2026-06,2,North")
    second = put(company, "revenue,2026-06,5,North")
    found = behind(company, "revenue", "2026-06")
    assert (found.actual, found.label, found.total) == (6, "2026-06", 2)
    assert [(one.where, said(one.now)) for one in found.origins] == [
        (("North",), (5, second, 2)),
        (("South",), (1, first, 3)),
    ]
    (before,) = found.origins[0].earlier
    assert (said(before), before.until.upload.id) == ((2, first, 4), second)
    assert found.origins[1].earlier == ()


def test_a_value_that_an_undo_put_back_still_comes_from_where_it_was_given(company):
    first = put(company, "cost,2026-06,1,")
    second = put(company, "cost,2026-06,2,")
    undo = uploads.undo(company, SYSTEM, second).upload_id
    (one,) = behind(company, "cost", "2026-06").origins
    assert (said(one.now), one.now.back_by.upload.id) == ((1, first, 2), undo)
    assert [said(given) for given in one.earlier] == [(2, second, 2), (1, first, 2)]


def test_a_value_that_was_taken_away_still_tells_what_it_was(company):
    first = put(company, "cost,2026-06,1,")
    uploads.undo(company, SYSTEM, first)
    (one,) = behind(company, "cost", "2026-06").origins
    assert (one.now, [said(given) for given in one.earlier]) == (None, [(1, first, 2)])


def test_a_ratio_is_told_with_its_parts(company):
    head = "kpi,period,numerator,denominator,region,client"
    put(company, "csat,2026-06-01,9,10,North,Acme", "csat,2026-06-01,1,10,South,Acme", head=head)
    found = behind(company, "csat", "2026-06-01")
    assert found.actual == 50
    given = found.origins[0].now
    assert (found.origins[0].where, given.value, given.numerator, given.denominator) == (
        ("Acme", "North"), 90, 9, 10,
    )  # fmt: skip


def test_a_calculated_kpi_leads_to_its_inputs(company):
    put(company, "cost,2026-06,4,", "revenue,2026-06,10,North")
    found = behind(company, "margin", "2026-06")
    assert (found.actual, found.origins) == (6, ())
    assert {(part.kpi.code, part.label) for part in found.parts} == {
        ("revenue", "2026-06"), ("cost", "2026-06"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "rows", "label", "parts"),
    [
        ("cost", ("cost,2026-06,4,", "cost,2026-04,3,"), "2026-Q1", [("2026-04", 3), ("2026-06", 4)]),
        ("visits", ("visits,2026-06-30,1,", "visits,2026-07-01,2,"), "2026-06", [("2026-06-30", 1)]),
        ("defects", ("defects,2026-W27,7,",), "2026-07", [("2026-W27", 7)]),
        ("defects", ("defects,2026-W27,7,",), "2026-06", []),
    ],
)
def test_a_coarser_point_leads_to_the_native_periods_inside(company, code, rows, label, parts):
    put(company, *rows)
    found = behind(company, code, label)
    assert [(part.label, part.actual) for part in found.parts] == parts


def test_a_finer_point_is_that_of_the_period_around_it(company):
    put(company, "orders,2026-Q1,3,")
    assert behind(company, "orders", "2026-05").label == "2026-Q1"


def test_a_person_looks_behind_the_points_of_her_departments_only(company):
    put(company, "visits,2026-06-30,1,", "cost,2026-06,4,")
    assert behind(company, "cost", "2026-06", ANN).total == 1
    for code, label in (("visits", "2026-06-30"), ("nope", "2026-06"), ("cost", "June"), ("cost", "0001-01")):
        with pytest.raises(NotThere):
            behind(company, code, label, ANN)

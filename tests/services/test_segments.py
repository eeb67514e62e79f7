"""A department's KPIs by a dimension: the numbers of each KPI's own page."""

import pytest

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.services import kpis, uploads
from kpidash.services.errors import NotThere
from kpidash.services.segments import by_dimension, segment
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
ROWS = (
    "kpi,period,value,numerator,denominator,region,client\n"
    "revenue,2026-09,10,,,North,\nrevenue,2026-09,30,,,South,\ncost,2026-09,5,,,,\n"
    "csat,2026-09-29,,9,10,North,Acme\ncsat,2026-09-30,,1,2,North,Birch\ncsat,2026-09-30,,4,4,South,Acme\n"
)


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    uploads.ingest(database, ANNA, "file.csv", ROWS.encode(), today=TODAY)
    return database


def found(database, department, dimension, scope=ANNA):
    frames = by_dimension(database, scope, department, dimension, window="2026-09", as_of=TODAY)
    return {
        code: [(label, round(value, 3)) for label, value in zip(frame["label"], frame["actual"], strict=True)]
        for code, frame in frames.items()
    }


def test_each_kpi_that_has_the_dimension_is_ranked_by_its_values(company):
    assert found(company, "sales", "region") == {"revenue": [("South", 30), ("North", 10)]}
    assert found(company, "service", "region") == {"csat": [("South", 100), ("North", 83.333)]}
    assert found(company, "service", "client") == {"csat": [("Acme", 92.857), ("Birch", 50)]}
    assert found(company, "service", "colour") == {}


def test_the_numbers_are_those_of_the_kpi_itself(company):
    one = kpis.detail(company, ANNA, "csat", window="2026-09", as_of=TODAY).segments["region"]
    assert dict(found(company, "service", "region")["csat"]) == {
        label: round(value, 3) for label, value in zip(one["label"], one["actual"], strict=True)
    }


def test_another_department_is_not_there(company):
    viewer = scope_of("vera", [Grant(Role.VIEWER, "sales")], CATALOGUE)
    with pytest.raises(NotThere):
        found(company, "service", "region", viewer)


def points(found):
    known = found.points.dropna(subset=["actual"])
    days = known["start"].dt.strftime("%Y-%m-%d")
    return [
        (day, round(own, 3), round(whole, 3))
        for day, own, whole in zip(days, known["actual"], known["whole"], strict=True)
    ]


def test_a_segment_runs_beside_the_whole_and_is_broken_down_by_the_other_dimensions(company):
    found = segment(company, ANNA, "csat", "region", "North", window="2026-09", as_of=TODAY)
    assert points(found) == [("2026-09-29", 90, 90), ("2026-09-30", 50, 83.333)]
    assert round(found.now["actual"], 3) == 83.333
    assert [(row.label, round(row.actual, 3)) for row in found.within["client"].itertuples()] == [
        ("Acme", 90), ("Birch", 50),
    ]  # fmt: skip
    one = segment(company, ANNA, "revenue", "region", "South", window="2026-09", as_of=TODAY)
    assert points(one) == [("2026-09-01", 30, 40)]
    assert one.within == {}


@pytest.mark.parametrize(
    ("code", "dimension", "label"),
    [("nothing", "region", "North"), ("csat", "colour", "North"), ("csat", "region", "Mars")],
)
def test_a_segment_that_is_not_there_is_said_to_be_so(company, code, dimension, label):
    with pytest.raises(NotThere):
        segment(company, ANNA, code, dimension, label, window="2026-09", as_of=TODAY)


def test_a_segment_of_another_departments_kpi_is_not_there(company):
    viewer = scope_of("vera", [Grant(Role.VIEWER, "sales")], CATALOGUE)
    with pytest.raises(NotThere):
        segment(company, viewer, "csat", "region", "North", window="2026-09", as_of=TODAY)

"""A department's KPIs by a dimension: the numbers of each KPI's own page."""

import pytest

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.services import kpis, uploads
from kpidash.services.errors import NotThere
from kpidash.services.segments import by_dimension
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

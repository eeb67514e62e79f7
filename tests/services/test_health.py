"""Data health: what is due, late, missing, restated or was never reported."""

from datetime import date

import pytest

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.services import uploads
from kpidash.services.health import health
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
KNOWN = (
    "kpi,period,value,region\n"
    "revenue,2026-06,1,North\nrevenue,2026-07,1,North\nrevenue,2026-08,1,North\nrevenue,2026-09,1,North\n"
    "cost,2026-06,5,\ncost,2026-08,5,\ncost,2026-09,5,\n"
    "defects,2026-W39,3,\ndefects,2026-W40,3,\nvisits,2026-10-12,3,\n"
)


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    ingest(database, KNOWN)
    return database


def ingest(database, text):
    return uploads.ingest(database, ANNA, "file.csv", text.encode(), today=TODAY)


def of(database, code, today=TODAY, scope=ANNA):
    found = health(database, scope, today=today).set_index("kpi").loc[code]
    return found["state"], int(found["late"]), int(found["gaps"]), int(found["due"])


def test_each_kpi_is_in_the_most_urgent_state_that_it_has(company):
    assert of(company, "revenue") == ("complete", 0, 0, 0)
    assert of(company, "cost") == ("gaps", 0, 1, 0)
    assert of(company, "handle-time")[0] == "never"
    # week 41 ended on 11 October; five days of grace end on the 16th
    assert of(company, "defects") == ("due", 0, 0, 1)
    assert of(company, "defects", date(2026, 10, 16)) == ("due", 0, 0, 1)
    assert of(company, "defects", date(2026, 10, 17)) == ("late", 1, 0, 0)
    assert of(company, "visits") == ("due", 0, 0, 2)


def test_values_that_were_changed_or_taken_back_are_counted(company):
    def restated():
        return health(company, ANNA, today=TODAY).set_index("kpi")["restated"]

    assert restated()["cost"] == 0
    changed = ingest(company, "kpi,period,value\ncost,2026-08,6\ncost,2026-09,6\ncost,2026-10,1\n").upload_id
    assert restated()["cost"] == 2
    uploads.undo(company, ANNA, changed)
    assert restated()["cost"] == 5  # back again, and one taken away


def test_calculated_kpis_and_other_departments_are_not_in_it(company):
    viewer = scope_of("vera", [Grant(Role.VIEWER, "sales")], CATALOGUE)
    assert set(health(company, viewer, today=TODAY)["kpi"]) == {"revenue", "cost", "orders", "share"}


def test_a_company_without_kpis_has_no_rows(database):
    assert health(database, ANNA, today=TODAY).empty

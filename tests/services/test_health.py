"""Data health: what is due, late, missing, restated or was never reported."""

from datetime import date

import pytest
from pandas.testing import assert_frame_equal

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.services import periods, uploads
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


def test_what_was_made_for_all_is_cut_for_each(company):
    viewer = scope_of("vera", [Grant(Role.VIEWER, "service")], CATALOGUE)
    service = ["csat", "handle-time", "visits"]
    for _ in range(2):
        whole = health(company, ANNA, today=TODAY)
        mine = health(company, viewer, today=TODAY)
        assert set(service) <= set(mine["kpi"]) < set(whole["kpi"])
        assert_frame_equal(mine, whole[whole["kpi"].isin(mine["kpi"])].reset_index(drop=True))
        ingest(company, "kpi,period,value\nvisits,2026-10-13,3\n")
    assert of(company, "visits", scope=viewer) == ("due", 0, 0, 1)
    nobody = scope_of("otto", [], CATALOGUE)
    with pytest.raises(NotPermitted):
        health(company, nobody, today=TODAY)


def test_every_change_is_in_it_at_once(company):
    assert of(company, "cost") == ("gaps", 0, 1, 0)
    periods.close(company, ANNA, "2026-07", today=TODAY)
    assert of(company, "cost") == ("complete", 0, 0, 0)
    periods.reopen(company, ANNA, "2026-07")
    undone = ingest(company, "kpi,period,value\ncost,2026-07,6\n").upload_id
    assert of(company, "cost") == ("complete", 0, 0, 0)
    uploads.undo(company, ANNA, undone)
    assert of(company, "cost") == ("gaps", 0, 1, 0)


def test_a_company_without_kpis_has_no_rows(database):
    assert health(database, ANNA, today=TODAY).empty

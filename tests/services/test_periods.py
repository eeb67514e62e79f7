"""Closed periods: what uploads and undos may no longer change, and who closes and opens them."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.services import periods, uploads
from kpidash.services.errors import Standing, WrongQuestion
from kpidash.store import audit, catalogue
from kpidash.store.engine import Database
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
ANALYST = scope_of("ann@example.com", [Grant(Role.ANALYST, None)], CATALOGUE)
SEPTEMBER = periods.month_of(pd.Timestamp("2026-09-01").date())
SOON = 10


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def close(database, label, **more):
    return [periods.label_of(one) for one in periods.close(database, ANNA, label, today=TODAY, **more)]


def reopen(database, label):
    return [periods.label_of(one) for one in periods.reopen(database, ANNA, label)]


def told(shown):
    return [(issue.row, issue.column, issue.code) for issue in shown.issues.kept]


def preview(database, *lines, header="kpi,period,value,note"):
    return uploads.preview(database, ANNA, "file.csv", "\n".join([header, *lines]).encode(), today=TODAY)


def put(database, *lines, **more):
    content = "\n".join(["kpi,period,value,note", *lines]).encode()
    return uploads.ingest(database, ANNA, "file.csv", content, today=TODAY, **more)


def test_values_are_held_by_the_month_in_which_their_period_ends(company):
    close(company, "2026-09", reason="books closed")
    shown = preview(
        company,
        "cost,2026-08,1,",
        "cost,2026-09,1,",
        "cost,2026-10,1,",
        "orders,2026-Q2,1,",
        "orders,2026-Q1,1,",
        "visits,2026-08-31,1,",
        "visits,2026-09-30,1,",
        "defects,2026-W36,1,",
        "defects,2026-W40,1,",
    )
    # W36 has its Thursday on 3 September
    locked = [(3, "period", "period_locked"), (5, "period", "period_locked"),
              (8, "period", "period_locked"), (9, "period", "period_locked")]  # fmt: skip
    assert told(shown) == locked
    assert "2026-09 was closed by anna" in shown.issues.kept[0].message


def test_the_valid_rows_of_such_a_file_can_be_committed(company):
    close(company, "2026-09")
    assert put(company, "cost,2026-08,1,", "cost,2026-09,1,").state == "refused"
    receipt = put(company, "cost,2026-08,1,", "cost,2026-09,1,", accept_valid=True)
    assert (receipt.state, receipt.added, receipt.rejected) == ("committed", 1, 1)


def test_targets_are_held_by_every_closed_month_that_they_cover(company):
    close(company, "2026-05")
    shown = preview(
        company, "cost,FY2026,1", "cost,2026-Q1,1", "cost,2026-Q2,1", "cost,2026-05,1", "cost,2026-06,1",
        header="kpi,period,target",
    )  # fmt: skip
    assert told(shown) == [(row, "period", "period_locked") for row in (2, 3, 5)]


def test_an_upload_into_a_closed_period_is_not_taken_back(company):
    upload = put(company, "cost,2026-09,1,").upload_id
    close(company, "2026-09")
    with pytest.raises(Standing, match="closed periods \\(2026-09\\)"):
        uploads.undo(company, ANNA, upload)
    reopen(company, "2026-09")
    assert uploads.undo(company, ANNA, upload).state == "committed"


def test_a_period_closed_between_preview_and_commit_holds(company):
    shown = preview(company, "cost,2026-09,1,")
    close(company, "2026-09")
    receipt = uploads.commit(company, ANNA, shown)
    assert receipt.state == "refused"
    assert receipt.conflicts == ("the state of the period 2026-09",)
    reopen(company, "2026-09")
    assert uploads.commit(company, ANNA, shown).state == "committed"


def test_closing_waits_for_an_upload_that_is_being_written(company, database_url):
    """Whoever is first, afterwards a closed month has the values of all that was committed before."""
    other = Database(database_url)
    with ThreadPoolExecutor(2) as both:
        for month in ("2026-04", "2026-05", "2026-06", "2026-07"):
            shown = preview(company, f"cost,{month},1,")
            written = both.submit(uploads.commit, company, ANNA, shown)
            closed = both.submit(close, other, month)
            receipt = written.result(SOON)
            assert closed.result(SOON) == [month]
            if receipt.state == "refused":
                assert receipt.conflicts == (f"the state of the period {month}",)
            assert put(company, f"cost,{month},2,").state == "refused"
    other.dispose()


def test_a_quarter_or_a_year_closes_its_months_and_closing_again_changes_nothing(company):
    assert close(company, "2026-Q1") == ["2026-04", "2026-05", "2026-06"]
    assert close(company, "2026-05") == []
    assert close(company, "2026-07") == ["2026-07"]
    assert reopen(company, "FY2026") == ["2026-04", "2026-05", "2026-06", "2026-07"]
    assert reopen(company, "FY2026") == []
    assert periods.closed(company, ANNA) == ()


@pytest.mark.parametrize("label", ["2026-10", "FY2026", "2027-01", "2026-W36", "2026-09-30", "soon", ""])
def test_only_whole_months_that_are_over_are_closed(company, label):
    with pytest.raises(WrongQuestion):
        close(company, label)
    assert periods.closed(company, ANNA) == ()


def test_only_administrators_close_and_open_and_analysts_see_it(company):
    for act in (periods.close, periods.reopen):
        with pytest.raises(NotPermitted):
            act(company, ANALYST, "2026-09")
    close(company, "2026-09", reason="books closed")
    (one,) = periods.closed(company, ANALYST)
    assert (one.month, one.actor, one.reason) == (SEPTEMBER, "anna", "books closed")


def test_closing_and_opening_stand_in_the_audit_trail(company):
    close(company, "2026-Q1", reason="books closed")
    reopen(company, "2026-05")
    with company.read() as connection:
        entries = [(one.action, one.subject, one.detail) for one in audit.recent(connection, 2)]
    assert entries == [
        ("period.open", "2026-05", {"months": ["2026-05"], "before": "closed", "after": "open"}),
        (
            "period.close",
            "2026-Q1",
            {
                "months": ["2026-04", "2026-05", "2026-06"],
                "before": "open",
                "after": "closed",
                "reason": "books closed",
            },
        ),
    ]

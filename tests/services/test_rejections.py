"""Rejected rows go out as a file and come back mended."""

import pytest

from kpidash.domain.access import system_scope
from kpidash.ingest.issues import KEPT
from kpidash.services import uploads
from kpidash.services.errors import Standing
from kpidash.services.rejections import rejected_file
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def preview(database, content, name="sales.csv", **answers):
    return uploads.preview(database, ANNA, name, content, today=TODAY, **answers)


def test_mended_rows_are_all_accepted_and_those_taken_before_stay(company):
    text = (
        "kpi,period,value,region\nrevenue,2026-08,1,North\nrevenue,2026-08,x,South\nrevenu,2026-08,-3,East\n"
    )
    shown = preview(company, text.encode())
    assert uploads.commit(company, ANNA, shown, accept_valid=True).added == 1
    name, content = rejected_file(shown)
    assert name.startswith("sales-rejected-")
    assert b"revenue,2026-08,1,North" not in content
    assert "'x' is not a number" in content.decode("utf-8-sig")
    mended = content.replace(b",x,", b",2,").replace(b"revenu,", b"revenue,")
    again = preview(company, mended, name)
    assert not again.issues
    assert (len(again.changes.added), len(again.changes.changed)) == (2, 0)
    assert again.signature == shown.signature


def test_a_wide_file_comes_back_with_whole_rows(company):
    shown = preview(company, b"kpi,2026-08,2026-09\ncost,1,x\nvisits,bad,2\n")
    _, content = rejected_file(shown)
    again = preview(company, content)
    assert [one.code for one in again.issues.kept] == [one.code for one in shown.issues.kept]


def test_of_very_many_problems_every_rejected_row_comes_back(company):
    rows = "".join(f"cost,2026-08,x{number}\n" for number in range(KEPT + 50))
    _, content = rejected_file(preview(company, f"kpi,period,value\n{rows}cost,2026-07,1\n".encode()))
    assert content.count(b"\r\n") == 1 + KEPT + 50


def test_without_problems_there_is_no_such_file(company):
    with pytest.raises(Standing):
        rejected_file(preview(company, b"kpi,period,value\ncost,2026-08,1\n"))

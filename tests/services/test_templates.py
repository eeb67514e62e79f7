"""Templates: what is due, as a file that comes back filled in and is taken without a question."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.ingest.templates import ABOUT
from kpidash.services import periods, uploads
from kpidash.services.due import due
from kpidash.services.errors import NotThere
from kpidash.services.templates import name_of, written_out
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
SALES = scope_of("ann@example.com", [Grant(Role.ANALYST, "sales")], CATALOGUE)
HEADER = "kpi,period,value,numerator,denominator,region,client\n"
KNOWN = HEADER + (
    "revenue,2026-07,1,,,North,\nrevenue,2026-08,1,,,North,\nrevenue,2026-08,2,,,=South,\n"
    "cost,2026-09,5,,,,\ndefects,2026-W39,3,,,,\n"
    "csat,2026-10-12,,9,10,North,Acme\ncsat,2026-10-13,,9,10,North,Acme\n"
)


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    ingest(database, "known.csv", KNOWN.encode())
    return database


def ingest(database, name, content, **more):
    receipt = uploads.ingest(database, ANNA, name, content, today=TODAY, **more)
    assert receipt.state == "committed", receipt.in_words()
    return receipt


def asked(database, kind="actuals", scope=ANNA, **more):
    return due(database, scope, kind, today=TODAY, **more)


def keys(found):
    return list(found.rows[["kpi", "period"]].itertuples(index=False, name=None))


def filled(content, form, numbers):
    """The file with these numbers, a list for each column, in its first rows; as CSV."""
    if form == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Values").to_python()
    head, *body = rows
    for name, values in numbers.items():
        for row, value in zip(body, values, strict=False):
            row[head.index(name)] = value
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *body])
    return text.getvalue().encode()


def test_what_is_over_and_missing_is_due_by_segment(company):
    found = asked(company, kpis=["revenue", "cost", "csat", "defects"])
    assert keys(found) == [
        ("revenue", "2026-09"), ("revenue", "2026-09"),
        ("defects", "2026-W40"), ("defects", "2026-W41"), ("csat", "2026-10-14"),
    ]  # fmt: skip
    assert set(found.rows["region"]) == {"North", "=South", ""}
    csat = found.rows[found.rows["kpi"] == "csat"].iloc[0]
    assert (csat["region"], csat["client"]) == ("North", "Acme")
    assert "Csat" in csat[ABOUT]
    assert "90" in csat[ABOUT]


def test_calculated_kpis_and_those_of_other_departments_are_not_due(company):
    codes = set(asked(company, scope=SALES).rows["kpi"])
    assert codes == {"revenue", "orders", "share"}  # cost is reported, margin is worked out
    with pytest.raises(NotThere):
        asked(company, scope=SALES, kpis=["visits"])
    with pytest.raises(NotPermitted):
        asked(company, scope=scope_of("rita", [Grant(Role.VIEWER, "sales")], CATALOGUE))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("codes", [["revenue", "cost"], ["csat", "defects", "visits"], ["orders", "share"]])
def test_a_filled_template_is_taken_without_a_question(company, form, codes):
    found = asked(company, kpis=codes)
    columns = [name for name in ("value", "numerator", "denominator") if name in found.rows]
    count = len(found.rows)
    numbers = {name: [str(7 + at) for at in range(count)] for name in columns}
    ratio = (found.rows["kpi"] == "csat").tolist()
    if "value" in numbers:
        numbers["value"] = ["" if one else text for one, text in zip(ratio, numbers["value"], strict=True)]
    for name in ("numerator", "denominator"):
        if name in numbers:
            numbers[name] = ["9" if one else "" for one in ratio]
    content = filled(written_out(found, form), form, numbers)
    shown = uploads.preview(company, ANNA, name_of(found, "csv"), content, today=TODAY)
    assert shown.issues.kept == ()
    assert (len(shown.changes.added), len(shown.changes.changed), shown.rows) == (count, 0, count)
    uploads.commit(company, ANNA, shown)
    assert len(asked(company, kpis=codes).rows) == 0


def test_a_workbook_is_read_as_it_is(company):
    found = asked(company, kpis=["revenue", "cost"])
    shown = uploads.preview(company, ANNA, "due.xlsx", written_out(found, "xlsx"), today=TODAY)
    (issue,) = shown.issues.kept
    assert (issue.code, issue.message) == (
        "empty_file", "The template is empty: fill in some of its values first.",
    )  # fmt: skip


def test_rows_that_were_left_empty_are_no_issues_and_are_counted(company):
    found = asked(company)
    content = filled(written_out(found, "csv"), "csv", {"value": ["12"]})
    receipt = ingest(company, "due.csv", content)
    assert (receipt.rows, receipt.added, receipt.rejected) == (1, 1, 0)
    assert f"{len(found.rows) - 1} rows of the template were left empty." in receipt.notes


def test_a_row_with_only_a_note_still_misses_its_value(company):
    found = asked(company, kpis=["revenue", "orders"])
    content = filled(written_out(found, "csv"), "csv", {"value": ["12"], "note": ["", "where is it?"]})
    shown = uploads.preview(company, ANNA, "due.csv", content, today=TODAY)
    assert [(issue.row, issue.code) for issue in shown.issues.kept] == [(3, "missing_value")]


def test_another_file_without_values_is_no_template(company):
    shown = uploads.preview(company, ANNA, "file.csv", b"kpi,period,value\ncost,2026-08,\n", today=TODAY)
    assert [issue.code for issue in shown.issues.kept] == ["missing_value"]


def test_a_segment_that_looks_like_a_formula_comes_back_as_it_was(company):
    found = asked(company, kpis=["revenue"])
    assert "=South" in set(found.rows["region"])
    csv_file = written_out(found, "csv")
    assert b"'=South" in csv_file
    count = len(found.rows)
    ingest(company, "due.csv", filled(csv_file, "csv", {"value": ["1"] * count}))
    assert len(asked(company, kpis=["revenue"]).rows) == 0


def test_closed_periods_are_not_due(company):
    assert ("revenue", "2026-09") in keys(asked(company))
    periods.close(company, ANNA, "2026-09", today=TODAY)
    labels = {label for _, label in keys(asked(company))}
    assert "2026-09" not in labels
    assert "2026-W39" not in labels


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_targets_that_are_not_set_are_asked_for_and_taken(company, form):
    ingest(company, "t.csv", b"kpi,period,target,low,high\nrevenue,2026-Q2,9,,\nhandle-time,FY2026,,1,2\n")
    found = asked(company, "targets", kpis=["revenue", "handle-time"])
    quarters = ("2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4")
    assert keys(found) == [*(("revenue", quarter) for quarter in quarters), ("handle-time", "FY2027")]
    numbers = {"target": ["5"] * 6, "low": [""] * 6 + ["1"], "high": [""] * 6 + ["2"]}
    content = filled(written_out(found, form), form, numbers)
    assert ingest(company, "targets-due.csv", content).added == 7
    assert len(asked(company, "targets", kpis=["revenue", "handle-time"]).rows) == 0


def test_of_very_many_rows_the_newest_are_given(company, monkeypatch):
    monkeypatch.setattr("kpidash.services.due.MOST", 3)
    found = asked(company)
    assert len(found.rows) == 3
    assert found.left_out > 0

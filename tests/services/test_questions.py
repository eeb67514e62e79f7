"""What a file leaves open is asked with its own cells, and nothing else is."""

import pytest

from kpidash.domain.access import system_scope
from kpidash.services import uploads
from kpidash.services.mappings import Answers
from kpidash.services.questions import Question, questions_of, sheets_of
from kpidash.store import catalogue
from kpidash.store.engine import Database
from tests.ingest.company import CATALOGUE, TODAY
from tests.ingest.small_workbooks import sheet, workbook

ANNA = system_scope("anna")


@pytest.fixture
def company(database: Database) -> Database:
    """A database with the definitions of the test company."""
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def asked(company: Database, text: str, **answers: object) -> tuple[Question, ...]:
    preview = uploads.preview(company, ANNA, "file.csv", text.encode(), today=TODAY, **answers)
    return questions_of(preview, CATALOGUE.company)


def test_a_plain_file_is_not_asked_about(company: Database):
    assert asked(company, "kpi,period,value\nvisits,2026-09-01,5\n") == ()


def test_days_that_can_be_read_in_two_ways_are_asked_about_with_both_readings(company: Database):
    text = "kpi,period,value\nvisits,03/04/2026,5\nvisits,05/06/2026,5\n"
    (question,) = asked(company, text)
    assert (question.about, question.cells) == ("date_order", ("03/04/2026", "05/06/2026"))
    assert [(one.value, one.means.start.isoformat()) for one in question.options] == [
        ("dmy", "2026-04-03"),
        ("mdy", "2026-03-04"),
    ]
    assert asked(company, text, date_order="dmy") == ()


def test_a_lone_comma_is_asked_about_with_both_numbers(company: Database):
    text = 'kpi,period,value\nvisits,2026-09-01,"1,234"\n'
    (question,) = asked(company, text)
    assert question.cells == ("1,234",)
    assert [(one.value, one.means) for one in question.options] == [(".", 1234.0), (",", 1.234)]
    assert asked(company, text, decimal=",") == ()


def test_actuals_beside_targets_are_asked_about(company: Database):
    text = "kpi,period,actual,target\nvisits,2026-09-01,5,6\n"
    (question,) = asked(company, text)
    assert [one.value for one in question.options] == ["actuals", "targets"]
    assert asked(company, text, kind="targets") == ()


def test_a_workbook_names_its_sheets_and_asks_which_where_several_hold_a_table(company: Database):
    rows = (["kpi", "period", "value"], ["visits", "2026-09-01", 5], ["visits", "2026-09-02", 6])
    table = sheet(dict(enumerate(rows, start=1)))
    content = workbook({"North": table, "South": table})
    assert sheets_of(content) == ("North", "South")
    preview = uploads.preview(company, ANNA, "book.xlsx", content, today=TODAY)
    (question,) = questions_of(preview, CATALOGUE.company, sheets_of(content))
    assert [one.value for one in question.options] == ["North", "South"]
    assert sheets_of(b"kpi,period") == sheets_of(b"PK is no workbook") == ()


def test_what_was_said_before_is_offered_with_who_said_it(company: Database):
    text = "Indikator,Datum,Betrag\nvisits,03/09/2026,5\n"
    uploads.ingest(company, ANNA, "first.csv", text.encode(), today=TODAY, date_order="mdy")
    again = uploads.preview(company, system_scope("ben"), "next.csv", text.encode(), today=TODAY)
    assert again.offered is not None
    assert again.offered.actor == "anna"
    assert again.offered.answers == Answers(date_order="mdy")

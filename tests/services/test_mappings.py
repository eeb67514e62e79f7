"""What was said about a file is offered for the next one with the same headers, as far as it still holds."""

from dataclasses import replace

import pytest

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.ingest.periods import DateOrder
from kpidash.services import mappings, uploads
from kpidash.services.mappings import Answers, signature_of
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
SALES = scope_of("sally", [Grant(Role.ANALYST, "sales")], CATALOGUE)
READER = scope_of("rita", [Grant(Role.VIEWER, "sales")], CATALOGUE)

TEXT = "Kennzahl;Tag;Menge;Gebiet;egal\nUmsatz;03.04.2026;1,5;North;x\nKosten;04.05.2026;2,5;;y\n"
SAID = {
    "mapping": {"Kennzahl": "kpi", "Tag": "period", "Menge": "value", "Gebiet": "region", "egal": "-"},
    "kpi_names": {"Umsatz": "revenue", "Kosten": "cost"},
    "date_order": "dmy",
    "decimal": ",",
}


@pytest.fixture
def company(database):
    define(database, CATALOGUE)
    return database


def define(database, definitions, *, prune=False):
    with database.write() as connection:
        catalogue.save(connection, definitions, actor="anna", prune=prune)


def preview(database, text=TEXT, scope=ANNA, **said):
    return uploads.preview(database, scope, "file.csv", text.encode(), today=TODAY, **said)


def commit(database, text=TEXT, scope=ANNA, **said):
    receipt = uploads.commit(database, scope, preview(database, text, scope, **said), accept_valid=True)
    assert receipt.state == "committed", receipt.in_words()


def offered(database, text=TEXT, scope=ANNA):
    found = preview(database, text, scope).offered
    return None if found is None else found.answers


def without(*codes):
    """The company's catalogue without some KPIs, and what is calculated from them."""
    return replace(CATALOGUE, kpis=tuple(kpi for kpi in CATALOGUE.kpis if kpi.code not in codes))


def test_what_was_said_is_offered_for_the_next_file_with_these_headers_whoever_brings_it(company):
    assert offered(company) is None
    commit(company, **SAID)
    expected = Answers(**{**SAID, "date_order": DateOrder.DMY})
    assert offered(company) == expected
    found = preview(company, TEXT.replace("1,5", "7,5"), system_scope("ben")).offered
    assert (found.answers, found.actor) == (expected, "anna")


def test_what_is_offered_reads_the_next_file_as_the_first_was(company):
    commit(company, **SAID)
    theirs = offered(company)
    shown = preview(
        company,
        TEXT.replace("1,5", "9,5"),
        mapping=theirs.mapping,
        kpi_names=theirs.kpi_names,
        date_order=theirs.date_order,
        decimal=theirs.decimal,
    )
    assert not shown.issues
    assert (len(shown.changes.changed), len(shown.changes.unchanged)) == (1, 1)


def test_a_preview_and_a_refused_commit_keep_nothing(company):
    shown = preview(company, TEXT + "Kosten;99.99.2026;1;;\n", **SAID)
    assert uploads.commit(company, ANNA, shown).state == "refused"
    assert offered(company) is None


def test_a_file_of_which_nothing_was_said_keeps_nothing_and_leaves_what_was_kept(company):
    commit(company, "kpi,period,value\ncost,2026-08,1\n")
    assert offered(company, "kpi,period,value\n") is None
    commit(company, "kpi,period,value\nKosten,2026-08,2\n", kpi_names={"Kosten": "cost"})
    commit(company, "kpi,period,value\ncost,2026-08,3\n")
    assert offered(company, "kpi,period,value\ncost,2026-08,3\n").kpi_names == {"Kosten": "cost"}


def test_case_and_spacing_of_headers_make_no_difference_their_names_and_order_do():
    same = {signature_of(["KPI", "Plan  Value"]), signature_of(["kpi ", "plan value"])}
    assert len(same) == 1
    others = {signature_of(["kpi", "plan"]), signature_of(["plan value", "kpi"]), signature_of(["kpi"])}
    assert len(same | others) == 4


def test_the_newest_words_count(company):
    commit(company, **SAID)
    names = {"Umsatz": "cost", "Kosten": "cost"}
    commit(company, TEXT.replace("1,5;North", "3,5;"), **{**SAID, "kpi_names": names})
    assert offered(company).kpi_names == names


def test_a_kpi_that_is_no_more_is_not_offered(company):
    commit(company, **SAID)
    define(company, without("cost", "margin"), prune=True)
    assert offered(company).kpi_names == {"Umsatz": "revenue"}
    assert offered(company).mapping == SAID["mapping"]


def test_columns_that_were_a_kpi_which_is_no_more_are_not_offered(company):
    text = "Monat,Kosten,Besuche\n2026-08-01,1,2\n"
    commit(company, text, mapping={"Monat": "period", "Kosten": "cost", "Besuche": "Visits"})
    assert offered(company, text).mapping == {"Monat": "period", "Kosten": "cost", "Besuche": "Visits"}
    define(company, without("cost", "margin"), prune=True)
    assert offered(company, text).mapping == {"Monat": "period", "Besuche": "Visits"}
    define(company, without("cost", "margin", "visits"), prune=True)
    assert offered(company, text).mapping == {"Monat": "period"}


def test_what_was_said_of_the_whole_file_is_offered_while_it_holds(company):
    text = "Datum,Betrag\n2026-08,1\n"
    said = {"Betrag": "value", "Datum": "period", "kpi": "revenue", "region": "Far East"}
    commit(company, text, mapping=said)
    assert offered(company, text).mapping == said
    define(company, without("revenue", "margin"), prune=True)
    assert "kpi" not in offered(company, text).mapping


def test_a_person_is_offered_nothing_about_kpis_and_dimensions_of_others(company):
    text = "Monat,Kosten,Besuche,Kunde\n2026-08-01,1,2,\n"
    said = {"Monat": "period", "Kosten": "cost", "Besuche": "Visits", "Kunde": "client"}
    commit(company, text, mapping=said)
    assert offered(company, text).mapping == said
    assert offered(company, text, SALES).mapping == {"Monat": "period", "Kosten": "cost"}
    commit(company, **{**SAID, "kpi_names": {**SAID["kpi_names"], "Besucher": "visits"}})
    assert offered(company, TEXT, SALES).kpi_names == SAID["kpi_names"]


def test_answers_of_which_nothing_holds_are_not_offered(company):
    text = "kpi,period,value\nBesucher,2026-08-01,1\n"
    commit(company, text, kpi_names={"Besucher": "visits"})
    assert offered(company, text, SALES) is None


def test_only_who_may_upload_can_make_it_forgotten(company):
    commit(company, **SAID)
    signature = preview(company).signature
    with pytest.raises(NotPermitted):
        mappings.forget(company, READER, signature)
    assert mappings.forget(company, ANNA, signature)
    assert not mappings.forget(company, ANNA, signature)
    assert offered(company) is None

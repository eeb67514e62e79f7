"""The list of past uploads: filtered and cut to pages, each person's own; and what each upload did."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.domain.catalogue import PeriodTarget
from kpidash.domain.period import parse_period
from kpidash.services import uploads
from kpidash.services.change_pages import Asked as Wanted
from kpidash.services.errors import NotThere
from kpidash.services.past_uploads import Asked, listed, people
from kpidash.services.upload_changes import changes_of
from kpidash.store import catalogue
from kpidash.store.uploads import Kind, State
from tests.ingest.company import CATALOGUE, TODAY

SYSTEM = system_scope("system")
ANN = scope_of("ann@example.com", [Grant(Role.ANALYST, "sales")], CATALOGUE)


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def put(database, text, scope=SYSTEM, name="file.csv", **how):
    content = f"kpi,period,value\n{text}\n".encode()
    return uploads.ingest(database, scope, name, content, today=TODAY, **how).upload_id


def numbers(database, scope=SYSTEM, start=0, count=50, **asked):
    found = listed(database, scope, Asked(**asked), start=start, count=count)
    return [past.upload.id for past in found.past]


def test_uploads_are_listed_a_page_at_a_time_the_newest_first(company):
    ids = [put(company, f"cost,2026-06,{value}") for value in (1, 2, 3)]
    found = listed(company, SYSTEM, Asked(kind=Kind.ACTUALS), start=0, count=2)
    assert ([past.upload.id for past in found.past], found.start, found.total) == (ids[:0:-1], 0, 3)
    assert numbers(company, kind=Kind.ACTUALS, start=2, count=2) == ids[:1]
    assert numbers(company, kind=Kind.ACTUALS, start=99, count=2) == ids[:1]


def test_the_list_is_filtered_by_kind_state_person_name_number_digest_kpi_and_day(company):
    first = put(company, "cost,2026-06,1", name="June costs_1.csv")
    second = put(company, "visits,2026-06-01,1", ANN_EVERYWHERE, name="visits.csv")
    undo = uploads.undo(company, SYSTEM, first).upload_id
    assert numbers(company, kind=Kind.UNDO) == [undo]
    assert numbers(company, state=State.UNDONE) == [first]
    assert numbers(company, person="ann@example.com") == [second]
    assert numbers(company, text="JUNE") == [undo, first]
    assert numbers(company, text="s_1") == [undo, first]
    assert numbers(company, text="_") == [undo, first]
    assert numbers(company, text=f"#{second}") == [second]
    past = next(past for past in listed(company, SYSTEM, Asked()).past if past.upload.id == second)
    assert numbers(company, text=past.upload.digest[:8].upper()) == [second]
    assert numbers(company, code="cost") == [undo, first]
    assert numbers(company, code="no-such-kpi") == []
    day = past.upload.committed_at.date()
    assert second in numbers(company, since=day - timedelta(days=1), until=day + timedelta(days=1))
    assert numbers(company, until=day - timedelta(days=2)) == []
    assert numbers(company, since=day + timedelta(days=2)) == []


ANN_EVERYWHERE = scope_of("ann@example.com", [Grant(Role.ANALYST)], CATALOGUE)


def test_a_person_lists_what_touched_her_departments_and_what_she_uploaded(company):
    hers = put(company, "cost,2026-06,1")
    others = put(company, "visits,2026-06-01,1")
    made = put(company, "visits,2026-06-02,1", ANN_EVERYWHERE)
    assert numbers(company, ANN, kind=Kind.ACTUALS) == [made, hers]
    assert numbers(company, ANN, code="visits") == []
    assert [past.upload.id for past in uploads.history(company, ANN)][:2] == [made, hers]
    assert people(company, ANN) == ["ann@example.com", "system"]
    with pytest.raises(NotThere):
        changes_of(company, ANN, others)


def test_an_undone_upload_names_its_undo_as_long_as_that_counts(company):
    first = put(company, "cost,2026-06,1")
    undo = uploads.undo(company, SYSTEM, first).upload_id
    again = uploads.undo(company, SYSTEM, undo).upload_id
    by = {past.upload.id: past.undone_by for past in listed(company, SYSTEM, Asked()).past}
    assert (by[first], by[undo], by[again]) == (None, again, None)
    assert changes_of(company, SYSTEM, undo).past.undone_by == again


def rows(found, part, *columns):
    page = found.pages.page(Wanted(part=part), 0, 10).rows
    wanted = [name for name in columns if name in page]
    return [tuple(row) for row in page[wanted].itertuples(index=False)]


def test_an_upload_tells_what_it_changed_and_by_which_upload_that_changed_again(company):
    put(company, "cost,2026-06,1\ncost,2026-07,1")
    second = put(company, "cost,2026-06,2\ncost,2026-07,2\ncost,2026-08,2")
    third = put(company, "cost,2026-07,3\ncost,2026-08,3")
    found = changes_of(company, SYSTEM, second)
    assert found.counts == {"changed": 2, "added": 1, "removed": 0}
    shown = rows(found, "changed", "label", "old_value", "value", "row")
    assert shown == [("2026-06", 1, 2, 2), ("2026-07", 1, 2, 3)]
    assert found.since == ((third, 2),)
    page = found.pages.page(Wanted(part="changed"), 0, 10).rows
    assert page["since"].isna().tolist() == [True, False]
    assert [(kpi.code, count) for kpi, count in found.kpis] == [("cost", 3)]


def test_what_an_undo_put_back_is_what_the_upload_gave(company):
    first = put(company, "cost,2026-06,1")
    second = put(company, "cost,2026-06,2")
    undo = uploads.undo(company, SYSTEM, second).upload_id
    assert changes_of(company, SYSTEM, first).since == ()
    assert changes_of(company, SYSTEM, second).since == ((undo, 1),)
    assert rows(changes_of(company, SYSTEM, undo), "changed", "old_value", "value", "row") == [(2, 1, 2)]


def test_an_undo_tells_what_it_took_away(company):
    first = put(company, "cost,2026-06,1")
    undo = uploads.undo(company, SYSTEM, first).upload_id
    assert changes_of(company, SYSTEM, undo).counts == {"changed": 0, "added": 0, "removed": 1}
    assert rows(changes_of(company, SYSTEM, undo), "removed", "label", "old_value") == [("2026-06", 1)]
    third = put(company, "cost,2026-06,3")
    assert changes_of(company, SYSTEM, undo).since == ((third, 1),)


def test_of_an_upload_only_the_values_of_her_departments_are_told(company):
    both = put(company, "cost,2026-06,1\nvisits,2026-06-01,1")
    found = changes_of(company, ANN, both)
    assert ([kpi.code for kpi, _ in found.kpis], found.hidden, found.counts["added"]) == (["cost"], 1, 1)


def test_targets_and_the_targets_of_definitions_are_told_too(company):
    june = PeriodTarget(period=parse_period("2026-06"), value=4)
    aimed = [replace(kpi, targets=(june,)) if kpi.code == "cost" else kpi for kpi in CATALOGUE.kpis]
    with company.write() as connection:
        catalogue.save(connection, replace(CATALOGUE, kpis=tuple(aimed)), actor="anna")
    (made,) = numbers(company, kind=Kind.CATALOGUE)
    assert rows(changes_of(company, SYSTEM, made), "added", "label", "value") == [("2026-06", 4)]
    content = b"kpi,period,target\ncost,2026-06,5\n"
    number = uploads.ingest(company, SYSTEM, "targets.csv", content, today=TODAY).upload_id
    assert rows(changes_of(company, SYSTEM, number), "changed", "old_value", "value") == [(4, 5)]
    assert changes_of(company, SYSTEM, made).since == ((number, 1),)


def test_a_ratio_is_told_as_its_value_and_its_parts(company):
    content = b"kpi,period,numerator,denominator,region,client\ncsat,2026-06-01,9,10,North,Acme\n"
    number = uploads.ingest(company, SYSTEM, "csat.csv", content, today=TODAY).upload_id
    assert rows(changes_of(company, SYSTEM, number), "added", "value", "numerator") == [(90, 9)]

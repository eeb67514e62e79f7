"""What is new since a person last looked: as the scorecard was then, beside the one of now."""

from datetime import UTC, datetime, timedelta

import pytest

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.services import news, uploads
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
TARGETS = "kpi,period,target\nrevenue,2026-09,100\ncost,2026-09,100\n"
ACTUALS = "kpi,period,value,region\nrevenue,2026-09,100,North\ncost,2026-09,50,\n"


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    for text in (TARGETS, ACTUALS):
        put(database, text)
    return database


def put(database, text):
    receipt = uploads.ingest(database, ANNA, "file.csv", text.encode(), today=TODAY)
    assert receipt.state == "committed", receipt.in_words()
    return receipt.upload_id


def now():
    return datetime.now(UTC)


def told(database, since, scope=ANNA, **more):
    found = news.news(database, scope, since, window="2026-09", as_of=TODAY, **more)
    return [[tuple(turn) for turn in found.turned], list(found.restated.items()), list(found.targets.items())]


def test_nothing_is_new_at_once(company):
    since = now()
    assert told(company, since) == [[], [], []]
    assert not news.news(company, ANNA, since, window="2026-09", as_of=TODAY)


def test_a_status_that_turned_and_the_value_that_did_it_are_new(company):
    since = now()
    put(company, "kpi,period,value,region\nrevenue,2026-09,60,North\n")
    assert told(company, since) == [[("revenue", "on_target", "off_target")], [("revenue", 1)], []]


def test_a_value_that_was_missing_is_a_turn_and_no_restatement(company):
    since = now()
    put(company, "kpi,period,value,region\nrevenue,2026-09,60,South\n")
    assert told(company, since) == [[], [], []]


def test_new_targets_are_new_and_turn_statuses(company):
    since = now()
    put(company, "kpi,period,target\nrevenue,2026-09,200\n")
    assert told(company, since) == [[("revenue", "on_target", "off_target")], [], [("revenue", 1)]]


def test_an_upload_that_was_taken_back_turned_nothing(company):
    since = now()
    uploads.undo(company, ANNA, put(company, "kpi,period,value,region\nrevenue,2026-09,60,North\n"))
    turned, _, _ = told(company, since)
    assert turned == []


def test_other_departments_have_no_news_for_a_person(company):
    viewer = scope_of("vera", [Grant(Role.VIEWER, "service")], CATALOGUE)
    since = now()
    put(company, "kpi,period,value,region\nrevenue,2026-09,60,North\n")
    assert told(company, since, viewer) == [[], [], []]


def test_looking_is_remembered_for_each_person_and_changes_no_numbers(company):
    before = company.revision()
    assert news.last_look(company, ANNA) is None
    news.looked(company, ANNA)
    assert news.last_look(company, system_scope("ben")) is None
    assert company.revision() == before


def test_tabs_of_one_visit_tell_the_same_news(company):
    first = datetime(2026, 10, 1, 9, tzinfo=UTC)
    news.looked(company, ANNA, at=first)
    assert news.last_look(company, ANNA, at=first + timedelta(minutes=5)) is None, "the first visit goes on"
    day_after = first + timedelta(days=1)
    for minutes in (0, 20, 40):
        at = day_after + timedelta(minutes=minutes)
        assert news.last_look(company, ANNA, at=at) == first
        news.looked(company, ANNA, at=at)
    later = day_after + timedelta(minutes=71)
    assert news.last_look(company, ANNA, at=later) == day_after + timedelta(minutes=40)

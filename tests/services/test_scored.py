"""The scored company is made once and holds on where a change is elsewhere; what it says is always true."""

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from pandas.testing import assert_frame_equal

from kpidash.domain.access import system_scope
from kpidash.services import scorecards, scored, uploads
from kpidash.store import catalogue
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
ACTUALS = "kpi,period,value,region\nrevenue,2026-08,90,North\nrevenue,2026-09,100,North\ncost,2026-09,50,\n"
TARGETS = "kpi,period,target\nrevenue,2026-09,100\nrevenue,2026-08,100\n"
SEPTEMBER, AUGUST = ("2026-09", TODAY), ("2026-08", date(2026, 8, 31))


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


def card(database, window, day, **more):
    return scorecards.scorecard(database, ANNA, window=window, as_of=day, **more)


def afresh(database, window, day, **more):
    scored.forget()
    return card(database, window, day, **more)


def same(one, other):
    assert_frame_equal(one.kpis, other.kpis)
    assert_frame_equal(one.departments, other.departments)
    assert one.company == other.company


def test_a_change_in_one_window_leaves_the_other_as_it_was(company):
    august, september = card(company, *AUGUST), card(company, *SEPTEMBER)
    put(company, "kpi,period,value,region\nrevenue,2026-09,60,North\n")
    assert card(company, *AUGUST) is august
    changed = card(company, *SEPTEMBER)
    assert changed is not september
    same(changed, afresh(company, *SEPTEMBER))
    same(august, afresh(company, *AUGUST))


@pytest.mark.parametrize(
    "change",
    [
        lambda database: put(database, "kpi,period,target\nrevenue,2026-08,200\n"),
        lambda database: put(database, "kpi,period,value,region\nrevenue,2026-08,60,North\n"),
        lambda database: uploads.undo(
            database, ANNA, put(database, "kpi,period,value,region\nrevenue,2026-08,6,North\n")
        ),
    ],
    ids=["a target", "an actual", "an upload that was undone"],
)
def test_a_change_that_concerns_a_window_is_in_it(company, change):
    card(company, *AUGUST)
    change(company)
    found = card(company, *AUGUST)
    same(found, afresh(company, *AUGUST))


def test_other_definitions_are_in_every_window(company):
    before = card(company, *AUGUST)
    kpis = tuple(replace(one, name=f"{one.name} now") for one in CATALOGUE.kpis)
    with company.write() as connection:
        catalogue.save(connection, replace(CATALOGUE, kpis=kpis), actor="anna")
    assert card(company, *AUGUST) is not before


def test_what_was_known_then_does_not_change_by_what_came_later(company):
    then = datetime.now(UTC)
    before = card(company, *SEPTEMBER, known_at=then)
    put(company, "kpi,period,value,region\nrevenue,2026-09,60,North\n")
    assert card(company, *SEPTEMBER, known_at=then) is before
    same(before, afresh(company, *SEPTEMBER, known_at=then))


def test_of_many_who_ask_at_once_one_makes_it(company):
    scored.forget()
    found, together = [], Barrier(4)

    def ask():
        together.wait()
        found.append(card(company, *SEPTEMBER))

    threads = [Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 4
    assert all(one is found[0] for one in found)


def test_months_follow_what_is_uploaded(company):
    def months():
        return scorecards.trends(company, ANNA, as_of=TODAY)

    months()
    put(company, "kpi,period,value,region\nrevenue,2026-08,60,North\n")
    after = months()
    scored.forget()
    assert_frame_equal(after, months())

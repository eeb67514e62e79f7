"""Undos of undos: what counts, what stands in the way, and what happens while they are on the way."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kpidash.domain.access import system_scope
from kpidash.services import uploads
from kpidash.services.verification import verify
from kpidash.store import actuals, catalogue
from kpidash.store.engine import Database
from tests.ingest.company import CATALOGUE, TODAY
from tests.integrity.halfway import on_the_way

ANNA, BEN = system_scope("anna"), system_scope("ben")


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


@pytest.fixture
def other(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def preview(database, cost, scope=ANNA):
    text = f"kpi,period,value\ncost,2026-08,{cost}\n"
    return uploads.preview(database, scope, "file.csv", text.encode(), today=TODAY)


def upload(database, cost):
    return uploads.commit(database, ANNA, preview(database, cost)).upload_id


def undo(database, number):
    receipt = uploads.undo(database, ANNA, number)
    assert receipt.state == "committed"
    return receipt.upload_id


def costs(database):
    with database.read() as connection:
        ids = catalogue.load(connection).ids
        return actuals.segments(connection, ids["cost"], 0, 99_999)["value"].tolist()


def counting(database):
    return [past.upload.id for past in uploads.history(database, ANNA) if past.upload.state == "committed"]


def test_an_upload_counts_again_when_its_undo_is_undone_and_not_when_that_is(company):
    first = upload(company, 5)
    second = undo(company, first)
    assert (counting(company), costs(company)) == ([second], [])
    third = undo(company, second)
    assert (counting(company), costs(company)) == ([third, first], [5])
    fourth = undo(company, third)
    assert (counting(company), costs(company)) == ([fourth, second], [])
    fifth = undo(company, fourth)
    assert (counting(company), costs(company)) == ([fifth, third, first], [5])


def test_an_upload_that_counts_again_can_be_undone_again(company):
    first = upload(company, 5)
    undo(company, undo(company, first))
    again = undo(company, first)
    assert first not in counting(company)
    assert again in counting(company)
    assert costs(company) == []


def test_what_was_undone_does_not_stand_in_the_way(company):
    first = upload(company, 5)
    back = undo(company, undo(company, first))
    again = undo(company, first)
    later = upload(company, 7)
    assert uploads.undo(company, ANNA, back).blocked_by == (later, again)
    undo(company, later)
    # the key is as `again` left it, so that, and not the undo of `later`, is what has to go
    assert uploads.undo(company, ANNA, back).blocked_by == (again,)
    undo(company, again)
    undo(company, back)
    assert costs(company) == []


def test_all_later_uploads_of_a_value_are_named_the_newest_first(company):
    first, second, third = (upload(company, cost) for cost in (5, 6, 7))
    refused = uploads.undo(company, ANNA, first)
    assert (refused.state, refused.blocked_by) == ("refused", (third, second))
    assert f"in this order: {third}, {second}." in refused.in_words()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_undo_does_not_overwrite_what_somebody_uploads_while_it_is_on_the_way(company, other):
    first = upload(company, 5)
    taken = undo(company, first)
    with ThreadPoolExecutor(1) as pool:
        with on_the_way(company, preview(company, 9, BEN), BEN) as later:
            waiting = pool.submit(uploads.undo, other, ANNA, taken)
            time.sleep(0.5)
            assert not waiting.done()
        refused = waiting.result(timeout=20)
    assert (refused.state, refused.blocked_by) == ("refused", (later,))
    assert costs(company) == [9]
    assert taken in counting(company)
    assert verify(company, ANNA).differences == ()


def test_of_two_who_undo_the_same_upload_at_once_one_does(company, other):
    first = upload(company, 5)
    second = upload(company, 6)
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(uploads.undo, opened, ANNA, second) for opened in (company, other)]
    (refused,) = [error for call in calls if (error := call.exception())]
    assert "was undone before" in str(refused)
    assert costs(company) == [5]
    assert first in counting(company)

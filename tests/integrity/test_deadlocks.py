"""Two writers that wait for each other: PostgreSQL drops one of them, which then does its work again."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from kpidash.domain.access import system_scope
from kpidash.services import uploads
from kpidash.services.verification import verify
from kpidash.store import catalogue
from kpidash.store.engine import Database
from kpidash.store.failures import Beaten
from kpidash.store.tables import actual, kpi
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time by nature."""


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    assert ingest(database, 1).state == "committed"
    return database


@pytest.fixture
def other(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def file(value):
    return f"kpi,period,value\ncost,2026-08,{value}\ncost,2026-09,{value}\n".encode()


def ingest(database, value):
    return uploads.ingest(database, ANNA, "file.csv", file(value), today=TODAY)


def lock(connection, place):
    """Keep others from the first (0) or the last (1) value."""
    rows = select(actual.c.value).order_by(actual.c.period.desc() if place else actual.c.period).limit(1)
    return connection.execute(rows.with_for_update()).scalar_one()


@pytest.mark.parametrize("what", ["commit", "undo"])
def test_what_was_dropped_is_done_again(company, other, what):
    number = ingest(company, 2).upload_id
    shown = uploads.preview(company, ANNA, "file.csv", file(3), today=TODAY)
    with ThreadPoolExecutor(1) as pool:
        with other.write() as connection:
            # the other one shall be the first to look whether it waits for us
            connection.execute(text("SET LOCAL deadlock_timeout = '30s'"))
            lock(connection, 1)
            if what == "commit":
                waiting = pool.submit(uploads.commit, company, ANNA, shown)
            else:
                waiting = pool.submit(uploads.undo, company, ANNA, number)
            time.sleep(0.5)
            assert not waiting.done()
            lock(connection, 0)  # which the other one has locked, and waits for ours
        assert waiting.result(timeout=20).state == "committed"
    with company.read() as connection:
        values = connection.execute(select(actual.c.value)).scalars().all()
    assert values == ([3, 3] if what == "commit" else [1, 1])
    assert verify(company, ANNA).differences == ()


def test_who_is_dropped_is_told_what_to_do_and_nothing_of_his_is_kept(company, other):
    before = company.revision()

    def crossed(opened, first):
        with opened.write() as connection:
            lock(connection, first)
            time.sleep(0.3)
            lock(connection, 1 - first)
            connection.execute(kpi.update().where(kpi.c.code == "visits").values(name=f"by {first}"))

    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(crossed, opened, at) for at, opened in enumerate((company, other))]
    (refused,) = [call.exception() for call in calls if call.exception()]
    assert isinstance(refused, Beaten)
    assert "try again" in str(refused)
    assert company.revision() == before + 1

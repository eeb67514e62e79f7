"""Several writers at once, and writers that are killed."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from kpidash.store import actuals, audit, audit_chain, rollups, uploads, users
from kpidash.store.audit import Visitor
from kpidash.store.audit_chain import Checked
from kpidash.store.engine import Database
from kpidash.store.versions import Applied
from tests.store import samples
from tests.store.samples import changes, day, upload, values_of

ROOT = Path(__file__).resolve().parents[2]
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time by nature."""


def start(*given: object) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.store.writers", *map(str, given)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def calls(database):
    return samples.define(database, samples.kpi("calls"))["calls"]


@pytest.fixture
def other(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def test_of_two_hundred_concurrent_writers_in_four_processes_none_is_lost(database, database_url):
    before = database.revision()
    writers = [start("add_users", database_url, f"p{number}", 5, 10) for number in range(4)]
    codes = []
    for writer in writers:
        writer.communicate(timeout=120)
        codes.append(writer.returncode)
    assert codes == [0, 0, 0, 0]
    with database.read() as connection:
        assert len(users.everyone(connection)) == 200
    assert database.revision() == before + 200


def insert_and_apply(database, frame):
    """Apply in a transaction of its own; returns what it did."""
    with database.write() as connection:
        number = uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="analyst")
        return samples.apply(connection, frame, number)


@ON_POSTGRESQL
def test_uploads_of_different_keys_do_not_wait_for_each_other(database, other, calls):
    with database.write() as connection:
        number = uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="analyst")
        actuals.apply(connection, changes((calls, "2026-10-14", 5)), number)
        with ThreadPoolExecutor(1) as pool:
            later = pool.submit(insert_and_apply, other, changes((calls, "2026-11-15", 6)))
            assert later.result(timeout=20) == Applied(added=1, changed=0, unchanged=0)
    assert values_of(database, calls) == {day("2026-10-14"): 5, day("2026-11-15"): 6}


@ON_POSTGRESQL
@pytest.mark.parametrize("there", [False, True])
def test_of_two_that_set_the_same_key_the_second_waits_and_keeps_the_first_in_history(
    database, other, calls, there
):
    if there:
        upload(database, changes((calls, "2026-10-14", 1)))
    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            number = uploads.insert(connection, kind=uploads.Kind.ACTUALS, actor="analyst")
            samples.apply(connection, changes((calls, "2026-10-14", 5)), number)
            later = pool.submit(insert_and_apply, other, changes((calls, "2026-10-14", 6)))
            time.sleep(0.5)
            assert not later.done()
        assert later.result(timeout=20) == Applied(added=0, changed=1, unchanged=0)
    everything = pd.DataFrame({"kpi_id": [calls], "first_day": 0, "last_day": 99_999})
    with database.read() as connection:
        moment = uploads.find(connection, number).committed_at
        assert actuals.known_at(connection, everything, moment)["sum"].tolist() == [5]
        assert rollups.differences(connection).empty
    assert values_of(database, calls) == {day("2026-10-14"): 6}


def test_rollups_of_a_month_that_two_uploads_touch_at_once_hold_both(database, other, calls):
    frames = [changes((calls, f"2026-10-{number:02d}", number)) for number in range(1, 21)]
    with ThreadPoolExecutor(4) as pool:
        opened = [database, other]
        done = [pool.submit(insert_and_apply, opened[at % 2], frame) for at, frame in enumerate(frames)]
        assert [one.result(timeout=60).added for one in done] == [1] * 20
    with database.read() as connection:
        assert rollups.differences(connection).empty
    assert sum(values_of(database, calls).values()) == 210


def test_two_that_save_the_same_definitions_at_once_both_succeed(database, other):
    with ThreadPoolExecutor(2) as pool:
        ids = list(pool.map(lambda opened: samples.define(opened, samples.kpi("calls")), (database, other)))
    assert ids[0] == ids[1]


def test_of_two_that_use_one_idempotency_key_at_once_one_is_told(database, other):
    barrier = threading.Barrier(2)

    def commit(opened):
        barrier.wait(timeout=10)
        try:
            with opened.write() as connection:
                number = uploads.insert(
                    connection, kind=uploads.Kind.ACTUALS, actor="analyst", idempotency_key="once"
                )
                time.sleep(0.2)
        except uploads.AlreadyCommitted as refused:
            return "refused", refused.upload_id
        return "committed", number

    with ThreadPoolExecutor(2) as pool:
        outcomes = dict(pool.map(commit, (database, other)))
    assert outcomes["refused"] == outcomes["committed"]


@pytest.mark.parametrize("stage", ["apply", "refresh", "commit"])
@pytest.mark.parametrize("after", [0.0, 0.15])
def test_a_killed_upload_leaves_all_or_nothing(database, database_url, calls, stage, after):
    upload(database, changes((calls, 0, 7), (calls, 50_000, 7)))
    before = database.revision()
    writer = start("apply_slowly", database_url, calls, 20_000)
    while writer.stdout.readline().strip() != stage:
        assert writer.poll() is None
    time.sleep(after)
    writer.kill()
    writer.communicate()
    left = values_of(database, calls)
    nothing = {0: 7.0, 50_000: 7.0}
    assert left in (nothing, dict.fromkeys(range(20_000), 1.0) | {50_000: 7.0})
    assert database.revision() == before + (left != nothing)
    with database.read() as connection:
        assert rollups.differences(connection).empty
    upload(database, changes((calls, 0, 8)))
    assert values_of(database, calls)[0] == 8


def test_entries_of_many_at_once_quiet_or_not_make_one_chain(database, other):
    """Who seals reads the newest digest only when nobody else can be sealing."""
    start_line = threading.Barrier(4)

    def note(number):
        opened, by = (database, other)[number % 2], Visitor(f"p{number}@example.com", "192.0.2.7")
        start_line.wait(timeout=10)
        for at in range(20):
            with opened.write(quiet=(at + number) % 3 > 0) as connection:
                audit.record(connection, by, action="session.begin", subject=f"session {number} {at}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(4)))
    with database.read() as connection:
        assert audit_chain.checked(connection) == Checked(entries=80)

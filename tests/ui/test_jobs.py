"""Work in the background: told how far it is, stopped on a word, and nothing of it left behind."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.domain.progress import Cancelled, Progress, advance, watching
from kpidash.services import uploads
from kpidash.services.errors import WrongQuestion
from kpidash.services.mappings import Answers
from kpidash.services.watching import Known, Seen
from kpidash.store import catalogue, tables
from kpidash.store.engine import Database
from kpidash.ui.address import View
from kpidash.ui.formats import Formats
from kpidash.ui.jobs import Job
from kpidash.ui.upload.desk import Desk
from kpidash.ui.upload.looking import File
from kpidash.ui.viewer import Viewer
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")


def test_a_job_tells_its_result_and_how_far_it_is():
    begun, go = threading.Event(), threading.Event()

    def work() -> str:
        advance("Writing", 250, 1_000)
        begun.set()
        go.wait(5)
        return "done"

    job = Job(work).start()
    begun.wait(5)
    shown = job.shown()
    assert (shown.step, shown.done, shown.total, shown.share) == ("Writing", 250, 1_000, 0.25)
    assert not job.done
    go.set()
    assert job.wait(5)
    assert (job.result, job.problem, job.stopped) == ("done", None, False)


def test_the_time_left_comes_from_the_speed_of_the_step_at_work():
    begun, go = threading.Event(), threading.Event()

    def work() -> None:
        advance("Checking", 900, 1_000)
        advance("Writing", 0, 1_000)
        time.sleep(0.6)
        advance("Writing", 500, 1_000)
        begun.set()
        go.wait(5)

    job = Job(work).start()
    begun.wait(5)
    left = job.shown().left
    go.set()
    assert left is not None
    assert 0.5 < left < 5


def test_a_refusal_reads_as_it_was_raised_and_a_mistake_of_ours_has_a_number(
    caplog: pytest.LogCaptureFixture,
):
    def refuse() -> None:
        raise WrongQuestion("the decimal sign is a point or a comma")

    def fail() -> None:
        raise RuntimeError("secret detail")

    refused, failed = Job(refuse, readable=(WrongQuestion,)).start(), Job(fail).start()
    assert refused.wait(5)
    assert failed.wait(5)
    assert refused.problem == "the decimal sign is a point or a comma"
    assert failed.problem
    assert "Quote number" in failed.problem
    assert "secret" not in failed.problem
    assert "secret detail" in caplog.text


def test_a_job_that_is_told_to_stop_ends_at_its_next_word():
    begun = threading.Event()

    def work() -> None:
        for done in range(10_000):
            advance("Writing", done, 10_000)
            begun.set()
            time.sleep(0.001)

    job = Job(work).start()
    begun.wait(5)
    job.stop()
    assert job.wait(5)
    assert job.stopped
    assert job.result is None


REPORT = "kpi,period,value,region\nrevenue,2026-09,100,North\nrevenue,2026-09,50,South\n"


@pytest.fixture
def company(database: Database) -> Database:
    """A database with the definitions of the test company."""
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def contents(database: Database) -> tuple[list[str], ...]:
    """Everything that an upload writes."""
    written = (tables.actual, tables.actual_history, tables.rollup_month, tables.segment, tables.upload)
    with database.read() as connection:
        return tuple(sorted(map(repr, connection.execute(select(table)))) for table in written)


def test_a_commit_that_is_stopped_at_any_of_its_words_leaves_nothing_behind(company: Database):
    shown = uploads.preview(company, ANNA, "file.csv", REPORT.encode(), today=TODAY)
    before = contents(company)

    def commit(words: Iterator[int], last: int) -> str:
        def watch(_: Progress) -> None:
            if next(words) == last:
                raise Cancelled

        with watching(watch):
            return uploads.commit(company, ANNA, shown).state

    stopped = 0
    while True:
        job = Job(partial(commit, count(), stopped)).start()
        assert job.wait(20)
        if not job.stopped:
            break
        assert contents(company) == before
        stopped += 1
    assert stopped >= 2
    assert job.result == "committed"
    assert contents(company) != before


def test_a_stopped_commit_leaves_the_file_on_the_desk_and_a_sentence(company: Database):
    desk = looked_at(company)
    before = contents(company)
    desk.commit(desk.look, accept_valid=False)
    desk.settle(viewer(company))
    desk.stop()
    settled(desk, company)
    if desk.written is None:
        assert desk.said == "Stopped: nothing was written, and the file is still here."
        assert desk.look is not None
        assert contents(company) == before
    else:  # it was quicker than the word
        assert contents(company) != before


def test_what_vanished_widgets_say_after_a_commit_leaves_its_outcome(company: Database):
    desk = looked_at(company)
    desk.commit(desk.look, accept_valid=False)
    settled(desk, company)
    written = desk.written
    assert written is not None
    desk.means({"value": "value"})
    desk.say(sheet="Sheet1")
    assert desk.written is written
    assert desk.answers == Answers()


def test_a_desk_holds_one_file_and_lets_it_go_when_it_is_committed(company: Database):
    desk = looked_at(company)
    preview = weakref.ref(desk.look)
    desk.commit(desk.look, accept_valid=False)
    settled(desk, company)
    assert desk.written is not None
    assert desk.written.receipt.state == "committed"
    assert (desk.file, desk.look) == (None, None)
    assert gone(preview)


def test_a_session_that_ends_lets_go_of_what_it_read(company: Database):
    desk = looked_at(company)
    preview = weakref.ref(desk.look)
    del desk
    assert gone(preview)


def test_reading_stops_when_nobody_looks_any_more_and_writing_goes_on(company: Database):
    desk = Desk("anna")
    desk.take(File("file.csv", REPORT.encode()))
    go = threading.Event()
    desk._begin("looking", lambda: go.wait(20))
    reading = desk.job
    desk.clear()
    desk._begin("committing", lambda: go.wait(20))
    writing = desk.job
    del desk
    gc.collect()
    assert reading is not None
    assert writing is not None
    assert reading.stopping
    assert not writing.stopping
    go.set()


def test_a_person_who_lost_the_right_is_refused_at_the_commit(company: Database):
    desk = looked_at(company)
    before = contents(company)
    reader = scope_of("anna", [Grant(Role.VIEWER, None)], CATALOGUE)
    desk.commit(desk.look, accept_valid=False)
    while not desk.settle(replace(viewer(company), granted=reader)):
        time.sleep(0.01)
    assert desk.written is None
    assert "may not" in (desk.said or "")
    assert contents(company) == before


def test_what_somebody_else_changed_is_a_conflict_and_looking_again_mends_it(company: Database):
    desk = looked_at(company)
    uploads.ingest(company, ANNA, "other.csv", REPORT.replace("100", "99").encode(), today=TODAY)
    desk.commit(desk.look, accept_valid=False)
    settled(desk, company)
    assert desk.written is not None
    assert desk.written.receipt.conflicts
    desk.again()
    settled(desk, company)
    assert desk.look is not None
    assert len(desk.look.preview.changes.changed) == 1
    desk.commit(desk.look, accept_valid=False)
    settled(desk, company)
    assert desk.written.receipt.state == "committed"


def viewer(database: Database) -> Viewer:
    formats, seen = Formats.of(CATALOGUE.company), Seen(0, datetime.now(UTC))
    known = Known(seen, seen)
    return Viewer(database, ANNA, CATALOGUE, formats, View(), today=TODAY, known=known, people=())


def settled(desk: Desk, database: Database) -> None:
    until = time.monotonic() + 20
    while not desk.settle(viewer(database)):
        assert time.monotonic() < until
        time.sleep(0.01)


def gone(what: weakref.ref[object]) -> bool:
    """Whether nothing refers to it any more, soon: the thread of its job may be about to end."""
    until = time.monotonic() + 5
    while what() is not None and time.monotonic() < until:
        gc.collect()
        time.sleep(0.01)
    return what() is None


def looked_at(database: Database) -> Desk:
    """A desk with a file that was looked at."""
    desk = Desk("anna")
    desk.take(File("file.csv", REPORT.encode()))
    settled(desk, database)
    assert desk.look is not None
    return desk

"""What other processes do in tests, and how to start several at the same moment."""

import multiprocessing
import traceback
from typing import Any

from kpidash.domain.access import system_scope
from kpidash.services import uploads
from kpidash.store.engine import Database
from tests.ingest.company import TODAY

SECONDS = 60


def at_once(target: Any, url: str, *given: Any) -> list[Any]:
    """What `target(database, wait, one)` returns in one process for each of `given`.

    Each has a database of its own and calls `wait()` when it is ready: it returns when all are. What one
    of them raises fails the test.
    """
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload([__name__])
    barrier = start.Barrier(len(given))
    pipes, processes = [], []
    for one in given:
        here, there = start.Pipe()
        process = start.Process(target=_run, args=(target, url, barrier, there, one), daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    found = [pipe.recv() if pipe.poll(SECONDS) else (None, "no answer") for pipe in pipes]
    for process in processes:
        process.join(SECONDS)
    assert not [reason for _, reason in found if reason]
    return [result for result, _ in found]


def _run(target: Any, url: str, barrier: Any, pipe: Any, given: Any) -> None:
    database = Database(url)
    try:
        pipe.send((target(database, lambda: barrier.wait(SECONDS), given), ""))
    except Exception:
        pipe.send((None, traceback.format_exc()))
        raise
    database.dispose()


def commit_with_key(database: Database, wait: Any, given: tuple[str, str]) -> tuple[str, int | None]:
    """Look at the same file as others, then commit it under the same idempotency key."""
    text, key = given
    anna = system_scope("anna")
    shown = uploads.preview(database, anna, "file.csv", text.encode(), today=TODAY)
    wait()
    receipt = uploads.commit(database, anna, shown, idempotency_key=key)
    return receipt.state, receipt.upload_id


def ingest(database: Database, wait: Any, given: tuple[str, str]) -> tuple[str, int, int, int]:
    """Upload a file as somebody."""
    text, who = given
    wait()
    receipt = uploads.ingest(database, system_scope(who), "file.csv", text.encode(), today=TODAY)
    return receipt.state, receipt.added, receipt.changed, receipt.unchanged

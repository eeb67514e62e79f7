"""Killing uploads: a process that commits, what strikes it down, and what has to be true afterwards."""

import logging
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess

from sqlalchemy import Engine, event

from bench.ingest_data import TODAY, Rows, company
from kpidash.domain.access import system_scope
from kpidash.services import uploads
from kpidash.services.verification import verify
from kpidash.store import catalogue
from kpidash.store.connecting import WRITE
from kpidash.store.engine import Connection, Database, DatabaseUnavailable
from kpidash.store.tables import metadata
from kpidash.store.uploads import Upload, by_key

SCOPE = system_scope("bench")
KILLED, RETRIED = "killed.csv", "retried.csv"
"""What the killed upload and its retry call their file: so history tells which of them is there."""

MARGIN = 1.2
"""Moments are chosen up to this share of a commit's time, so that some come after it."""
MEASURED = 4
"""So many kills after which a commit is timed again, as machines are not always as fast."""
STEPS = {"begin": "inside", "commit": "committing", "end": "after"}
"""Where a kill landed, by the last step that the process told: before COMMIT was sent, under it, after it."""

Strike = Callable[[BaseProcess, int], None]
"""Kills, given the process of the upload and the id of the server's process that works for it (0 if none)."""


@dataclass(frozen=True)
class Outcome:
    """What one kill left behind: `after` in seconds, `where` in the transaction, what is wrong."""

    how: str
    after: float
    where: str
    whole: bool
    problems: tuple[str, ...]


def client(process: BaseProcess, _server: int) -> None:
    """SIGKILL for the process that uploads."""
    process.kill()


def killed(
    url: str, strikes: Mapping[str, Strike], times: int, *, rows: int, seed: int = 1, aimed: bool = False
) -> Iterator[Outcome]:
    """Kill so many commits on an empty database that has its schema; the `strikes` take turns.

    Each upload changes `rows` values and adds a quarter as many, in new segments. Afterwards it is undone, so
    that all of them do the same work. Moments are spread evenly over the whole commit, or with `aimed` over
    the time that COMMIT itself takes.
    """
    chance, database = random.Random(seed), Database(url)
    with database.write() as connection:
        catalogue.save(connection, company(), actor="bench")
    uploads.ingest(database, SCOPE, "first.csv", Rows(rows, seed=0).file(), today=TODAY)
    lengths: list[float] = []
    for number, how in enumerate(islice(cycle(strikes), times)):
        if number % MEASURED == 0:
            lengths += [_length(database, rows, aimed=aimed) for _ in range(1 if lengths else 3)]
        after = chance.uniform(0, MARGIN * statistics.median(lengths[-3:]))
        content, key = _file(rows, number), f"kill-{number}"
        yield _kill(database, how, strikes[how], content, key, after, aimed=aimed, wait=number % 2 == 0)
        _undo(database, key)
    database.dispose()


def _file(rows: int, number: int) -> bytes:
    """Other values for what is there, and rows of two regions that nobody has reported yet."""
    header, *lines = Rows(rows, seed=number + 1).file().splitlines(keepends=True)
    east, west = ([line for line in lines if region in line] for region in (b",East,", b",West,"))
    new = [line.replace(b"st,", b"st %d," % number) for line in (*east, *west)]
    return header + b"".join([*lines, *new])


def _kill(
    database: Database,
    how: str,
    strike: Strike,
    content: bytes,
    key: str,
    after: float,
    *,
    aimed: bool,
    wait: bool,
) -> Outcome:
    before = _held(database)
    process, pipe, server = _start(database, content, key)
    met = _until(pipe, "commit") if aimed else ""
    time.sleep(after)
    strike(process, server)
    process.join()
    where = STEPS.get(_told(pipe) or met, "before")
    _answers(database)
    problems: list[str] = []
    if wait:
        _alone(database, server)
        problems += _half(database, content, key, before)
    # Else the server may still be at work for the client that is no more.
    receipt = uploads.ingest(database, SCOPE, RETRIED, content, today=TODAY, idempotency_key=key)
    upload = _upload(database, key)
    if upload is None or receipt.upload_id != upload.id:
        return Outcome(how, after, where, False, (*problems, "the retry is not there"))
    problems += _half(database, content, key, before)
    if _held(database)[-1] != before[-1] + 1:
        problems.append("there is not one more upload")
    return Outcome(how, after, where, upload.file_name == KILLED, tuple(problems))


def _half(database: Database, content: bytes, key: str, before: tuple[int, ...]) -> list[str]:
    """What contradicts that the upload is there whole or not at all."""
    problems, upload = list(verify(database, SCOPE).differences), _upload(database, key)
    if upload is None:
        return problems + (["something of an absent upload is there"] if _held(database) != before else [])
    if uploads.preview(database, SCOPE, KILLED, content, today=TODAY).changes:
        problems.append("values of the upload are missing")
    with database.read() as connection:
        given, taken = (
            connection.exec_driver_sql(f"SELECT count(*) FROM {table} = {upload.id}").scalar_one()
            for table in ("actual WHERE upload_id", "actual_history WHERE superseded_by")
        )
    if (given, taken) != (upload.added + upload.changed, upload.changed):
        problems.append(f"{given} values and {taken} superseded ones, not as the upload says")
    return problems


def _upload(database: Database, key: str) -> Upload | None:
    with database.read() as connection:
        return by_key(connection, f"{SCOPE.actor}:{key}")


def _undo(database: Database, key: str) -> None:
    upload = _upload(database, key)
    if upload is None or uploads.undo(database, SCOPE, upload.id).state != "committed":
        raise RuntimeError(f"the upload {key} cannot be undone")


def _length(database: Database, rows: int, *, aimed: bool) -> float:
    """Seconds that a commit takes when nobody kills it; with `aimed` those of COMMIT itself."""
    key = f"measured-{time.monotonic_ns()}"
    process, pipe, _ = _start(database, _file(rows, 1_000), key)
    if aimed:
        _until(pipe, "commit")
    start = time.perf_counter()
    _until(pipe, "end")
    found = time.perf_counter() - start
    process.join()
    _undo(database, key)
    return found


def _until(pipe: Pipe, step: str) -> str:
    """The step, as soon as the process tells it."""
    while pipe.recv() != step:
        pass
    return step


def _start(database: Database, content: bytes, key: str) -> tuple[BaseProcess, Pipe, int]:
    """A process that has made its preview and begins its commit now."""
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload([__name__])
    here, there = start.Pipe()
    process = start.Process(target=_commit, args=(there, database.address, content, key), daemon=True)
    process.start()
    there.close()
    server = int(here.recv())
    here.send("go")
    return process, here, server


def _commit(pipe: Pipe, url: str, content: bytes, key: str) -> None:
    """What the process does: a preview, then at a word the commit, of which it tells each step."""
    database = Database(url)
    shown = uploads.preview(database, SCOPE, KILLED, content, today=TODAY)
    with database.read() as connection:
        server = _server_of(connection)
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # it would tell of the server's end as well
    _tell_steps(pipe)
    pipe.send(server)
    pipe.recv()
    with suppress(DatabaseUnavailable):  # so it says when the server was killed
        uploads.commit(database, SCOPE, shown, idempotency_key=key)


def _tell_steps(pipe: Pipe) -> None:
    """Tell when a writing transaction begins, sends its COMMIT, and is over."""
    sent: list[str] = []

    def tell(step: str) -> None:
        sent.append(step)
        pipe.send(step)

    @event.listens_for(Engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            tell("begin")
        elif sent:
            tell("end")  # what was written is read for the receipt

    @event.listens_for(Engine, "commit")
    def _commit_(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            tell("commit")


def _told(pipe: Pipe) -> str:
    """The last step that a process told before it died."""
    last = ""
    try:
        while True:
            last = pipe.recv()
    except (EOFError, ConnectionResetError):
        return last


def _server_of(connection: Connection) -> int:
    if connection.dialect.name == "sqlite":
        return 0
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def _answers(database: Database, seconds: float = 60) -> None:
    """Wait until the database answers again after a crash."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            database.revision()
        except DatabaseUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _alone(database: Database, server: int, seconds: float = 60) -> None:
    """Wait until the server has noticed that its client is gone, and dropped or ended its transaction."""
    deadline = time.monotonic() + seconds
    while server and time.monotonic() < deadline:
        with database.read() as connection:
            query = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {server} AND state <> 'idle'"
            if not connection.exec_driver_sql(query).scalar_one():
                return
        time.sleep(0.02)


def _held(database: Database) -> tuple[int, ...]:
    """The number of rows in every table; the last is that of uploads."""
    tables = [name for name in metadata.tables if name != "upload"]
    with database.read() as connection:
        return tuple(
            int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one())
            for table in (*tables, "upload")
        )

"""Uploads against the fastest raw load of the same rows: `python -m bench.ingest [--rows N] [--large]`.

Each figure runs in turns with its reference, each time on a database of its own; medians. Peak memory is that
of a process that does nothing else. Superset's upload is not run here, as it takes a whole installation.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.databases import fresh, postgresql_place, sqlite_place
from bench.ingest_data import FILE_NAME, REGIONS, TODAY, Rows, company
from bench.raw_loads import raw, to_sql, to_sql_upsert
from kpidash.domain.access import system_scope
from kpidash.ingest.content import Limits
from kpidash.services import uploads
from kpidash.store import catalogue, segments
from kpidash.store.engine import Database

ROUNDS = 3
SCOPE = system_scope("bench")
LIMITS = Limits(size=1 << 40, cells=1 << 40)
Step = Callable[[str], Callable[[], object]]
"""Prepares a database, given its URL, and returns what is to be measured on it."""


@dataclass(frozen=True)
class Files:
    """The files of a run: with the first all rows are new, the second has other values."""

    rows: Rows
    others: Rows
    file: bytes
    other_file: bytes

    @classmethod
    def of(cls, count: int) -> "Files":
        """Files of so many rows."""
        rows, others = Rows(count), Rows(count, seed=2)
        return cls(rows, others, rows.file(), others.file())

    @property
    def half(self) -> bytes:
        """Every second row of the first file."""
        header, *lines = self.file.splitlines(keepends=True)
        return header + b"".join(lines[::2])


def opened(url: str) -> Database:
    """A database with the definitions."""
    database = Database(url)
    database.upgrade()
    with database.write() as connection:
        catalogue.save(connection, company(), actor="bench")
    return database


def ready(url: str, rows: Rows) -> pd.DataFrame:
    """The rows as the table of actuals of this database holds them."""
    database = opened(url)
    with database.write() as connection:
        keys = [f'{{"region":"{name}"}}' for name in REGIONS]
        found = segments.ids(connection, keys)
        ids = catalogue.load(connection).ids
    database.dispose()
    kpis = np.array([ids[kpi.code] for kpi in company().kpis])
    return rows.ready(kpis, np.array([found[key] for key in keys]))


def previewing(before: bytes, file: bytes) -> Step:
    """A preview of `file` where `before` is stored."""

    def prepare(url: str) -> Callable[[], object]:
        database = stored(url, before)
        return lambda: uploads.preview(database, SCOPE, FILE_NAME, file, today=TODAY, limits=LIMITS)

    return prepare


def uploading(before: bytes, file: bytes) -> Step:
    """The whole upload of `file` where `before` is stored."""

    def prepare(url: str) -> Callable[[], object]:
        database = stored(url, before)
        return lambda: uploads.ingest(database, SCOPE, FILE_NAME, file, today=TODAY, limits=LIMITS)

    return prepare


def stored(url: str, file: bytes) -> Database:
    """A database that holds the rows of the file."""
    database = opened(url)
    if file:
        receipt = uploads.ingest(database, SCOPE, FILE_NAME, file, today=TODAY, limits=LIMITS)
        if receipt.state != "committed":
            raise RuntimeError(receipt.in_words())
    return database


def loading(rows: Rows, *, upsert: bool = False, before: Rows | None = None) -> Step:
    """The raw load of `rows`; where `before` is given every second one of those is there."""

    def prepare(url: str) -> Callable[[], object]:
        frame = ready(url, rows)
        if before is not None:
            known = ready(url, before)
            raw(url, known[known["row"] % 2 == 0])()
        return raw(url, frame, upsert=upsert)

    return prepare


def timed(place: str, step: Step) -> tuple[float, float]:
    """Seconds by the clock and of this process's CPU, on a fresh database."""
    with fresh(place) as url:
        run = step(url)
        clock, cpu = time.perf_counter(), time.process_time()
        run()
        return time.perf_counter() - clock, time.process_time() - cpu


def compared(place: str, step: Step, reference: Step, rounds: int) -> tuple[float, ...]:
    """Medians: seconds and CPU seconds of the step, then of its reference, run in turns."""
    found = [(*timed(place, step), *timed(place, reference)) for _ in range(rounds)]
    return tuple(statistics.median(column) for column in zip(*found, strict=True))


def figures(place: str, files: Files, rounds: int) -> Iterator[str]:
    """The rows of the table that have a raw load as their reference."""
    empty = loading(files.rows)
    half = loading(files.others, upsert=True, before=files.rows)
    table = (
        (
            "preview, other values against all rows stored",
            1.5,
            previewing(files.file, files.other_file),
            empty,
        ),
        ("whole upload into an empty table", 2.2, uploading(b"", files.file), empty),
        (
            "whole upload, half the keys known, with other values",
            2.5,
            uploading(files.half, files.other_file),
            half,
        ),
        ("the same file again", 1.2, uploading(files.file, files.file), empty),
    )
    for name, goal, step, reference in table:
        clock, cpu, raw_clock, raw_cpu = compared(place, step, reference, rounds)
        yield (
            f"| {name} | ≤ {goal} | **{clock / raw_clock:.2f}** | {clock:.2f} s ({cpu:.2f} s CPU) "
            f"| {raw_clock:.2f} s ({raw_cpu:.2f} s CPU) |"
        )


def against_pandas(place: str, files: Files) -> Iterator[str]:
    """The whole upload beside what people write with pandas; each once, as these take long."""
    upload, _ = timed(place, uploading(b"", files.file))
    for name, goal, load in (
        ("whole upload against bare `to_sql` of ready rows", "< 1.0", to_sql),
        ("whole upload against the usual `to_sql` upsert", "< 0.1", to_sql_upsert),
    ):

        def prepare(url: str, load: Callable[[str, pd.DataFrame], None] = load) -> Callable[[], object]:
            frame, address = ready(url, files.rows), url.replace("postgresql:", "postgresql+psycopg:", 1)
            return lambda: load(address, frame)

        clock, _ = timed(place, prepare)
        yield f"| {name} | {goal} | **{upload / clock:.2f}** | {upload:.2f} s | {clock:.2f} s |"


def measured_alone(place: str, count: int) -> tuple[float, int]:
    """Seconds and peak memory in MiB of an upload of so many rows, in a process that does nothing else."""
    with fresh(place) as url, tempfile.TemporaryDirectory() as folder:
        opened(url).dispose()
        path = Path(folder) / FILE_NAME
        path.write_bytes(Rows(count).file())
        command = [sys.executable, "-m", "bench.ingest", "--child", url, str(path)]
        found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(found[0]), int(found[1])


def child(url: str, path: str) -> None:
    """Upload the file; print seconds and peak memory in MiB."""
    database = Database(url)
    start = time.perf_counter()
    content = Path(path).read_bytes()
    receipt = uploads.ingest(database, SCOPE, FILE_NAME, content, today=TODAY, limits=LIMITS)
    seconds = time.perf_counter() - start
    if receipt.state != "committed":
        raise RuntimeError(receipt.in_words())
    # the kernel's own mark of this program; `getrusage` would count the parent's memory from before its start
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    print(seconds, int(peak.split()[1]) // 1024)


def main() -> None:
    """Print the tables of both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--large", action="store_true", help="ten times the rows as well")
    parser.add_argument("--pandas", action="store_true", help="beside to_sql as well; minutes")
    parser.add_argument("--child", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    files = Files.of(given.rows)
    for name, context in (("SQLite", sqlite_place), ("PostgreSQL", postgresql_place)):
        print(f"\n{name}, {given.rows:,} rows, {len(files.file) / 1e6:.0f} MB\n")
        print("| figure | goal | ratio | kpidash | reference |\n|---|---|---|---|---|")
        with context() as place:
            for line in figures(place, files, given.rounds):
                print(line, flush=True)
            for line in against_pandas(place, files) if given.pandas else ():
                print(line, flush=True)
            seconds, peak = measured_alone(place, given.rows)
            print(f"| peak memory of the upload | ≤ 600 MiB | | {peak} MiB, {seconds:.2f} s | |", flush=True)
            if given.large:
                longer, more = measured_alone(place, 10 * given.rows)
                print(
                    f"| ten times the rows | ≤ 11, ≤ 1,536 MiB | **{longer / seconds:.1f}** "
                    f"| {more} MiB, {longer:.2f} s | {seconds:.2f} s |"
                )


if __name__ == "__main__":
    main()

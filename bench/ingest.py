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
from bench.measure import Figure, table
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


def timed(place: str, step: Step) -> float:
    """Seconds on a fresh database."""
    with fresh(place) as url:
        run = step(url)
        start = time.perf_counter()
        run()
        return time.perf_counter() - start


def compared(place: str, step: Step, reference: Step, rounds: int) -> tuple[float, float]:
    """Medians: seconds of the step and of its reference, run in turns."""
    found = [(timed(place, step), timed(place, reference)) for _ in range(rounds)]
    return statistics.median(one for one, _ in found), statistics.median(one for _, one in found)


def beside_raw(place: str, files: Files, rounds: int, database: str) -> Iterator[Figure]:
    """The figures that have a raw load as their reference."""
    empty = loading(files.rows)
    half = loading(files.others, upsert=True, before=files.rows)
    table = (
        ("preview against all rows stored", 1.5, previewing(files.file, files.other_file), empty),
        ("whole upload into an empty table", 2.2, uploading(b"", files.file), empty),
        ("whole upload, half the keys known", 2.5, uploading(files.half, files.other_file), half),
        ("the same file again", 1.2, uploading(files.file, files.file), empty),
    )
    for name, goal, step, reference in table:
        took, other = compared(place, step, reference, rounds)
        yield Figure(f"{files.rows.count:,} rows: {name}", "raw load", took, other, database, goal)


def against_pandas(place: str, files: Files, database: str) -> Iterator[Figure]:
    """The whole upload beside what people write with pandas; each once, as these take long."""
    upload = timed(place, uploading(b"", files.file))
    for name, goal, load in (
        ("bare `to_sql`", 1.0, to_sql),
        ("the usual `to_sql` upsert", 0.1, to_sql_upsert),
    ):

        def prepare(url: str, load: Callable[[str, pd.DataFrame], None] = load) -> Callable[[], object]:
            frame, address = ready(url, files.rows), url.replace("postgresql:", "postgresql+psycopg:", 1)
            return lambda: load(address, frame)

        took = timed(place, prepare)
        yield Figure(f"{files.rows.count:,} rows: whole upload", name, upload, took, database, goal)


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


def figures(
    count: int = 1_000_000, rounds: int = ROUNDS, *, full: bool = False, pandas: bool = False
) -> Iterator[Figure]:
    """Everything about uploads of `count` rows, on both databases; `full` of ten times as many too."""
    files = Files.of(count)
    for name, context in (("SQLite", sqlite_place), ("PostgreSQL", postgresql_place)):
        with context() as place:
            yield from beside_raw(place, files, rounds, name)
            if pandas or full:
                yield from against_pandas(place, files, name)
            seconds, peak = measured_alone(place, count)
            base = {"database": name, "unit": "MiB"}
            yield Figure(f"{count:,} rows: peak memory", "", peak, goal=600, **base)
            if full:
                longer, more = measured_alone(place, 10 * count)
                yield Figure(
                    f"{10 * count:,} rows: whole upload", f"{count:,} rows", longer, seconds, name, 11
                )
                yield Figure(f"{10 * count:,} rows: peak memory", "", more, goal=1536, **base)


def main() -> None:
    """Print the table of both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--large", action="store_true", help="ten times the rows, and to_sql, as well")
    parser.add_argument("--pandas", action="store_true", help="beside to_sql as well; minutes")
    parser.add_argument("--child", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(*given.child)
        return
    print("\n".join(table(figures(given.rows, given.rounds, full=given.large, pandas=given.pandas))))


if __name__ == "__main__":
    main()

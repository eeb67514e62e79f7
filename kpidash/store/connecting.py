"""From a database URL to a SQLAlchemy engine; what differs between SQLite and PostgreSQL in connecting."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError

from kpidash.store.failures import Beaten, DatabaseUnavailable

BUSY_SECONDS = 60
"""How long a writer waits for another one before it gives up."""

CACHE_KIB = {True: 32_000, False: 4_000}
"""Pages that a connection to a SQLite file keeps while it writes, and else: there are many that only read."""

WRITE = "kpidash_write"
"""The execution option that makes a transaction a writing one."""
STATE, MOVES = "kpidash_state", "kpidash_moves"
"""Where a connection keeps, as long as a transaction that reads, which state of the database it sees, and
what has changed since others."""
_SET_TO = "kpidash_set_to"
"""Where a connection to a SQLite file keeps what it was made ready for: to write, or to read."""

_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")
_FORMS = "write sqlite:///path/to/file.db or postgresql://user@host/database"


def url_of(text: str) -> URL:
    """The database that `text` names, with the driver that kpidash uses; raises DatabaseUnavailable."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseUnavailable(f"that is not a database URL; {_FORMS}") from None
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise DatabaseUnavailable(f"kpidash does not know '{url.drivername}' databases; {_FORMS}")
    if url.host or not url.database or url.database == ":memory:" or url.query:
        raise DatabaseUnavailable(f"kpidash keeps SQLite databases in files; {_FORMS}")
    # A later change of the working directory must not move the database.
    return url.set(drivername="sqlite", database=str(Path(url.database).absolute()))


def place_of(url: URL) -> str:
    """The database in words, without user or password."""
    if url.drivername == "sqlite":
        return f"the SQLite database {url.database}"
    host = url.host or url.query.get("host") or "this machine"
    return f"the PostgreSQL database {url.database or ''} on {host}".replace("  ", " ")


def engine_of(url: URL) -> Engine:
    """An engine for the URL; nothing is connected yet."""
    options: dict[str, Any] = {"pool_size": 10, "max_overflow": 20, "pool_timeout": 30}
    if not is_sqlite(url):
        # Connections outlive restarts of the server; a ping at checkout finds the dead ones.
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10}, **options)
    # The driver's own transactions lose concurrent increments: it begins late, and never IMMEDIATE.
    arguments = {"timeout": BUSY_SECONDS, "isolation_level": None}
    engine = create_engine(url, connect_args=arguments, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_sqlite(url: URL) -> bool:
    """Whether the URL names a SQLite file."""
    return url.drivername.startswith("sqlite")


def begin(engine: Engine, *, write: bool) -> Connection:
    """A connection in a new transaction: a writing one, or a reading one that sees one state throughout."""
    connection = engine.connect()
    try:
        options: dict[str, Any] = {WRITE: write}
        if engine.dialect.name == "postgresql":
            level = "READ COMMITTED" if write else "REPEATABLE READ"
            options |= {"isolation_level": level, "postgresql_readonly": not write}
        connection = connection.execution_options(**options)
        connection.info.pop(STATE, None)
        connection.info.pop(MOVES, None)
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def check_place(url: URL) -> None:
    """Raise DatabaseUnavailable when a SQLite file's folder is not there."""
    if is_sqlite(url) and not file_of(url).parent.is_dir():
        raise DatabaseUnavailable(
            f"{place_of(url)} cannot be opened: there is no folder {file_of(url).parent}; make it first"
        )


def file_of(url: URL) -> Path:
    """The file of a SQLite database."""
    return Path(url.database or "")


_ENVIRONMENT = {5, 6, 8, 10, 11, 13, 14, 23, 26}
"""SQLite's result codes for a file that is locked, read-only, unreadable, damaged, full or no database."""


_NO_PRIVILEGE = "42501"
"""What PostgreSQL says to a role that may not do this."""


_BEATEN = {"40P01", "40001"}
"""What PostgreSQL says to the one of two that waited for each other whose transaction it drops."""


def is_environment(error: Exception) -> bool:
    """Whether the error comes from the database's surroundings or other users, not from a wrong statement.

    It may be one of SQLAlchemy or of the driver itself.
    """
    found = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(found, "sqlite_errorcode", None)
    if code is not None:
        return (code & 0xFF) in _ENVIRONMENT
    state = getattr(found, "sqlstate", None)
    if state is None:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        return lost or type(found).__name__ == "OperationalError"
    return state in {_NO_PRIVILEGE, *_BEATEN} or state[:2] in {"08", "28", "3D", "53", "57", "58"}


def unavailable(url: URL, error: Exception) -> DatabaseUnavailable:
    """The sentence for an error that the driver met."""
    found = error.orig if isinstance(error, DBAPIError) else error
    if getattr(found, "sqlstate", None) in _BEATEN:
        return Beaten(f"somebody else is writing the same values to {place_of(url)}; try again")
    lines = str(found).strip().splitlines() or [type(found).__name__]
    reason = lines[0]
    if getattr(found, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        reason = f"somebody else has been writing to it for {BUSY_SECONDS} seconds; try again"
    if isinstance(url.password, str) and url.password:
        reason = reason.replace(url.password, "***")
    return DatabaseUnavailable(f"{place_of(url)} cannot be used: {reason}")


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for setting in ("foreign_keys = ON", "synchronous = FULL"):
        cursor.execute(f"PRAGMA {setting}")
    _use_wal(cursor)
    cursor.close()


def _use_wal(cursor: DBAPICursor) -> None:
    # Switching a new file to WAL does not wait for others who do the same at the same moment.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(WRITE, False)
    if connection.info.get(_SET_TO) is not write:
        connection.exec_driver_sql(f"PRAGMA query_only = {0 if write else 1}")
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB[write]}")
        connection.info[_SET_TO] = write
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

"""The database as the rest of kpidash sees it: transactions, one revision number, one schema version.

SQLAlchemy's `Connection` is re-exported, so that other layers can name what they pass on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, case, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kpidash.store import audit, bulk, schema
from kpidash.store.connecting import (
    begin,
    check_place,
    engine_of,
    file_of,
    is_environment,
    is_sqlite,
    unavailable,
    url_of,
)
from kpidash.store.failures import CannotDistribute, DatabaseUnavailable, SchemaOutdated
from kpidash.store.replica import Replica
from kpidash.store.signals import Signal, announce
from kpidash.store.tables import revision, upload
from kpidash.store.uploads import moment

__all__ = ["Connection", "Database", "DatabaseUnavailable", "SchemaOutdated"]


class Database:
    """One SQLite file or PostgreSQL database. Safe to share between threads; not between processes.

    The schema is checked at the first use; `read` and `write` raise SchemaOutdated unless it is current,
    and DatabaseUnavailable when the database cannot be used. With the URL of a `replica`, transactions that
    read are begun there as soon as it has everything that this process knows of.
    """

    def __init__(self, url: str, replica: str | None = None) -> None:
        self.url = url_of(url)
        self._engine = engine_of(self.url)
        self.replica = Replica(url_of(replica)) if replica else None
        self._known = (-1, 0)
        self.written = -1
        """The newest revision that this process has made through this."""
        self._checked = False
        self._lock = Lock()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def address(self) -> str:
        """The URL with its password, the same from every folder: to hand on to another process."""
        place = self.url.set(database=str(file_of(self.url).resolve())) if is_sqlite(self.url) else self.url
        return place.render_as_string(hide_password=False)

    @contextmanager
    def read(self, *, newest: bool = False) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout and cannot write.

        The state is at least as new as any that this process has seen or made; the `newest` there is, if need
        be, which is never asked of a replica.
        """
        self.ready()
        with self._transaction(write=False, newest=newest) as connection:
            yield connection

    @contextmanager
    def write(self, *, quiet: bool = False) -> Iterator[Connection]:
        """A connection whose changes are committed at the end, or all dropped on an exception.

        When anything was changed, the revision is raised once, as the last thing before the commit: its
        row is locked for that moment alone. Uploads and audit entries made in the transaction get
        the revision and its time there too, so times never run against the order of commits. It is not
        raised by `quiet` changes: those on which no numbers depend; their audit entries follow those of the
        last revision.
        """
        self.ready()
        with self._transaction(write=True) as connection:
            before = bulk.writes(connection)
            yield connection
            raised = None
            if bulk.writes(connection) != before:
                if quiet:
                    audit.seal_quietly(connection)
                else:
                    raised = _raise_revision(connection)
        if raised is not None:
            self._know(*raised)
            with self._lock:
                self.written = max(self.written, raised[0])

    def revision(self) -> int:
        """The number that every change raises by one."""
        return self.latest()[0]

    def latest(self) -> tuple[int, datetime]:
        """The revision, and the moment (UTC) of the change that raised it."""
        with self.read(newest=True) as connection:
            return self.state(connection)

    def state(self, connection: Connection) -> tuple[int, datetime]:
        """The same as a transaction sees it."""
        value, at = connection.execute(select(revision.c.value, revision.c.at)).one()
        self._know(value, at)
        return int(value), moment(at)

    def signal(self) -> Signal:
        """A listener to the changes of this database, of any process."""
        return Signal(self._engine)

    def ready(self) -> None:
        """Raise SchemaOutdated unless the schema is the one that this version of kpidash was written for."""
        if self._checked:
            return
        check_place(self.url)
        if is_sqlite(self.url) and not file_of(self.url).exists():
            raise SchemaOutdated(f"there is no database at {file_of(self.url)} yet; run `kpidash init`")
        with self._transaction(write=False) as connection:
            schema.check(connection)
        self._checked = True

    def upgrade(self, *, distributed: bool = False) -> None:
        """Create the schema or bring it to this version. Several processes may do so at once.

        With `distributed` its tables are distributed over a Citus cluster; raises CannotDistribute.
        """
        check_place(self.url)
        if distributed and is_sqlite(self.url):
            raise CannotDistribute("a SQLite file cannot be distributed; that takes PostgreSQL with Citus")
        with self._lock, self._transaction(write=True) as connection:
            schema.upgrade(connection, distributed=distributed)
        if distributed:
            self.dispose()  # what the database was set to holds for new sessions
        self._checked = False

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()
        if self.replica is not None:
            self.replica.dispose()

    def _know(self, value: int, at: int) -> None:
        with self._lock:
            self._known = max(self._known, (value, at))

    def _begin(self, *, write: bool, newest: bool) -> Connection:
        copy = None if write or newest or self.replica is None else self.replica.begin(self._known)
        return begin(self._engine, write=write) if copy is None else copy

    @contextmanager
    def _transaction(self, *, write: bool, newest: bool = True) -> Iterator[Connection]:
        try:
            connection = self._begin(write=write, newest=newest)
        except (DBAPIError, PoolTimeout) as error:
            raise unavailable(self.url, error) from None
        try:
            with connection:
                yield connection
                connection.commit()
        # Rows are loaded through the driver itself, whose errors come as they are.
        except (DBAPIError, self._engine.dialect.loaded_dbapi.Error) as error:
            if is_environment(error):
                raise unavailable(self.url, error) from error
            raise


def _raise_revision(connection: Connection) -> tuple[int, int]:
    """Raise the revision and stamp what this transaction added with it and with its time; returns both."""
    bulk.take_turns(connection, revision.name)
    now = time.time_ns() // 1000
    raised = (
        update(revision)
        .values(value=revision.c.value + 1, at=case((revision.c.at < now, now), else_=revision.c.at + 1))
        .returning(revision.c.value, revision.c.at)
    )
    value, at = connection.execute(raised).one()
    # Entries of others that are not committed yet are invisible here, committed ones have their stamp.
    connection.execute(
        update(upload).where(upload.c.revision.is_(None)).values(revision=value, committed_at=at)
    )
    audit.seal(connection, value, at)
    announce(connection, value)
    return int(value), int(at)

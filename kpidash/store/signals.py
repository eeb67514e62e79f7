"""Hearing of changes as they are committed: PostgreSQL tells of each, SQLite is looked at often."""

import threading
import time

import psycopg
from sqlalchemy import Connection, Engine, text

CHANNEL = "kpidash_revision"
LOOK_EVERY_S = 0.1
"""How often to look where nothing is told."""
SAFETY_S = 5.0
"""How often to look where changes are told: a connection may be lost without a word."""
HEED_S = 0.5
"""How soon one who waits heeds that no more is wanted."""


def announce(connection: Connection, value: int) -> None:
    """Tell everybody who listens of a revision, when this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_notify(:channel, :value)"), {"channel": CHANNEL, "value": str(value)}
        )


class Signal:
    """One listener to the changes of a database; for one thread, but `stop` is for others.

    `listening` is whether the database tells of changes; where it does not, `wait` is short.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tells = engine.dialect.name == "postgresql"
        self._stopped = threading.Event()
        self._connection: psycopg.Connection | None = None

    @property
    def listening(self) -> bool:
        """Whether the database tells of changes."""
        return self._connection is not None

    def wait(self) -> bool:
        """Return when the database may have changed, or after a while; True where it said so."""
        try:
            if self._tells and self._connection is None:
                self._connection = self._listen()
                return True  # what was said before is to be looked for
            if self._connection is not None:
                return self._told(self._connection)
        except (psycopg.Error, OSError):
            self.close()
        self._stopped.wait(LOOK_EVERY_S)
        return False

    def stop(self) -> None:
        """Let whoever waits return soon."""
        self._stopped.set()

    def distrust(self) -> None:
        """Look often from now on: the database changed without a word, as behind some connection poolers."""
        self.close()
        self._tells = False

    def close(self) -> None:
        """Listen no more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _told(self, connection: psycopg.Connection) -> bool:
        end = time.monotonic() + SAFETY_S
        while not self._stopped.is_set() and time.monotonic() < end:
            if any(True for _ in connection.notifies(timeout=HEED_S, stop_after=1)):
                return True
        return False

    def _listen(self) -> psycopg.Connection:
        # The pool is for transactions; this connection stays, and is nobody else's.
        arguments, keywords = self._engine.dialect.create_connect_args(self._engine.url)
        keywords.setdefault("connect_timeout", 10)
        connection = psycopg.connect(
            *arguments, **keywords, autocommit=True, application_name="kpidash listener"
        )
        try:
            connection.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            connection.close()
            raise
        return connection

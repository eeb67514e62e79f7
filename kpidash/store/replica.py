"""A copy of the database that its server keeps up to date: for reading, once it has what is known already."""

import logging
import time

from sqlalchemy import URL, Connection, select
from sqlalchemy.exc import SQLAlchemyError

from kpidash.store.connecting import begin, engine_of, place_of
from kpidash.store.tables import revision

REST_S = 5.0
"""How long a copy that did not answer is left alone."""

_log = logging.getLogger("kpidash.store")


class Replica:
    """A read replica of a PostgreSQL database. Safe to share between threads.

    `served` and `declined` count the transactions that began here, and those that it could not take.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = engine_of(url)
        self._asleep_until = 0.0
        self.served = self.declined = 0

    def begin(self, known: tuple[int, int]) -> Connection | None:
        """A reading transaction that sees the state `known` (revision and its time, µs) or a later one.

        None where the copy has not come so far, does not answer, or is one of another database.
        """
        connection = None if time.monotonic() < self._asleep_until else self._connected()
        if connection is not None and _knows(connection, known):
            self.served += 1
            return connection
        if connection is not None:
            connection.close()
        self.declined += 1
        return None

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()

    def _connected(self) -> Connection | None:
        try:
            return begin(self._engine, write=False)
        except SQLAlchemyError as problem:
            self._asleep_until = time.monotonic() + REST_S
            reason = (str(getattr(problem, "orig", problem)).strip().splitlines() or ["no answer"])[0]
            _log.warning("%s is left alone for %g s: %s", place_of(self._url), REST_S, reason)
            return None


def _knows(connection: Connection, known: tuple[int, int]) -> bool:
    try:
        value, at = connection.execute(select(revision.c.value, revision.c.at)).one()
    except SQLAlchemyError:  # no database of kpidash, or one that goes away
        return False
    return bool(value > known[0] or (value, at) == known)

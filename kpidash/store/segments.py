"""Segments: the ids of combinations of dimension values."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from kpidash.store import bulk
from kpidash.store.tables import segment

NONE = 0
"""The segment of an actual without dimensions; its key is `{}`."""


def ids(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """The id of each key; ids that are not there yet are made. Keys are JSON objects with sorted names."""
    wanted = set(keys)
    missing = wanted - known(connection).keys()
    if missing:
        # Row by row, as there may be more of them than a statement takes values.
        rows = [{"key": key} for key in sorted(missing)]
        connection.execute(bulk.insert(connection, segment).on_conflict_do_nothing(), rows)
    found = known(connection)
    return {key: found[key] for key in wanted}


def known(connection: Connection) -> dict[str, int]:
    """The id of every key that was ever used."""
    rows = connection.execute(select(segment.c.key, segment.c.id))
    return dict(rows.all())


def keys(connection: Connection, of: Iterable[int]) -> dict[int, str]:
    """The key of each of the ids."""
    wanted = set(of)
    return {number: key for key, number in known(connection).items() if number in wanted}

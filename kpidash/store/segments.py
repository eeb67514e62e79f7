"""Segments: the ids of combinations of dimension values."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from kpidash.store import bulk
from kpidash.store.columns import TEXT
from kpidash.store.staging import staged
from kpidash.store.tables import actual, segment

NONE = 0
"""The segment of an actual without dimensions; its key is `{}`."""


def ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """The id of each key, in their order; ids that are not there yet are made.

    Keys are JSON objects with sorted names, and there may be as many of them as a file has rows.
    Waits for others who are just making one of them.
    """
    wanted = dict.fromkeys(keys, NONE)
    if not wanted:
        return {}
    with staged(connection, segment, pd.DataFrame({"key": list(wanted)}, dtype=TEXT)) as stage:
        there = stage.outerjoin(segment, segment.c.key == stage.c.key)
        # All make theirs in one order, so that two of them do not wait for each other.
        missing = select(stage.c.key).select_from(there).where(segment.c.id.is_(None)).order_by(stage.c.key)
        bulk.take_turns(connection, segment.name)
        made = bulk.insert(connection, segment).from_select(["key"], missing).on_conflict_do_nothing()
        connection.execute(made)
        rows = select(stage.c.key, segment.c.id).join(segment, segment.c.key == stage.c.key)
        wanted.update(connection.execute(rows).all())
    return wanted


def known(connection: Connection) -> dict[str, int]:
    """The id of every key that was ever used."""
    rows = connection.execute(select(segment.c.key, segment.c.id))
    return dict(rows.all())


def used(connection: Connection, kpi_ids: Iterable[int]) -> dict[int, str]:
    """The key of each segment in which one of these KPIs has a value, by its id."""
    wanted = bulk.relation(connection, {"kpi_id": np.array(sorted(set(kpi_ids)), np.int64)})
    there = wanted.join(actual, actual.c.kpi_id == wanted.c.kpi_id)
    found = connection.execute(select(actual.c.segment_id).distinct().select_from(there)).scalars().all()
    return keys(connection, [NONE, *found])


def keys(connection: Connection, of: Iterable[int]) -> dict[int, str]:
    """The key of each of the ids; looks at no others, as there may be very many."""
    wanted = bulk.relation(connection, {"id": np.array(sorted(set(of)), np.int64)})
    rows = connection.execute(
        select(segment.c.id, segment.c.key).select_from(wanted.join(segment, segment.c.id == wanted.c.id))
    )
    return dict(rows.all())

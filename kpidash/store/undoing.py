"""What it takes to undo an upload, and what stands in the way.

An upload can be undone where what it did still stands, or stands again because later uploads were undone
themselves. A value is told by its key and `source_id`: an upload gives a key one value at most.
All reading keeps to the days that the upload touched.
"""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Subquery, func, or_, select, union

from kpidash.store import bulk, touched, touches
from kpidash.store.columns import INTEGER, frame
from kpidash.store.tables import upload
from kpidash.store.uploads import State
from kpidash.store.versions import Versioned


@dataclass(frozen=True)
class Plan:
    """How to undo one upload.

    `restore`: rows for `Versioned.apply`, with `source_id`. `remove`: keys for `Versioned.remove`.
    `conflicts`: keys that later uploads changed, with each of these as `upload_id`; unless it is empty the
    upload cannot be undone. `absent`: the keys of `restore` that have no value now.
    """

    restore: pd.DataFrame
    remove: pd.DataFrame
    conflicts: pd.DataFrame
    absent: pd.DataFrame


def plan(connection: Connection, kept: Versioned, upload_id: int, *, lock: bool = False) -> Plan:
    """The plan for the upload. With `lock` others cannot change what it set until the transaction ends."""
    standing = set_by(connection, kept, upload_id, lock=lock)
    restore = previous(connection, kept, upload_id)
    conflicts = superseded_since(connection, kept, upload_id)
    remove, absent = _without(standing, restore), _without(restore[kept.key], standing)
    return Plan(restore, remove, conflicts, absent)


def set_by(connection: Connection, kept: Versioned, upload_id: int, *, lock: bool = False) -> pd.DataFrame:
    """The keys that still, or again, have the value that the upload gave them."""
    current = kept.current.c
    there = touched.rows_of(connection, kept.current, upload_id)
    still = select(*kept.key_of(kept.current)).select_from(there)
    still = still.where(current.upload_id == upload_id)
    own = _own(connection, kept, upload_id)
    same = kept.same_key(own) & touched.between(connection, kept.current, upload_id)
    again = select(*kept.key_of(kept.current)).select_from(
        own.join(kept.current, same & (current.source_id == own.c.source_id))
    )
    if lock:
        bulk.hold_kpis(connection, touches.kpis_of(connection, [upload_id]))
    parts = [
        frame(connection, bulk.locked(connection, part, kept.current) if lock else part, kept.key_types)
        for part in (still, again)
    ]
    return pd.concat(parts, ignore_index=True)


def previous(connection: Connection, kept: Versioned, upload_id: int) -> pd.DataFrame:
    """What the upload superseded: key, values, upload_id (who had put it there), source_id, row."""
    query = (
        select(*(kept.history.c[name] for name in kept.types))
        .select_from(touched.rows_of(connection, kept.history, upload_id))
        .where(kept.history.c.superseded_by == upload_id)
    )
    return frame(connection, query, kept.types)


def superseded_since(connection: Connection, kept: Versioned, upload_id: int) -> pd.DataFrame:
    """The keys whose state after the upload does not stand any more, with each later `upload_id` by which."""
    current, own = kept.current.c, _own(connection, kept, upload_id)
    inside = touched.between(connection, kept.current, upload_id)
    replaced = (
        select(*kept.key_of(own), func.coalesce(current.upload_id, own.c.superseded_by))
        .select_from(own.outerjoin(kept.current, kept.same_key(own) & inside))
        .where(current.source_id.is_distinct_from(own.c.source_id))
    )
    taken = (
        select(*kept.key_of(kept.history), current.upload_id)
        .select_from(
            touched.rows_of(connection, kept.history, upload_id)
            .join(kept.current, kept.same_key(kept.history) & inside)
            .outerjoin(own, kept.same_key(own))
        )
        .where(kept.history.c.superseded_by == upload_id)
        .where(own.c.kpi_id.is_(None), current.upload_id != upload_id)
    )
    types = {**kept.key_types, "newest": INTEGER}
    moved = pd.concat([frame(connection, part, types) for part in (replaced, taken)], ignore_index=True)
    if moved.empty:
        return moved.rename(columns={"newest": "upload_id"})
    named = moved.merge(_later(connection, kept, upload_id), how="left", on=kept.key)
    named["upload_id"] = named["upload_id"].fillna(named["newest"]).astype(INTEGER)
    return named.drop(columns="newest")


def _own(connection: Connection, kept: Versioned, upload_id: int) -> Subquery:
    """The values that the upload set and that were superseded."""
    query = select(kept.history).select_from(touched.rows_of(connection, kept.history, upload_id))
    return query.where(kept.history.c.upload_id == upload_id).subquery("own")


def _later(connection: Connection, kept: Versioned, upload_id: int) -> pd.DataFrame:
    """Which later uploads have to go first: the key and `upload_id`, also where nothing is in the way.

    These are the ones that count and that did something to the key, except undos of what came after the
    upload: these have only brought back what was there before. Taking the newest away always leaves fewer.
    """
    counting = (
        select(upload.c.id)
        .where(upload.c.id > upload_id, upload.c.state == State.COMMITTED)
        .where(or_(upload.c.undoes.is_(None), upload.c.undoes <= upload_id))
    )
    did = [
        select(*kept.key_of(table), event)
        .select_from(touched.rows_of(connection, table, upload_id))
        .where(event.in_(counting))
        for table, event in (
            (kept.current, kept.current.c.upload_id),
            (kept.history, kept.history.c.upload_id),
            (kept.history, kept.history.c.superseded_by),
        )
    ]
    return frame(connection, union(*did), {**kept.key_types, "upload_id": INTEGER})


def _without(keys: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Those of `keys` that are not in `others`."""
    named = pd.MultiIndex.from_frame(others[list(keys.columns)])
    return keys[~pd.MultiIndex.from_frame(keys).isin(named)]

"""Which days of which KPIs each upload changed."""

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import Connection, case, select

from kpidash.store import bulk
from kpidash.store.columns import INTEGER, frame
from kpidash.store.tables import revision, upload, upload_touch


def add(connection: Connection, upload_id: int, keys: pd.DataFrame) -> None:
    """Note that the upload changed `keys` (kpi_id, period; one at least); widens what was noted before."""
    grouped = keys.groupby("kpi_id", sort=True)["period"].agg(["min", "max"])
    rows = [
        {"upload_id": upload_id, "kpi_id": kpi, "first_day": first, "last_day": last}
        for kpi, first, last in zip(
            grouped.index.tolist(), grouped["min"].tolist(), grouped["max"].tolist(), strict=True
        )
    ]
    statement = bulk.insert(connection, upload_touch)
    new, old = statement.excluded, upload_touch.c
    widened = {
        "first_day": case((new.first_day < old.first_day, new.first_day), else_=old.first_day),
        "last_day": case((new.last_day > old.last_day, new.last_day), else_=old.last_day),
    }
    widening = statement.on_conflict_do_update(index_elements=["upload_id", "kpi_id"], set_=widened)
    # Row by row, as there may be more KPIs than a statement takes values.
    connection.execute(widening, rows)


def now(connection: Connection) -> int:
    """The revision that this transaction sees: for `since`, later."""
    return int(connection.execute(select(revision.c.value)).scalar_one())


def since(connection: Connection, seen: int, keys: pd.DataFrame) -> dict[int, frozenset[int]]:
    """The uploads committed after the revision `seen` that changed days between those of `keys`.

    `keys`: kpi_id, period. Returns the KPIs that each upload touched there; others of them are left out.
    """
    touch = upload_touch.c
    query = select(touch.upload_id, touch.kpi_id, touch.first_day, touch.last_day)
    query = query.join(upload, upload.c.id == touch.upload_id).where(upload.c.revision > seen)
    later = frame(connection, query, dict.fromkeys(("upload_id", "kpi_id", "first_day", "last_day"), INTEGER))
    if later.empty:
        return {}
    own = keys.groupby("kpi_id", as_index=False)["period"].agg(first="min", last="max")
    both = later.merge(own, on="kpi_id")
    both = both[(both["first_day"] <= both["last"]) & (both["last_day"] >= both["first"])]
    return {
        number: frozenset(both.loc[both["upload_id"] == number, "kpi_id"].tolist())
        for number in both["upload_id"].unique().tolist()
    }


def latest_of(connection: Connection, kpi_id: int, most: int) -> list[int]:
    """The uploads that changed a KPI, the latest first; looks back only as far as it needs to."""
    mine = select(upload_touch.c.upload_id).where(upload_touch.c.kpi_id == kpi_id)
    return list(connection.execute(mine.order_by(upload_touch.c.upload_id.desc()).limit(most)).scalars())


def uploads_of(connection: Connection, kpi_ids: Iterable[int]) -> frozenset[int]:
    """The uploads that changed any of these KPIs."""
    query = select(upload_touch.c.upload_id).where(upload_touch.c.kpi_id.in_(list(kpi_ids))).distinct()
    return frozenset(connection.execute(query).scalars())


def kpis_of(connection: Connection, upload_ids: Iterable[int]) -> frozenset[int]:
    """The KPIs that any of these uploads changed."""
    query = select(upload_touch.c.kpi_id).where(upload_touch.c.upload_id.in_(list(upload_ids))).distinct()
    return frozenset(connection.execute(query).scalars())

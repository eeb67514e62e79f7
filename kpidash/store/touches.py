"""Which days of which KPIs each upload changed."""

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import Connection, case, select

from kpidash.store import bulk
from kpidash.store.tables import upload_touch


def add(connection: Connection, upload_id: int, keys: pd.DataFrame) -> None:
    """Note that the upload changed `keys` (kpi_id, period); widens what was noted before."""
    grouped = keys.groupby("kpi_id", sort=True)["period"].agg(["min", "max"])
    rows = [
        {"upload_id": upload_id, "kpi_id": kpi, "first_day": first, "last_day": last}
        for kpi, first, last in zip(
            grouped.index.tolist(), grouped["min"].tolist(), grouped["max"].tolist(), strict=True
        )
    ]
    statement = bulk.insert(connection, upload_touch).values(rows)
    new, old = statement.excluded, upload_touch.c
    widened = {
        "first_day": case((new.first_day < old.first_day, new.first_day), else_=old.first_day),
        "last_day": case((new.last_day > old.last_day, new.last_day), else_=old.last_day),
    }
    connection.execute(statement.on_conflict_do_update(index_elements=["upload_id", "kpi_id"], set_=widened))


def uploads_of(connection: Connection, kpi_ids: Iterable[int]) -> frozenset[int]:
    """The uploads that changed any of these KPIs."""
    query = select(upload_touch.c.upload_id).where(upload_touch.c.kpi_id.in_(list(kpi_ids))).distinct()
    return frozenset(connection.execute(query).scalars())

"""Values within the days that an upload touched, so that the rest of large tables is not read."""

from sqlalchemy import ColumnElement, Connection, FromClause, Table, func, select, true

from kpidash.store import bulk
from kpidash.store.tables import upload_touch
from kpidash.store.versions import within


def rows_of(connection: Connection, table: Table, upload_id: int) -> FromClause:
    """What the upload touched (kpi_id, first_day, last_day), with the rows of `table` in it."""
    touch = upload_touch.c
    days = select(touch.kpi_id, touch.first_day, touch.last_day).where(touch.upload_id == upload_id)
    touched = days.subquery("touched")
    return touched.join(table, within(table, touched) & between(connection, table, upload_id))


def between(connection: Connection, table: Table, upload_id: int) -> ColumnElement[bool]:
    """That a row lies between the first and the last day that the upload touched, of whichever KPI.

    To be said of rows that other conditions find: see `bulk.between`.
    """
    if bulk.is_sqlite(connection):
        return true()
    touch = upload_touch.c
    of_upload = touch.upload_id == upload_id
    first = select(func.min(touch.first_day)).where(of_upload).scalar_subquery()
    last = select(func.max(touch.last_day)).where(of_upload).scalar_subquery()
    return table.c.period.between(first, last)

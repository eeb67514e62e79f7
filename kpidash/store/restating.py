"""What uploads changed of what was known: values that were restated, targets that were set."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from kpidash.store.tables import actual_history, target, upload, upload_touch
from kpidash.store.uploads import microseconds


def restated(connection: Connection, since: datetime) -> dict[int, int]:
    """How many values of each KPI were changed or taken away since a moment, by kpi_id."""
    touched = and_(
        actual_history.c.kpi_id == upload_touch.c.kpi_id,
        actual_history.c.period.between(upload_touch.c.first_day, upload_touch.c.last_day),
        actual_history.c.superseded_by == upload_touch.c.upload_id,
    )
    query = (
        select(upload_touch.c.kpi_id, func.count())
        .select_from(
            upload.join(upload_touch, upload_touch.c.upload_id == upload.c.id).join(actual_history, touched)
        )
        .where(upload.c.committed_at >= microseconds(since))
        .group_by(upload_touch.c.kpi_id)
    )
    return dict(connection.execute(query).all())


def targets_set(connection: Connection, since: datetime) -> dict[int, int]:
    """How many targets of each KPI were set, or set anew, since a moment and still stand, by kpi_id."""
    query = (
        select(target.c.kpi_id, func.count())
        .select_from(target.join(upload, upload.c.id == target.c.upload_id))
        .where(upload.c.committed_at >= microseconds(since))
        .group_by(target.c.kpi_id)
    )
    return dict(connection.execute(query).all())

"""What an upload did to each key, also where later uploads have changed it since.

All reading keeps to the days that the upload touched, as in `kpidash.store.undoing`.
"""

import pandas as pd
from sqlalchemy import Connection, Select, case, func, null, select

from kpidash.store import touched
from kpidash.store.columns import NUMBER, frame
from kpidash.store.versions import Versioned


def given(connection: Connection, kept: Versioned, upload_id: int) -> pd.DataFrame:
    """Each key that the upload changed, ascending.

    Returns the key, `fields` as the upload gave them, `row` of its file, the fields before it as `old_…`,
    `since` (the upload by which the key is something else now; missing where what the upload did stands, or
    stands again) and `gave` (False where it took the key away).
    """
    types = {**kept.key_types, **kept.fields, "row": NUMBER, "since": NUMBER}
    queries = _standing(connection, kept, upload_id), _replaced(connection, kept, upload_id)
    new = pd.concat([frame(connection, query, types) for query in queries], ignore_index=True)
    before = {f"old_{name}": kind for name, kind in kept.fields.items()}
    old = frame(
        connection, _before(connection, kept, upload_id), {**kept.key_types, **before, "now_by": NUMBER}
    )
    both = new.assign(gave=True).merge(old, how="outer", on=kept.key)
    gave = both["gave"].eq(True)
    since = both["since"].where(gave, both["now_by"])
    return both.drop(columns="now_by").assign(gave=gave, since=since).sort_values(kept.key, ignore_index=True)


def _standing(connection: Connection, kept: Versioned, upload_id: int) -> Select[tuple[object, ...]]:
    current = kept.current
    fields = [*kept.key_of(current), *(current.c[name] for name in kept.fields), current.c.row, null()]
    rows = touched.rows_of(connection, current, upload_id)
    return select(*fields).select_from(rows).where(current.c.upload_id == upload_id)


def _replaced(connection: Connection, kept: Versioned, upload_id: int) -> Select[tuple[object, ...]]:
    """Values of the upload that were superseded; an undo may have put them back since."""
    past, now = kept.history, kept.current.c
    again = now.source_id == past.c.source_id
    since = case((again, null()), else_=func.coalesce(now.upload_id, past.c.superseded_by))
    fields = [*kept.key_of(past), *(past.c[name] for name in kept.fields), past.c.row, since]
    same = kept.same_key(past) & touched.between(connection, kept.current, upload_id)
    joined = touched.rows_of(connection, past, upload_id).outerjoin(kept.current, same)
    return select(*fields).select_from(joined).where(past.c.upload_id == upload_id)


def _before(connection: Connection, kept: Versioned, upload_id: int) -> Select[tuple[object, ...]]:
    past = kept.history
    fields = [*kept.key_of(past), *(past.c[name] for name in kept.fields), kept.current.c.upload_id]
    same = kept.same_key(past) & touched.between(connection, kept.current, upload_id)
    joined = touched.rows_of(connection, past, upload_id).outerjoin(kept.current, same)
    return select(*fields).select_from(joined).where(past.c.superseded_by == upload_id)

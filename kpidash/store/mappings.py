"""What people confirmed about files with certain headers, to be offered for the next such file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from kpidash.store import bulk
from kpidash.store.tables import saved_mapping
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True)
class Saved:
    """The words of one person about files with one header signature; `answers` is what JSON can say."""

    signature: str
    answers: Mapping[str, Any]
    actor: str
    saved_at: datetime


def save(connection: Connection, signature: str, answers: Mapping[str, Any], *, actor: str) -> None:
    """Keep the newest words for a signature, in place of earlier ones."""
    values = {
        "signature": signature,
        "answers": json.dumps(answers, sort_keys=True, ensure_ascii=False),
        "actor": actor,
        "saved_at": microseconds(datetime.now(UTC)),
    }
    statement = bulk.insert(connection, saved_mapping).values(values)
    newest = {name: statement.excluded[name] for name in ("answers", "actor", "saved_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["signature"], set_=newest))


def find(connection: Connection, signature: str) -> Saved | None:
    """What was kept for a signature."""
    row = connection.execute(
        select(saved_mapping).where(saved_mapping.c.signature == signature)
    ).one_or_none()
    if row is None:
        return None
    return Saved(row.signature, json.loads(row.answers), row.actor, moment(row.saved_at))


def forget(connection: Connection, signature: str) -> bool:
    """Remove what was kept for a signature; False where there was nothing."""
    gone = connection.execute(delete(saved_mapping).where(saved_mapping.c.signature == signature))
    return gone.rowcount > 0

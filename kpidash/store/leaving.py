"""What ends with a person or a password: open sessions and API tokens."""

from datetime import datetime

from sqlalchemy import Connection, update

from kpidash.store.tables import api_token, sign_in_session
from kpidash.store.uploads import microseconds


def end_sessions(
    connection: Connection, user_id: int, *, by: str, at: datetime, but: str | None = None
) -> list[str]:
    """End a person's sessions, all but one where `but` gives its id; returns the ids of those ended."""
    columns = sign_in_session.c
    theirs = (columns.user_id == user_id) & columns.ended_at.is_(None)
    if but is not None:
        theirs &= columns.id != but
    ended = update(sign_in_session).where(theirs).values(ended_at=microseconds(at), ended_by=by)
    return list(connection.execute(ended.returning(columns.id)).scalars())


def end_tokens(connection: Connection, user_id: int, *, by: str, at: datetime) -> list[str]:
    """End a person's API tokens; returns the ids of those that had not ended."""
    columns = api_token.c
    theirs = (columns.user_id == user_id) & columns.ended_at.is_(None)
    ended = update(api_token).where(theirs).values(ended_at=microseconds(at), ended_by=by)
    return list(connection.execute(ended.returning(columns.id)).scalars())

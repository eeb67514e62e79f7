"""What people prove with who they are: the hash of their password, the encrypted secret of their codes."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from kpidash.store import bulk
from kpidash.store.tables import credential
from kpidash.store.uploads import microseconds, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Of one person: `password` an argon2id hash of `changed_at` (UTC), `totp` the encrypted secret."""

    password: str | None = field(default=None, repr=False)
    changed_at: datetime | None = None
    totp: str | None = field(default=None, repr=False)


NOTHING = Credential()


def of(connection: Connection, user_id: int) -> Credential:
    """What a person has; NOTHING for somebody who has none of it."""
    return everybody(connection, user_id).get(user_id, NOTHING)


def everybody(connection: Connection, *ids: int) -> dict[int, Credential]:
    """What people have, by their id: these, or all who have any of it."""
    query = select(credential).where(credential.c.user_id.in_(ids)) if ids else select(credential)
    return {
        row.user_id: Credential(
            password=row.password,
            changed_at=None if row.changed_at is None else moment(row.changed_at),
            totp=row.totp,
        )
        for row in connection.execute(query)
    }


def set_password(connection: Connection, user_id: int, hashed: str, *, at: datetime) -> None:
    """Give a person a password, in place of any before."""
    _keep(connection, user_id, password=hashed, changed_at=microseconds(at))


def rehash(connection: Connection, user_id: int, *, before: str, after: str) -> bool:
    """Write the hash of the same password anew; False where it was changed meanwhile."""
    same = (credential.c.user_id == user_id) & (credential.c.password == before)
    return bool(connection.execute(update(credential).where(same).values(password=after)).rowcount)


def set_totp(connection: Connection, user_id: int, sealed: str | None, *, step: int | None) -> None:
    """Give a person the secret of their codes, of which that of `step` was used; with None take it away."""
    _keep(connection, user_id, totp=sealed, totp_step=step)


def use_step(connection: Connection, user_id: int, step: int) -> bool:
    """Note that the code of a step is used; False where this one or a later one was before."""
    fresh = or_(credential.c.totp_step.is_(None), credential.c.totp_step < step)
    statement = update(credential).where(
        credential.c.user_id == user_id, credential.c.totp.is_not(None), fresh
    )
    return bool(connection.execute(statement.values(totp_step=step)).rowcount)


def _keep(connection: Connection, user_id: int, **values: object) -> None:
    statement = bulk.insert(connection, credential).values(user_id=user_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))

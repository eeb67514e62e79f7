"""An audit trail as somebody with the database in their hands would change it: triggers gone, SQL at will."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, delete, func, insert, select, text, update

from kpidash.store import audit
from kpidash.store.audit import ORDER, Visitor, digest_of
from kpidash.store.engine import Database
from kpidash.store.tables import audit as entries
from kpidash.store.tables import revision

_FREE = 1_000_000


def grow(database: Database, count: int) -> None:
    """Transactions of one to three entries each, some from before origins were noted."""
    chance, made = random.Random(count), 0  # noqa: S311 - the same in every run
    while made < count:
        with database.write() as connection:
            for _ in range(min(chance.randint(1, 3), count - made)):
                made += 1
                by = Visitor(chance.choice(["asha", "dev"]), chance.choice(["", "10.0.0.7"]))
                detail = {"before": made, "after": made + 1}
                audit.record(connection, by, action="period.close", subject=f"thing {made}", detail=detail)


def unguarded(database: Database) -> None:
    """Drop the triggers."""
    with database.write(quiet=True) as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON audit"
        for trigger in ("audit_stays", "audit_remains"):
            connection.execute(text(f"DROP TRIGGER {trigger}{on}"))


class _Dropped(Exception):  # noqa: N818 - nothing failed
    pass


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """A transaction of which nothing is left at its end."""
    try:
        with database.write(quiet=True) as connection:
            yield connection
            raise _Dropped
    except _Dropped:
        return


def alter(connection: Connection, place: int, chance: random.Random) -> None:
    """Make one field of an entry another."""
    other = {
        "actor": "mallory",
        "origin": "elsewhere",
        "action": "period.open",
        "subject": "another thing",
        "detail": '{"before": 0, "after": 0}',
        "at": 1,
        "digest": "0" * 64,
    }
    name = chance.choice(sorted(other))
    connection.execute(update(entries).where(entries.c.sequence == place).values({name: other[name]}))


def remove(connection: Connection, place: int, chance: random.Random) -> None:
    """Delete an entry, and up to two behind it."""
    last = place + chance.randint(0, 2)
    connection.execute(delete(entries).where(entries.c.sequence.between(place, last)))


def slip_in(connection: Connection, place: int, chance: random.Random) -> None:
    """Insert an entry behind another one: with its number, where those behind move up, or beside them."""
    beside = chance.random() < 0.5
    one = connection.execute(select(entries).where(entries.c.sequence == place)).mappings().one()
    number = _FREE if beside else place + 1
    if not beside:
        for move in (_FREE, 1 - _FREE):
            behind = entries.c.sequence > (place if move > 0 else _FREE)
            connection.execute(update(entries).where(behind).values(sequence=entries.c.sequence + move))
    forged = dict(one) | {"sequence": number, "actor": "mallory", "digest": f"{chance.getrandbits(256):064x}"}
    connection.execute(insert(entries).values(forged))


def swap(connection: Connection, place: int, chance: random.Random) -> None:
    """Let two entries change places: their numbers alone, or number, revision and time."""
    count = connection.execute(select(func.count()).select_from(entries)).scalar_one()
    other = (
        place % count + 1 if chance.random() < 0.5 else (place + chance.randint(1, count - 1) - 1) % count + 1
    )
    rows = {row.sequence: row for row in connection.execute(select(entries))}
    names = ("revision", "at") if chance.random() < 0.5 else ()
    for one, to in ((place, _FREE), (other, place), (_FREE, other)):
        source = rows[to if to != _FREE else other]
        values = {name: getattr(source, name) for name in names}
        connection.execute(update(entries).where(entries.c.sequence == one).values(sequence=to, **values))


def cut(connection: Connection, place: int, _chance: random.Random) -> None:
    """Delete an entry and all behind it."""
    connection.execute(delete(entries).where(entries.c.sequence >= place))


KINDS: dict[str, Callable[[Connection, int, random.Random], None]] = {
    "alteration": alter,
    "deletion": remove,
    "insertion": slip_in,
    "reordering": swap,
    "truncation": cut,
}
"""What can be done to a trail."""


def forge(connection: Connection) -> None:
    """Make a whole new chain of what is there now, so that it fits in itself."""
    digest = ""
    for row in connection.execute(select(entries).order_by(*ORDER)).fetchall():
        digest = digest_of(digest, row)
        connection.execute(update(entries).where(entries.c.sequence == row.sequence).values(digest=digest))
    connection.execute(update(revision).values(audit=digest))

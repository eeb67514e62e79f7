"""No more than five failures in a quarter of an hour, of one account and from one address.

An attempt counts as failed from before it is looked at until it has succeeded, so any number of guesses made
at once get no further than the same number one after the other. Nothing else takes a failure back: neither a
later success nor a new process.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from threading import BoundedSemaphore

from kpidash.services.noting import Visitor, note
from kpidash.store import attempts as stored
from kpidash.store import users
from kpidash.store.engine import Database

MOST = 5
WITHIN = timedelta(minutes=15)
_UNDECIDED = timedelta(seconds=3)
"""Others may just be succeeding: a block that rests on attempts as new as that is looked at again."""
_LOOKS, _PAUSE_S = 8, 0.25
_PLACES = BoundedSemaphore(2)


class NotProven(Exception):  # noqa: N818 - reads as the answer that people get
    """Whoever this is did not prove to be who they say; the message is the same for every reason."""


class TooMany(NotProven):
    """Too many failures; the message says how long to wait, `until` (UTC) when they are over."""

    def __init__(self, until: datetime, now: datetime) -> None:
        self.seconds = max(1, ceil((until - now).total_seconds()))
        minutes = ceil(self.seconds / 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"There were too many failed attempts. Try again in {wait}.")


@dataclass(frozen=True, slots=True)
class _Counted:
    number: int
    is_last: bool


@contextmanager
def counted(database: Database, email: str, *, address: str, at: datetime | None = None) -> Iterator[None]:
    """Count what is done inside as a failure unless it ends without an exception, whatever that is.

    Raises TooMany, and does nothing, where there were MOST already. The last NotProven that is let through
    stands in the audit trail. An empty `address` counts for the account alone.
    """
    # Two at once are enough for two cores, and with another process still fewer than a block takes.
    with _PLACES, _looked_at(database, email, address, at):
        yield


@contextmanager
def _looked_at(database: Database, email: str, address: str, at: datetime | None) -> Iterator[None]:
    account = hashlib.sha256(email.encode()).hexdigest()  # people type passwords where addresses belong
    attempt = _begin(database, account, _place(address), at)
    try:
        yield
    except NotProven:
        if attempt.is_last:
            _record(database, email, address)
        raise
    with database.write(quiet=True) as connection:
        stored.take_back(connection, attempt.number)


def _begin(database: Database, account: str, address: str, at: datetime | None) -> _Counted:
    """Count an attempt; waits while others are undecided, as those of one office who begin their day."""
    for look in range(_LOOKS):
        if look:
            time.sleep(_PAUSE_S)
        now = at or datetime.now(UTC)
        with database.write(quiet=True) as connection:
            stored.lock(connection)
            failed = stored.count(connection, account=account, address=address, since=now - WITHIN)
            both = failed.account, failed.address
            if all(len(one) < MOST for one in both):
                number = stored.add(connection, account=account, address=address, at=now)
                return _Counted(number, any(len(one) == MOST - 1 for one in both))
        settled = [[one for one in each if now - one > _UNDECIDED] for each in both]
        if any(len(one) >= MOST for one in settled):
            break
    raise TooMany(max(one[MOST - 1] for one in both if len(one) >= MOST) + WITHIN, now)


def _place(address: str) -> str:
    """The address that attempts count for: of IPv6 the network (/64), all of which a single machine has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))


def _record(database: Database, email: str, address: str) -> None:
    # Strangers can cause this as often as they like: it must not have every screen made anew.
    with database.write(quiet=True) as connection:
        known = users.find(connection, email)
        told = known.email if known else "unknown"
        note(connection, Visitor(told, address), "sign_in.failed", told, times=MOST, address=address)

"""A company whose people sign in with passwords, for tests: who they are, and their devices."""

from datetime import UTC, datetime

import pyotp

from kpidash.domain.access import Grant, Role, scope_of, system_scope
from kpidash.domain.catalogue import Catalogue
from kpidash.services import hashing, links, people, second_factor
from kpidash.services.signing_in import Visit
from kpidash.store import audit, credentials, users

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROOT = system_scope("root")
ASHA, DEV = "asha@example.com", "dev@example.com"
WORDS, OTHER_WORDS = "quiet walnut seven lamps", "eleven copper kites rise"
HOME = Visit("192.0.2.7", "Firefox")
KEY = "Rk3vXgY0u2m8cQ1pZ5sT7wB9eH4jL6nD"


def own(email=ASHA):
    """Somebody's own scope."""
    return scope_of(email, [Grant(Role.VIEWER)], Catalogue.empty())


def hire(database, email=ASHA, password=WORDS, *, at=NOW):
    """Make somebody known, with a password unless it is None."""
    people.add(database, ROOT, email, name="Some Body", at=at)
    if password is not None:
        with database.write() as connection:
            number = users.find(connection, email).id
            credentials.set_password(connection, number, hashing.hashed(password), at=at)


def renew(database, email=ASHA, *, at=NOW):
    """A link to set somebody's password."""
    return links.make(database, ROOT, email, at=at).token


def give_device(database, email=ASHA, *, at=NOW):
    """Turn on codes; what makes them."""
    begun = second_factor.begin(database, own(email), WORDS, key=KEY, at=at)
    device = pyotp.TOTP(begun.secret)
    second_factor.confirm(database, own(email), begun.sealed, device.at(at), key=KEY, at=at)
    return device


def deeds(database, action):
    """The audit trail's entries of one kind, the oldest first."""
    with database.read() as connection:
        return [one for one in reversed(audit.recent(connection)) if one.action == action]

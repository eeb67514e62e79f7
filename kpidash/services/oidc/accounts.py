"""Whose account an identity is: the one that it has, the one it is invited to, or a new one of its own.

People are who the provider's issuer and subject say, and never who an e-mail address says: providers let
people choose those, and the catalogue names heads by them. A new account therefore has an address made from
issuer and subject, at which nobody gets mail, and no rights but what the provider's claim gives it.
"""

import logging
from datetime import UTC, datetime
from hashlib import sha256

from kpidash.domain.access import Grant
from kpidash.domain.role_claims import RoleClaims, granted
from kpidash.services.links import GONE, PASSWORD
from kpidash.services.noting import Visitor, note
from kpidash.services.oidc.exchange import Claimed
from kpidash.services.oidc.refusals import SignInRefused
from kpidash.services.people import label_of
from kpidash.store import identities, links, users
from kpidash.store.engine import Connection, Database
from kpidash.store.users import User

NOWHERE = "oidc.invalid"
"""The domain of new accounts, which nobody can have (RFC 2606)."""
_log = logging.getLogger("kpidash.oidc")


def account_of(
    database: Database,
    claimed: Claimed,
    table: RoleClaims,
    *,
    invitation: str = "",
    at: datetime | None = None,
) -> str:
    """The address of the account with which this person goes on, its roles as the provider says them now.

    `invitation` is the digest of a one-time link, used up where the identity is new here. Raises
    SignInRefused for people who are not known, not invited and given nothing, and for those who left.
    """
    now = at or datetime.now(UTC)
    with database.write() as connection:
        users.lock(connection)
        wanted = _known_places(connection, granted(table, claimed.values))
        known = identities.find(connection, claimed.issuer, claimed.subject)
        if known is not None:
            person = users.find(connection, known.email)
        elif invitation:
            person = _invited(connection, claimed, invitation, now)
        else:
            person = _new(connection, claimed, wanted, now)
        if person is None or person.disabled_at is not None:
            raise SignInRefused(
                "You may not sign in here any more; an administrator can change that.", "the person left"
            )
        _refresh(connection, claimed, person, wanted)
    return person.email


def address_for(issuer: str, subject: str) -> str:
    """The address of an account that was made for an identity; another for any other."""
    digest = sha256(f"{len(issuer)}:{issuer}{subject}".encode()).hexdigest()
    return f"{digest[:32]}@{NOWHERE}"


def _invited(connection: Connection, claimed: Claimed, invitation: str, now: datetime) -> User | None:
    number = links.use(connection, invitation, PASSWORD, at=now)
    person = None if number is None else users.by_id(connection, number)
    if person is None:
        raise SignInRefused(
            f"{GONE} Ask an administrator for a new one.",
            "the invitation is not valid",
        )
    _bind(connection, claimed, person, now)
    return person


def _new(connection: Connection, claimed: Claimed, wanted: tuple[Grant, ...], now: datetime) -> User | None:
    if not wanted:
        raise SignInRefused(
            "You are not known here yet. Ask an administrator for an invitation, and open the link in it.",
            "neither known nor invited, and the claim gives no role",
        )
    email = address_for(claimed.issuer, claimed.subject)
    if users.find(connection, email) is None:
        users.add(connection, email, claimed.name or "Somebody without a name")
        _note(connection, claimed, "user.add", email, before=None, after={"name": claimed.name, "roles": []})
    found = users.find(connection, email)
    if found is not None and found.disabled_at is None:
        _bind(connection, claimed, found, now)
    return found


def _bind(connection: Connection, claimed: Claimed, person: User, now: datetime) -> None:
    identities.add(connection, claimed.issuer, claimed.subject, user_id=person.id, at=now)
    _note(connection, claimed, "identity.add", person.email, issuer=claimed.issuer, subject=claimed.subject)


def _refresh(connection: Connection, claimed: Claimed, person: User, wanted: tuple[Grant, ...]) -> None:
    """Give what the provider says and take back what it said before; what was given by hand stays."""
    held = identities.roles(connection, person.id)
    if held == set(wanted):
        return
    for given in sorted(held - set(wanted), key=label_of):
        identities.take(connection, person.id, given)
    for given in wanted:
        if given not in held:
            identities.give(connection, person.id, given, issuer=claimed.issuer)
    before, after = (sorted(map(label_of, one)) for one in (held, wanted))
    for action, changed in (("user.revoke", held - set(wanted)), ("user.grant", set(wanted) - held)):
        if changed:
            _note(
                connection, claimed, action, person.email, provider=claimed.issuer, before=before, after=after
            )


def _known_places(connection: Connection, wanted: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """The grants whose departments there are; of others the log tells, for they may be misspelled."""
    places = identities.departments(connection)
    for given in wanted:
        if given.department is not None and given.department not in places:
            _log.warning("KPIDASH_OIDC_ROLES gives a role in '%s', which is no department", given.department)
    return tuple(one for one in wanted if one.department is None or one.department in places)


def _note(connection: Connection, claimed: Claimed, action: str, email: str, **detail: object) -> None:
    """Record it as a deed of the person, who was at the provider and comes from where they are now."""
    note(connection, Visitor(email, claimed.origin), action, email, **detail)

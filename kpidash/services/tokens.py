"""Tokens: a part of what a person may do, lent to a program for some time.

A token is 256 random bits, of which only the digest is kept, behind a word by which scanners for secrets know
it (`kpidash_[0-9a-f]{64}`). Whoever asks with one may do what both the token says and its person may do at
that moment. Why a token is refused does not matter to whoever has it.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from kpidash.domain.access import Capability, NotPermitted, Scope, narrowed
from kpidash.domain.catalogue import Catalogue
from kpidash.services import access
from kpidash.services.errors import NotThere, Standing, WrongQuestion
from kpidash.services.hashing import digest_of
from kpidash.services.receipts import stamp
from kpidash.store import audit, users
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import tokens as stored
from kpidash.store.engine import Connection, Database, DatabaseUnavailable
from kpidash.store.tokens import Token

__all__ = [
    "DAYS", "MOST_DAYS", "REFUSED", "Made", "Token", "as_json", "end", "listed", "listed_json", "make",
    "sign_in", "state_of",
]  # fmt: skip

PREFIX = "kpidash_"
DAYS, MOST_DAYS = 90, 366
"""For how long a token is good: where nothing was said, and at most."""
REFUSED = "this token is not known, has expired or was ended; make a new one"
_SHAPE = re.compile(PREFIX + r"[0-9a-f]{64}")
_NAME_LENGTH = 80
_NOTED = timedelta(minutes=1)
"""How exactly it is noted when a token was last used."""


@dataclass(frozen=True)
class Made:
    """A token that was just made; nobody can tell its `secret` later."""

    token: Token
    secret: str = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """The document of `tokens make --json`."""
        return {"token": self.secret, **as_json(self.token)}


def make(
    database: Database,
    scope: Scope,
    name: str,
    *,
    capabilities: Iterable[str] = (Capability.READ,),
    departments: Iterable[str] | None = None,
    days: int = DAYS,
    at: datetime | None = None,
) -> Made:
    """Lend a part of what one may do; in these departments and all below them, else wherever one may.

    Raises NotPermitted for what the person may not do, NotThere for departments where the person may do none
    of it, Standing for a name that a good token of that person has, and WrongQuestion for a name or a time
    that is none. A token makes no tokens.
    """
    if scope.lent:
        raise NotPermitted("a token makes no tokens; sign in to make one")
    called, now = _called(name), at or datetime.now(UTC)
    if not 1 <= days <= MOST_DAYS:
        raise WrongQuestion(f"a token is good for 1 to {MOST_DAYS} days, not {days}")
    wanted = _capabilities(scope, capabilities)
    token_id, secret = uuid4().hex, PREFIX + secrets.token_hex(32)
    with database.write() as connection:
        users.lock(connection)  # of two at once the second sees the first, and whoever left makes none
        person = users.find(connection, scope.actor)
        if person is None or person.disabled_at is not None:
            raise Standing(f"{scope.actor} is no person of this company; make a token as one who is")
        if any(one.name == called and _good(one, now) for one in stored.of(connection, person.email)):
            raise Standing(f"There is a token '{called}' already; end it first, or choose another name.")
        places = _places(scope, wanted, departments, stored_catalogue.load(connection).catalogue)
        expires_at = now + timedelta(days=days)
        stored.add(
            connection, token_id, digest=digest_of(secret), user_id=person.id, name=called,
            capabilities=wanted, departments=places, at=now, expires_at=expires_at,
        )  # fmt: skip
        told = {
            "name": called,
            "capabilities": wanted,
            "departments": places,
            "expires_at": stamp(expires_at),
        }
        audit.record(connection, scope, action="token.make", subject=f"token {token_id}", detail=told)
        return Made(_found(connection, token_id), secret)


def sign_in(database: Database, token: str, *, origin: str = "", at: datetime | None = None) -> Scope:
    """What whoever has the token may do now, asking from `origin`; raises NotPermitted, always as REFUSED."""
    if not _SHAPE.fullmatch(token):
        raise NotPermitted(REFUSED)
    now = at or datetime.now(UTC)
    with database.read(newest=True) as connection:
        found = stored.by_digest(connection, digest_of(token))
        if found is None or not _good(found, now):
            raise NotPermitted(REFUSED)
        catalogue = stored_catalogue.load(connection).catalogue
    asking = f"token {found.name}, {origin}" if origin else f"token {found.name}"
    try:
        whole = access.sign_in(database, found.email, origin=asking)
    except NotPermitted:
        raise NotPermitted(REFUSED) from None
    known = [Capability(one) for one in found.capabilities if one in set(Capability)]
    scope = narrowed(whole, known, found.departments, catalogue)
    if not scope.held:
        raise NotPermitted(REFUSED)
    if found.used_at is None or now - found.used_at >= _NOTED:
        # who only reads is not to fail where the database takes no changes just now
        with suppress(DatabaseUnavailable), database.write(quiet=True) as connection:
            stored.use(connection, found.id, now)
    return scope


def listed(database: Database, scope: Scope) -> Sequence[Token]:
    """One's own tokens, the newest first, also those that are good no more; everybody's for whoever manages
    the company's users. A token lists none but with that."""
    everybody = scope.everywhere(Capability.MANAGE_USERS)
    if scope.lent and not everybody:
        raise NotPermitted("a token does not see tokens; sign in to see them")
    with database.read(newest=True) as connection:
        return stored.of(connection, None if everybody else scope.actor)


def end(database: Database, scope: Scope, token_id: str, *, at: datetime | None = None) -> Token:
    """End a token: one's own, or anybody's for whoever manages the company's users.

    Raises NotThere for one that is not there for this person. One that had ended stays as it was.
    """
    with database.write() as connection:
        found = stored.by_id(connection, token_id)
        own = found is not None and not scope.lent and found.email == scope.actor.lower()
        if found is None or not (own or scope.everywhere(Capability.MANAGE_USERS)):
            raise NotThere(f"there is no token {token_id}")
        if stored.end(connection, token_id, by=scope.actor, at=at or datetime.now(UTC)):
            told = {"name": found.name, "user": found.email}
            audit.record(connection, scope, action="token.end", subject=f"token {token_id}", detail=told)
        return _found(connection, token_id)


def state_of(token: Token, *, at: datetime | None = None) -> str:
    """Whether a token is `good`, `expired` or `ended`."""
    return "ended" if token.ended_at else "good" if _good(token, at or datetime.now(UTC)) else "expired"


def as_json(token: Token, *, at: datetime | None = None) -> dict[str, Any]:
    """A token as lists show it; times are UTC with `Z`. Its `state` is good, expired or ended."""
    return {
        "id": token.id,
        "name": token.name,
        "user": token.email,
        "state": state_of(token, at=at),
        "capabilities": list(token.capabilities),
        "departments": None if token.departments is None else list(token.departments),
        "made_at": stamp(token.made_at),
        "expires_at": stamp(token.expires_at),
        "used_at": stamp(token.used_at),
        "ended_at": stamp(token.ended_at),
        "ended_by": token.ended_by,
    }


def listed_json(found: Sequence[Token]) -> dict[str, Any]:
    """The document of `tokens list --json`."""
    return {"tokens": [as_json(one) for one in found]}


def _good(token: Token, now: datetime) -> bool:
    return token.ended_at is None and now < token.expires_at


def _called(name: str) -> str:
    """The name as it is kept: it stands in lists and in the audit trail."""
    called = name.strip()
    if not called or len(called) > _NAME_LENGTH or not called.isprintable():
        raise WrongQuestion(f"a token has a name of 1 to {_NAME_LENGTH} plain characters")
    return called


def _capabilities(scope: Scope, asked: Iterable[str]) -> list[Capability]:
    found = list(dict.fromkeys(asked))
    if unknown := [one for one in found if one not in set(Capability)]:
        every = ", ".join(Capability)
        raise WrongQuestion(f"'{unknown[0]}' is nothing that a token can be for; use {every}")
    if not found:
        raise WrongQuestion("say what the token is to be for")
    wanted = [one for one in Capability if one in found]
    for one in wanted:
        scope.require(one)
    return wanted


def _places(
    scope: Scope, wanted: Sequence[Capability], asked: Iterable[str] | None, catalogue: Catalogue
) -> list[str] | None:
    if asked is None:
        return None
    found, every = sorted(set(asked)), {one.code for one in catalogue.departments}
    if not found:
        raise WrongQuestion("name at least one department, or say nothing of departments")
    for code in found:
        if code not in every or not any(scope.may(one, code) for one in wanted):
            raise NotThere(f"there is no department '{code}'")
    return found


def _found(connection: Connection, token_id: str) -> Token:
    found = stored.by_id(connection, token_id)
    if found is None:
        raise NotThere(f"there is no token {token_id}")
    return found

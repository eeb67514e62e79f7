"""What is kept of secrets. Of passwords: argon2id as RFC 9106 recommends where memory is scarce.

That is 64 MiB, 3 passes and 4 lanes, above the least that OWASP asks for. Each hash says its own parameters,
so they can be raised later: whoever signs in then gets a new one. Of tokens: a plain digest.
"""

import hashlib
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

from kpidash.domain.passwords import LONGEST, normal

if TYPE_CHECKING:
    from argon2 import PasswordHasher


PARAMETERS = (3, 65_536, 4)
"""Passes, KiB and lanes."""


def hashed(password: str) -> str:
    """What is kept of a password."""
    return hasher().hash(normal(password))


def digest_of(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain digest cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long where none is kept, so nobody learns who has one."""
    from argon2.exceptions import InvalidHashError, VerificationError

    fits, other = len(password) <= LONGEST, of_nobody()
    try:
        right = hasher().verify(kept or other, normal(password) if fits else "")
    except (VerificationError, InvalidHashError):
        return False
    return right and fits and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return hasher().check_needs_rehash(kept)


@lru_cache(maxsize=1)
def hasher() -> "PasswordHasher":
    """What makes and verifies the hashes."""
    from argon2 import PasswordHasher

    return PasswordHasher(*PARAMETERS)


@lru_cache(maxsize=1)
def of_nobody() -> str:
    """The hash of a password that nobody knows."""
    return hasher().hash(secrets.token_urlsafe(32))

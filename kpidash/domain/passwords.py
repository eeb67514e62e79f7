"""Which passwords may be set: long ones that nobody would try first.

Length and what is known to be used, after NIST SP 800-63B (2025): no rules about kinds of characters, and no
change without a reason.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

SHORTEST, LONGEST = 12, 256
FEWEST_GUESSES = 1e8
"""How many tries an attacker who knows usual passwords and their twists must need at least."""
_LEAST_OWN = 8
_PIECE = 3


def normal(password: str) -> str:
    """The same text for the same keys, whichever way a device composes its characters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def faults(
    password: str, *, of: Iterable[str], guesses: Callable[[str], float], leaked: Callable[[str], bool]
) -> Iterator[str]:
    """What speaks against a password, in sentences.

    `of` are names and addresses of its person, `guesses` tells how many tries a password takes, `leaked`
    whether it was found in a breach; both are asked only about passwords of a fitting length.
    """
    if len(password) < SHORTEST:
        yield f"Use at least {SHORTEST} characters; this has {len(password)}."
    elif len(password) > LONGEST:
        yield f"Use at most {LONGEST} characters; this has {len(password)}."
    elif _own_part(password, of) < _LEAST_OWN:
        yield "This is little more than your name or address; add words that have nothing to do with you."
    elif leaked(password):
        yield "This password was found in a breach of some site, so attackers try it; choose another."
    elif guesses(password) < FEWEST_GUESSES:
        yield "Many people use something like this, so it is guessed soon; four unrelated words do well."


def _own_part(password: str, known: Iterable[str]) -> int:
    """How many characters are left without pieces of what everybody knows of the person."""
    rest = password.casefold()
    pieces = {piece for text in known for piece in re.split(r"[\W_]+", text.casefold())}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _PIECE:
            rest = rest.replace(piece, "")
    return len(rest)

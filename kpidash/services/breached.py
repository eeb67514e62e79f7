"""Passwords that are known: the lists that come with zxcvbn, and a file of breached ones where there is one.

The file is Have I Been Pwned's list of SHA-1 digests, ordered by digest: lines such as `5BAA61E4…:10434004`.
It is searched where it lies and nothing is asked of anybody.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

_TAKEN = 72
"""How many characters zxcvbn looks at; a password whose beginning is good enough is good enough."""
_DIGEST = 40


def guesses(password: str, known: Iterable[str] = ()) -> float:
    """How many tries it takes to guess a password; `known` are words that attackers try first."""
    from zxcvbn import zxcvbn

    return float(zxcvbn(password[:_TAKEN], user_inputs=list(known))["guesses"])


def leaked(password: str, file: Path | None) -> bool:
    """Whether the file has a password; False without a file. Raises OSError where it cannot be read."""
    if file is None:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        return _has(lines, digest)


def _has(lines: BinaryIO, digest: bytes) -> bool:
    """Look for the first line that is not before `digest`, halving where it may begin."""
    low, high = 0, lines.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        line = _line_from(lines, middle)
        if line and line[:_DIGEST].upper() < digest:
            low = middle + 1
        else:
            high = middle
    return _line_from(lines, low)[:_DIGEST].upper() == digest


def _line_from(lines: BinaryIO, place: int) -> bytes:
    """The first line that begins at `place` or later; empty behind the last."""
    lines.seek(max(place - 1, 0))
    if place:
        lines.readline()
    return lines.readline()

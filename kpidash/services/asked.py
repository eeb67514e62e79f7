"""What people and programs write where they ask, read: days, times, yes or no, numbers, and pairs.

Each raises WrongQuestion with a sentence that says how to write it.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from kpidash.services.errors import WrongQuestion

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def day_of(text: str) -> date:
    """A day in ISO 8601: 2026-10-14."""
    try:
        if _DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise WrongQuestion(f"'{text}' is not a day; write 2026-10-14")


def moment_of(text: str) -> datetime:
    """A time in ISO 8601 as UTC, in which it is unless it says otherwise; a day means its end."""
    said = text.strip()
    if _DAY.fullmatch(said):
        said += "T23:59:59.999999"
    try:
        moment = datetime.fromisoformat(said)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongQuestion(f"'{text}' is not a time; write 2026-10-14T18:30:00Z") from None


def flag_of(text: str) -> bool:
    """Yes or no."""
    said = text.strip().lower()
    if said not in _YES | _NO:
        raise WrongQuestion(f"'{text}' is neither true nor false")
    return said in _YES


def number_of(text: str, *, least: int, most: int) -> int:
    """A whole number within bounds, both included."""
    said = text.strip()
    if said.isascii() and said.isdigit() and len(said) < 10 and least <= int(said) <= most:
        return int(said)
    raise WrongQuestion(f"'{text}' is not a whole number from {least:,} to {most:,}")


def mapping_of(pairs: Iterable[str]) -> dict[str, str]:
    """The meaning of each header, from pairs such as Monat=period."""
    found = {}
    for pair in pairs:
        header, equals, name = pair.rpartition("=")
        if not equals or not header or not name:
            raise WrongQuestion(f"'{pair}' is not K=V, as in 'Month=period'")
        found[header.strip()] = name.strip()
    return found

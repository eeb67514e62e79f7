"""What a company's locale says about files: names of months and days, the decimal sign, the order of days.

Names are those of the locale and English (CLDR, through Babel), folded: no case, no accents, no full stops.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

_ENGLISH_TOO = {"sept": 9, "mrz": 3}
"""Usual short forms that CLDR does not list for every kind of English and German."""


@dataclass(frozen=True, slots=True)
class Names:
    """Folded names → months 1–12 and weekdays 0 (Monday) to 6. A name of two months is left out."""

    months: Mapping[str, int]
    days: Mapping[str, int]
    year_first: bool = False
    """Whether the locale writes short days with the year first."""


def folded(text: str) -> str:
    """A name as it is compared: without case, accents, full stops and outer spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign) and sign != ".").strip()


@lru_cache(maxsize=32)
def names_of(locale: str = "en_US") -> Names:
    """The names of a locale and of English; English alone where the locale is not known."""
    own = _locale(locale)
    months: dict[str, int] = dict(_ENGLISH_TOO)
    days: dict[str, int] = {}
    doubtful: set[str] = set()
    for each in (Locale("en"), *([own] if own else [])):
        for kind in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                _add(months, each.months[kind][width], doubtful)
                _add(days, each.days[kind][width], set())
    kept = {name: month for name, month in months.items() if name not in doubtful}
    first = own is not None and own.date_formats["short"].pattern.lstrip("'").startswith("y")
    return Names(MappingProxyType(kept), MappingProxyType(days), first)


def _add(names: dict[str, int], found: Mapping[int, str], doubtful: set[str]) -> None:
    for number, name in found.items():
        key = folded(name)
        if key.isdigit() or not key:
            continue
        if names.setdefault(key, number) != number:
            doubtful.add(key)


def _locale(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None


def usual_decimal(locale: str) -> str:
    """The decimal sign of a locale, a point or a comma."""
    own = _locale(locale)
    return "," if own is not None and get_decimal_symbol(own) == "," else "."

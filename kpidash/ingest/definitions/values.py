"""How the text of a catalogue's field is read, and what is said where it cannot be."""

import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any

import holidays

from kpidash.domain.definitions import CODE
from kpidash.domain.formula import FormulaError, parse_formula
from kpidash.domain.references import nearest


class Wrong(ValueError):  # noqa: N818 - reads as what it says
    """The text of a field cannot be read; the message tells people why and what to write."""


Convert = Callable[[str], Any]
"""From the stripped text of a scalar to its value; raises Wrong."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_CHANGE = re.compile(r"([+−-]?)([0-9]+(?:\.[0-9]+)?)\s*%")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RESERVED = {"kpi", "period", "value", "numerator", "denominator", "note", "target", "low", "high"}


def words(text: str) -> str:
    """Text for people, without characters that no database or screen can hold."""
    if len(text) > 5_000:
        raise Wrong(f"has {len(text)} characters; write at most 5000")
    if any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in text):
        raise Wrong("holds a control character; remove it")
    return text


def code(text: str) -> str:
    """A code of CONTRACT.md."""
    if not CODE.fullmatch(text):
        raise Wrong(f"'{_short(text)}' is not a code; use only a-z, 0-9 and - (at most 100 characters)")
    return text


def number(text: str) -> float:
    """A finite number in digits, as JSON writes it."""
    if not _NUMBER.fullmatch(text):
        raise Wrong(
            f"'{_short(text)}' is not a number; write it in digits without separators, as in 1250000.5"
        )
    value = float(text)
    if not isfinite(value):
        raise Wrong(f"'{_short(text)}' is too large a number")
    return value


def positive(text: str) -> float:
    """A number above 0."""
    value = number(text)
    if value <= 0:
        raise Wrong(f"'{_short(text)}' must be above 0")
    return value


def whole(low: int, high: int) -> Convert:
    """A whole number from `low` to `high`."""

    def convert(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise Wrong(f"'{_short(text)}' is not a whole number from {low} to {high}")
        return int(text)

    return convert


def choice(kinds: type[StrEnum], noun: str) -> Convert:
    """One of the words of an enumeration."""

    def convert(text: str) -> StrEnum:
        if text not in list(kinds):
            raise Wrong(f"'{_short(text)}' is not {noun}; use one of {', '.join(kinds)}")
        return kinds(text)

    return convert


def like(pattern: str, example: str) -> Convert:
    """Text of one shape."""

    def convert(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise Wrong(f"'{_short(text)}' is not {example}")
        return text

    return convert


def country(text: str) -> str:
    """A country whose holidays are known."""
    if not re.fullmatch("[A-Z]{2}", text):
        raise Wrong(f"'{_short(text)}' is not a country; write its two capital letters, as in IN")
    if text not in holidays.list_supported_countries():
        raise Wrong(f"there is no holiday calendar for '{text}'; write the code of another country, or null")
    return text


def day(text: str) -> date:
    """A day as ISO 8601 writes it."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"'{text}' is no day of the calendar") from None
    raise Wrong(f"'{_short(text)}' is not a day; write it like 2026-09-30")


def change(text: str) -> float:
    """A relative change: −0.05 for "-5%"."""
    found = _CHANGE.fullmatch(text)
    if not found:
        raise Wrong(
            f"'{_short(text)}' is not a relative change; write it in percent, as in -5%, or give the value"
        )
    sign = "-" if found[1] in {"-", "−"} else ""
    share = float(Decimal(sign + found[2]).scaleb(-2))
    if not isfinite(share):
        raise Wrong(f"'{_short(text)}' is too large a change")
    return share


def timezone(text: str) -> str:
    """A time zone that this machine knows."""
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        guess = nearest(text, sorted(zoneinfo.available_timezones()))
        raise Wrong(f"'{_short(text)}' is not a known time zone, as in Asia/Kolkata{guess}") from None
    return text


def formula(text: str) -> str:
    """A formula of RULES.md §3, kept as it was written."""
    try:
        return parse_formula(text).text
    except FormulaError as error:
        raise Wrong(error.message) from None


def dimension(text: str) -> str:
    """The name of a dimension, which becomes the header of a column."""
    if text.casefold() in _RESERVED or len(text) > 100:
        raise Wrong(f"'{_short(text)}' cannot name a dimension; it is a column of every file, or too long")
    return words(text)


def phasing(text: str) -> str:
    """How a target is spread over finer periods."""
    if text != "last_year":
        raise Wrong(f"'{_short(text)}' is not a phasing; use last_year, or leave it out to spread by days")
    return text


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"

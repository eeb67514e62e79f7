"""Columns of text → numbers, strictly.

A number is an optional sign, ASCII digits and at most one decimal sign; beside a decimal point it may have
an exponent (`-1.5e3`). Digits may be grouped in threes or in the Indian way (`5,00,000`). Anything else
(`inf`, `0x10`, `1_000`, `TRUE`, `٣`, `1e400`) is no number. Whether `1,234` is a thousand or one and a bit is
read from the other cells of the file, and is in doubt where they do not tell.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpidash.ingest.issues import Mask

_SIGN = "^[+-]?"
_EXPONENT = "([eE][+-]?[0-9]+)?$"
_PLAIN = _SIGN + r"([0-9]+\.?[0-9]*|\.[0-9]+)" + _EXPONENT
_POINT = _SIGN + r"([0-9]+\.[0-9]*|\.[0-9]+)" + _EXPONENT
_INTEGER = _SIGN + "[0-9]+$"
_COMMA = _SIGN + "([0-9]+,[0-9]*|,[0-9]+)$"
_LONE = {sign: f"{_SIGN}[1-9][0-9]{{0,2}}[{sign}][0-9]{{3}}$" for sign in ".,"}
"""`1.234` and `1,234`: grouped, or with three decimals."""
_THREES = "[1-9][0-9]{0,2}([G][0-9]{3})+"
_INDIAN = "[1-9][0-9]?([G][0-9]{2})+[G][0-9]{3}"
_GROUPED = {
    sign: f"{_SIGN}({_THREES}|{_INDIAN})([{sign}][0-9]*)?$".replace("G", group)
    for sign, group in (".,", ",.")
}
"""Grouped numbers, by the decimal sign that they imply."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """One column of numbers: NaN where the cell is blank, doubtful or wrong (no number)."""

    values: NDArray[np.float64]
    blank: Mask
    doubtful: Mask
    wrong: Mask


def numbers_of(
    columns: Mapping[str, pa.ChunkedArray], *, decimal: str | None = None, usual: str = "."
) -> dict[str, Numbers]:
    """Each column of text as numbers. The columns of one file share one decimal sign.

    `decimal` is the sign that the person named; without it the cells decide. `usual` is that of the
    company's locale: where it is a comma, a file with no plainer cells than `1.234` is in doubt too.
    """
    texts = {name: _trimmed(column) for name, column in columns.items()}
    signs = _Signs(decimal, decimal) if decimal else _signs(list(texts.values()), usual)
    return {name: _numbers(text, signs) for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class _Signs:
    """The file's decimal sign; the other one where cells show both; which lone signs are in doubt."""

    first: str
    second: str
    doubtful: str = ""


def _signs(texts: Collection[pa.Array], usual: str) -> _Signs:
    if usual == "." and not any(_commas_or_groups(text) for text in texts):
        return _Signs(".", ".")
    point = any(_any(text, _POINT, ".") or _any(text, _GROUPED["."], ",") for text in texts)
    comma = any(_any(text, _COMMA, ",") or _any(text, _GROUPED[","], ".") for text in texts)
    if point and comma:
        return _Signs(".", ",", doubtful=".,")
    if point or comma:
        sign = "." if point else ","
        return _Signs(sign, sign)
    lone_comma = any(_matches(text, _LONE[","]).any() for text in texts)
    return _Signs(".", ".", doubtful=".," if lone_comma or usual == "," else "")


def _commas_or_groups(text: pa.Array) -> bool:
    rest = text.filter(pa.array(~_matches(text, _PLAIN)))
    return bool(_matches(rest, r",|\..*\.").any())


def _any(text: pa.Array, form: str, lone: str) -> bool:
    """Whether a cell has `form` and is not one of those that could be read either way."""
    return bool((_matches(text, form) & ~_matches(text, _LONE[lone])).any())


def _numbers(text: pa.Array, signs: _Signs) -> Numbers:
    values = _read(text, signs.first)
    doubtful = np.zeros(len(text), dtype=bool)
    for sign in signs.doubtful:
        doubtful |= _matches(text, _LONE[sign])
    if signs.second != signs.first:
        # one of them must be a slip: a decimal comma among decimal points is asked about, not believed
        doubtful |= _matches(text, _COMMA)
        values = np.where(np.isnan(values), _read(text, signs.second), values)
    values[doubtful] = np.nan
    blank = _bits(pc.equal(text, ""))
    return Numbers(values, blank, doubtful, np.isnan(values) & ~blank & ~doubtful)


def _read(text: pa.Array, sign: str) -> NDArray[np.float64]:
    """The cells that are finite numbers when `sign` is the decimal sign; NaN elsewhere."""
    other = "," if sign == "." else "."
    if sign == ".":
        plain, pointed = _matches(text, _PLAIN), text
    else:
        plain, pointed = (
            _matches(text, _COMMA) | _matches(text, _INTEGER),
            pc.replace_substring(text, ",", "."),
        )
    values = _cast(pointed, plain)
    if plain.all():
        return values
    grouped = _matches(text, _GROUPED[sign]) & ~plain
    bare = pc.replace_substring(pc.replace_substring(text, other, ""), sign, ".")
    return np.where(grouped, _cast(bare, grouped), values)


def _cast(text: pa.Array, where: Mask) -> NDArray[np.float64]:
    numbers = pc.cast(pc.if_else(pa.array(where), text, None), pa.float64())
    values: NDArray[np.float64] = numbers.to_numpy(zero_copy_only=False)
    # −0 is 0: files that say the same must compare as the same
    return np.where(np.isfinite(values), values, np.nan) + 0.0


def _matches(text: pa.Array, pattern: str) -> Mask:
    return _bits(pc.match_substring_regex(text, pattern))


def _bits(array: pa.Array) -> Mask:
    mask: Mask = array.to_numpy(zero_copy_only=False)
    return mask.astype(bool)


def _trimmed(column: pa.ChunkedArray) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(column)
    return trimmed.combine_chunks() if isinstance(trimmed, pa.ChunkedArray) else trimmed

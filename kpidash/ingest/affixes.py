"""What stands around the digits of a number: signs, brackets, currencies, percent signs, crores.

Only cells that are no plain numbers come here. One regular expression takes them apart, column-wise.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpidash.ingest.issues import Mask

SPACES = " \u00a0\u202f\u2009"
"""Normal, no-break, narrow no-break and thin."""
MINUSES = "\u2212\uff0d"
"""The minus sign, and the wide one to which it turns in Japanese encodings."""
_MARKS = "'’"
_CODES = "INR|USD|EUR|GBP|JPY|CNY|CHF|AUD|CAD|NZD|SGD|HKD|AED|SAR|ZAR|BRL|MXN|SEK|NOK|DKK|PLN|CZK|HUF|KRW|TRY"
_CURRENCY = rf"₹|(?:Rs|RS|rs)\.?|US\$|\$|€|£|¥|₩|₺|zł|{_CODES}"
EXPONENTS = {
    "k": 3, "K": 3, "thousand": 3, "m": 6, "M": 6, "mn": 6, "mio": 6, "million": 6, "millions": 6,
    "b": 9, "B": 9, "bn": 9, "mrd": 9, "billion": 9, "billions": 9,
    "L": 5, "lac": 5, "lacs": 5, "lakh": 5, "lakhs": 5, "cr": 7, "crore": 7, "crores": 7,
}  # fmt: skip
"""The power of ten of each word; those of one letter in exactly this case, the others in any."""
CREDIT = "cr"
_LETTERS = "|".join(word for word in EXPONENTS if len(word) == 1)
_WORDS = "|".join(sorted((word for word in EXPONENTS if len(word) > 1), key=len, reverse=True))
_GAP = f"[{SPACES}]*"
_FORM = _GAP.join(
    (
        r"^(?P<sign>[+-]?)",
        rf"(?P<money>(?:{_CURRENCY})?)",
        r"(?P<inner>[+-]?)",
        r"(?P<opened>\(?)",
        rf"(?P<within>(?:{_CURRENCY})?)",
        r"(?P<leading>%?)",
        rf"(?P<core>[0-9.,](?:[0-9.,{SPACES}{_MARKS}]*[0-9.,])?(?:[eE][+-]?[0-9]+)?)",
        rf"(?P<unit>(?:{_LETTERS}|(?i:{_WORDS})\.?)?)",
        r"(?P<percent>%?)",
        rf"(?P<behind>(?:{_CURRENCY})?)",
        r"(?P<closed>\)?)",
        r"(?P<after>%?)",
        r"(?P<dash>(?:/-)?)",
        r"(?P<last>-?)$",
    )
)
_SPACED = {mark: f"^[1-9][0-9]{{0,2}}({mark}[0-9]{{3}})+([.,][0-9]*)?$" for mark in (*SPACES, *_MARKS)}
"""Numbers grouped in threes by spaces or apostrophes, one kind of them in each."""


@dataclass(frozen=True, slots=True)
class Bare:
    """Cells without what stands around them; `core` is null where the cell is no number in any reading."""

    core: pa.Array
    negative: Mask
    exponent: NDArray[np.int64]
    percent: Mask
    currency: pa.Array


def bare(text: pa.Array) -> Bare:
    """Odd cells (trimmed) as digits with points and commas, and what stood around these."""
    parts = pc.extract_regex(pc.replace_substring_regex(text, f"[{MINUSES}]", "-"), _FORM)
    part = {name.name: pc.struct_field(parts, name.name) for name in parts.type}
    signs = [part["sign"], part["inner"], part["last"], part["opened"]]
    percents = _count([part["leading"], part["percent"], part["after"]])
    money = [part["money"], part["within"], part["behind"]]
    unit = pc.utf8_rtrim(part["unit"], ".")
    exponent = _exponents(unit)
    scaled = _filled(unit)
    scientific = _bits(pc.match_substring_regex(part["core"], "[eE]"))
    good = (
        _bits(pc.is_valid(parts))
        & (_count(signs) <= 1)
        & (_count(money) <= 1)
        & (percents <= 1)
        & (_filled(part["opened"]) == _filled(part["closed"]))
        & ~(scaled & (scientific | (percents > 0)))
        & ~((_count(money) > 0) & (percents > 0))
        & ~_credits(text, unit)
    )
    negative = _minus(part["sign"]) | _minus(part["inner"]) | _minus(part["last"]) | _filled(part["opened"])
    core = pc.if_else(pa.array(good), _ungrouped(part["core"]), pa.scalar(None, pa.string()))
    currency = pc.binary_join_element_wise(*money, "")
    return Bare(core, negative, exponent, percents > 0, currency)


def _ungrouped(core: pa.Array) -> pa.Array:
    """Without the spaces or apostrophes between groups of three; those elsewhere stay, and make it wrong."""
    for mark, form in _SPACED.items():
        grouped = pc.match_substring_regex(core, form)
        if pc.any(grouped).as_py():
            core = pc.if_else(grouped, pc.replace_substring(core, mark, ""), core)
    return core


def _credits(text: pa.Array, unit: pa.Array) -> Mask:
    """`5 Cr` beside `5 Dr` is a credit, not a crore."""
    if not pc.any(pc.match_substring_regex(text, r"[0-9.) ](?i:dr)\.?$")).as_py():
        return np.zeros(len(text), dtype=bool)
    return _bits(pc.equal(pc.utf8_lower(unit), CREDIT))


def _exponents(unit: pa.Array) -> NDArray[np.int64]:
    # a single letter is matched in its own case only, so that folding the longer words loses nothing
    words = pc.if_else(pc.greater(pc.utf8_length(unit), 1), pc.utf8_lower(unit), unit)
    at = pc.index_in(words, pa.array(list(EXPONENTS)))
    powers = np.array([*EXPONENTS.values(), 0], dtype=np.int64)
    found: NDArray[np.int64] = powers[pc.fill_null(at, len(EXPONENTS)).to_numpy(zero_copy_only=False)]
    return found


def _minus(part: pa.Array) -> Mask:
    return _bits(pc.equal(part, "-"))


def _filled(part: pa.Array) -> Mask:
    return _bits(pc.greater(pc.binary_length(part), 0))


def _count(parts: list[pa.Array]) -> NDArray[np.int64]:
    count: NDArray[np.int64] = np.sum([_filled(part) for part in parts], axis=0)
    return count


def _bits(array: pa.Array) -> Mask:
    mask: Mask = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return mask.astype(bool)

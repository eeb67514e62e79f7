"""Which sign of a file's numbers is the decimal one: a point or a comma, told by the cells themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import Mask

_SIGN = "^[+-]?"
_EXPONENT = "([eE][+-]?[0-9]+)?$"
PLAIN = _SIGN + r"([0-9]+\.?[0-9]*|\.[0-9]+)" + _EXPONENT
DIGITS = _SIGN + "[0-9.,]+$"
INTEGER = _SIGN + "[0-9]+$"
COMMA = _SIGN + "([0-9]+,[0-9]*|,[0-9]+)$"
_POINT = _SIGN + r"([0-9]+\.[0-9]*|\.[0-9]+)" + _EXPONENT
_LONE = {sign: f"{_SIGN}[1-9][0-9]{{0,2}}[{sign}][0-9]{{3}}$" for sign in ".,"}
"""`1.234` and `1,234`: grouped, or with three decimals."""
_THREES = "[1-9][0-9]{0,2}([G][0-9]{3})+"
_INDIAN = "[1-9][0-9]?([G][0-9]{2})+[G][0-9]{3}"
GROUPED = {
    sign: f"{_SIGN}({_THREES}|{_INDIAN})([{sign}][0-9]*)?$".replace("G", group)
    for sign, group in (".,", ",.")
}
"""Grouped numbers, by the decimal sign that they imply."""
_NAMES = {".": "a point", ",": "a comma"}


@dataclass(frozen=True, slots=True)
class Signs:
    """The file's decimal sign; the other one where cells show both; which lone signs are in doubt."""

    first: str
    second: str
    doubtful: str = ""
    evidence: tuple[Evidence, ...] = ()

    def in_doubt(self, cores: pa.Array) -> Mask:
        """The cells that can be read in two ways."""
        doubt = np.zeros(len(cores), dtype=bool)
        for sign in self.doubtful:
            doubt |= matches(cores, _LONE[sign])
        return doubt


def signs_of(cores: Sequence[pa.Array], *, decimal: str | None, usual: str) -> Signs:
    """The signs of numbers without affixes; `usual` is that of the company's locale.

    A cell speaks for a sign when it can be read in no other way: `1.5`, `1.234,5`, `1.234.567`.
    """
    if decimal:
        return Signs(decimal, decimal)
    if usual == "." and not any(_commas_or_groups(core) for core in cores):
        return Signs(".", ".")
    point, comma = _speaker(cores, _POINT, "."), _speaker(cores, COMMA, ",")
    point = point or _speaker(cores, GROUPED["."], ",")
    comma = comma or _speaker(cores, GROUPED[","], ".")
    if point and comma:
        return Signs(".", ",", doubtful=".,")
    if point or comma:
        sign = "." if point else ","
        sentence = f"The decimal sign is {_NAMES[sign]}: '{point or comma}' can be read in no other way."
        return Signs(sign, sign, evidence=(Evidence("decimal", sign, sentence),))
    lone_comma = any(matches(core, _LONE[","]).any() for core in cores)
    return Signs(".", ".", doubtful=".," if lone_comma or usual == "," else "")


def _commas_or_groups(core: pa.Array) -> bool:
    rest = core.filter(pa.array(~matches(core, PLAIN)))
    return bool(matches(rest, r",|\..*\.").any())


def _speaker(cores: Sequence[pa.Array], form: str, lone: str) -> str | None:
    """The first cell that has `form` and is not one of those that could be read either way."""
    for core in cores:
        said = matches(core, form) & ~matches(core, _LONE[lone])
        if said.any():
            return str(core[int(np.argmax(said))].as_py())
    return None


def matches(text: pa.Array, pattern: str) -> Mask:
    """Which cells match; null ones do not."""
    return bits(pc.match_substring_regex(text, pattern))


def bits(array: pa.Array) -> Mask:
    """Arrow booleans as a NumPy mask; null is false."""
    mask: Mask = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
    return mask.astype(bool)

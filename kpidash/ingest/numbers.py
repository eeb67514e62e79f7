"""Columns of text → numbers, strictly.

A number is ASCII digits with at most one decimal sign, grouped in threes or in the Indian way (`5,00,000`);
beside a decimal point it may have an exponent (`-1.5e3`). Around it stand a sign, brackets, a currency, a
percent sign or a word such as `lakh` (`affixes`). Anything else (`inf`, `0x10`, `1_000`, `TRUE`, `٣`,
`1e400`) is no number. Whether `1,234` is a thousand or one and a bit is read from the other cells of the file
(`decimals`), and is in doubt where they do not tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpidash.ingest import decimals
from kpidash.ingest.affixes import Bare, bare
from kpidash.ingest.decimals import COMMA, DIGITS, GROUPED, INTEGER, PLAIN, Signs, bits, matches
from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import Mask
from kpidash.ingest.labels import Labels, labels_of, none
from kpidash.ingest.plain_numbers import plain_numbers


@dataclass(frozen=True, slots=True)
class Numbers:
    """One column of numbers: NaN where the cell is blank, doubtful or wrong (no number).

    `percent` cells have a percent sign, which does not change the value; `money` are the currencies that
    stood beside the digits.
    """

    values: NDArray[np.float64]
    blank: Mask
    doubtful: Mask
    wrong: Mask
    percent: Mask
    money: Labels

    def at(self, positions: NDArray[Any]) -> "Numbers":
        """Some of the cells, by position or mask."""
        return Numbers(
            self.values[positions],
            self.blank[positions],
            self.doubtful[positions],
            self.wrong[positions],
            self.percent[positions],
            self.money.at(positions),
        )


@dataclass(frozen=True, slots=True)
class _Cells:
    """A column, trimmed; `core` is the same with the affixes of `odd` cells taken off (null: no number)."""

    text: pa.Array
    core: pa.Array
    blank: Mask
    odd: Mask
    around: Bare | None

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "_Cells":
        trimmed = pc.utf8_trim_whitespace(column)
        text = trimmed.combine_chunks() if isinstance(trimmed, pa.ChunkedArray) else trimmed
        blank = bits(pc.equal(text, ""))
        odd = ~matches(text, PLAIN) & ~blank
        if odd.any():
            odd &= ~matches(text, DIGITS)
        if not odd.any():
            return cls(text, text, blank, odd, None)
        around = bare(text.filter(pa.array(odd)))
        return cls(text, pc.replace_with_mask(text, pa.array(odd), around.core), blank, odd, around)

    def scattered(self, mask: Mask) -> Mask:
        """A mask of the odd cells as one of all cells."""
        every = np.zeros(len(self.text), dtype=bool)
        every[self.odd] = mask
        return every


def numbers_of(
    columns: Mapping[str, pa.ChunkedArray], *, decimal: str | None = None, usual: str = "."
) -> dict[str, Numbers]:
    """Each column of text as numbers. The columns of one file share one decimal sign.

    `decimal` is the sign that the person named; without it the cells decide. `usual` is that of the
    company's locale: where it is a comma, a file with no plainer cells than `1.234` is in doubt too.
    """
    return read_numbers(columns, decimal=decimal, usual=usual)[0]


def read_numbers(
    columns: Mapping[str, pa.ChunkedArray], *, decimal: str | None = None, usual: str = "."
) -> tuple[dict[str, Numbers], tuple[Evidence, ...]]:
    """The same with what was assumed on the way."""
    if decimal in {None, "."} and usual == ".":
        plain = {name: plain_numbers(column) for name, column in columns.items()}
        if all(each is not None for each in plain.values()):
            return {name: _plain(*each) for name, each in plain.items() if each is not None}, ()
    cells = {name: _Cells.of(column) for name, column in columns.items()}
    signs = decimals.signs_of([each.core for each in cells.values()], decimal=decimal, usual=usual)
    found = {name: _numbers(each, signs) for name, each in cells.items()}
    return found, (*signs.evidence, *_scaled(cells))


def _plain(values: NDArray[np.float64], blank: Mask) -> Numbers:
    nothing = np.zeros(len(values), dtype=bool)
    return Numbers(values, blank, nothing, np.isnan(values) & ~blank, nothing, none(len(values)))


def _numbers(cells: _Cells, signs: Signs) -> Numbers:
    digits = _digits(cells.core, signs.first)
    doubtful = signs.in_doubt(cells.core)
    if signs.second != signs.first:
        # one of them must be a slip: a decimal comma among decimal points is asked about, not believed
        doubtful |= matches(cells.core, COMMA)
        digits = pc.coalesce(digits, _digits(cells.core, signs.second))
    values = _signed(cells, digits)
    values[doubtful] = np.nan
    percent, money = np.zeros(len(values), dtype=bool), none(len(values))
    if cells.around is not None:
        percent = cells.scattered(cells.around.percent)
        money = _money(cells, cells.around)
    wrong = np.isnan(values) & ~cells.blank & ~doubtful
    return Numbers(values, cells.blank, doubtful, wrong, percent, money)


def _digits(core: pa.Array, sign: str) -> pa.Array:
    """The cells that are numbers when `sign` is the decimal sign, with a point for it; null elsewhere."""
    other = "," if sign == "." else "."
    if sign == ".":
        plain, pointed = matches(core, PLAIN), core
    else:
        plain = matches(core, COMMA) | matches(core, INTEGER)
        pointed = pc.replace_substring(core, ",", ".")
    found = pc.if_else(pa.array(plain), pointed, None)
    if plain.all():
        return found
    grouped = matches(core, GROUPED[sign]) & ~plain
    together = pc.replace_substring(pc.replace_substring(core, other, ""), sign, ".")
    return pc.if_else(pa.array(grouped), together, found)


def _signed(cells: _Cells, digits: pa.Array) -> NDArray[np.float64]:
    around = cells.around
    if around is not None and around.exponent.any():
        # as text, so that the value is the float nearest to the exact decimal
        powers = np.zeros(len(cells.text), dtype=np.int64)
        powers[cells.odd] = around.exponent
        shifted = pc.binary_join_element_wise(digits, pa.array(powers).cast(pa.string()), "e")
        digits = pc.if_else(pa.array(powers > 0), shifted, digits)
    values = pc.cast(digits, pa.float64()).to_numpy(zero_copy_only=False)
    if around is not None:
        values = np.where(cells.scattered(around.negative), -values, values)
    # −0 is 0: files that say the same must compare as the same
    return np.where(np.isfinite(values), values, np.nan) + 0.0


def _money(cells: _Cells, around: Bare) -> Labels:
    found = labels_of(pa.chunked_array([pc.fill_null(around.currency, "")]))
    codes = none(len(cells.text)).codes.copy()
    codes[cells.odd] = found.codes
    return Labels(found.names, codes)


def _scaled(cells: Mapping[str, _Cells]) -> tuple[Evidence, ...]:
    for each in cells.values():
        if each.around is not None and each.around.exponent.any():
            cell = each.text.filter(pa.array(each.odd))[int(np.argmax(each.around.exponent > 0))].as_py()
            power = int(each.around.exponent[each.around.exponent > 0][0])
            sentence = f"Words for large numbers are counted: '{cell}' is taken times {10**power:,}."
            return (Evidence("scale", "words", sentence),)
    return ()

"""Columns of repeated text as whole numbers: each distinct label once, and a code per row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BLANK = -1


@dataclass(frozen=True, slots=True)
class Labels:
    """`names` are the distinct texts, stripped, none blank; `codes` their index per row, −1 where blank."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]

    def of(self, codes: Sequence[int]) -> list[str]:
        """The texts of some codes."""
        return [self.names[code] if code >= 0 else "" for code in codes]

    def at(self, positions: NDArray[Any]) -> "Labels":
        """Some of the rows, by position or mask; the names stay."""
        return Labels(self.names, self.codes[positions])


def labels_of(column: pa.ChunkedArray) -> Labels:
    """A column of text as labels. Cells that differ only by the spaces around them have one label."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    stripped = [name.strip() for name in encoded.dictionary.to_pylist()]
    names = list(dict.fromkeys(name for name in stripped if name))
    position = {name: index for index, name in enumerate(names)}
    renumbered = np.array([position.get(name, BLANK) for name in stripped], dtype=np.int64)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    return Labels(tuple(names), renumbered[codes] if len(renumbered) else np.empty(0, np.int64))


def none(count: int) -> Labels:
    """A column that the file does not have: blank in all rows."""
    return Labels((), np.full(count, BLANK, dtype=np.int64))

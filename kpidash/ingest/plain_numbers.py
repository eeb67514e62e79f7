"""Columns of digits, points and minus signs → numbers: most files have nothing else, and need no patterns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from kpidash.ingest.issues import Mask

_PLAIN = b"0123456789.-"


def plain_numbers(column: pa.ChunkedArray) -> tuple[NDArray[np.float64], Mask] | None:
    """The values, NaN where blank or too large to hold, and which are blank; None where a cell has more.

    Such cells hold at most one point and a minus sign in front, so they can be read in one way only.
    """
    if not all(_has_only_digits(chunk) for chunk in column.chunks):
        return None
    blank = np.asarray(pc.equal(column, ""))
    cells = pc.if_else(pc.equal(column, ""), None, column) if blank.any() else column
    try:
        values = pc.cast(cells, pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return None
    # −0 is 0: files that say the same must compare as the same
    return np.where(np.isfinite(values), values, np.nan) + 0.0, blank


def _has_only_digits(chunk: pa.StringArray) -> bool:
    _, offsets, text = chunk.buffers()
    if text is None or not len(chunk):
        return True
    ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    return not bytes(memoryview(text)[ends[0] : ends[-1]]).translate(None, _PLAIN)

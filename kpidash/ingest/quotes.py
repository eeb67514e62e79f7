"""Whether the quotation marks of a CSV text are where RFC 4180 allows them."""

import numpy as np

_QUOTE = ord('"')
_ENDS = (ord("\n"), ord("\r"), _QUOTE)


def quoted_by_the_book(text: bytes, delimiter: str) -> bool:
    """True when every cell with a quotation mark is wholly quoted, with marks inside doubled.

    Then each opening mark follows a delimiter, a line end or another mark, each closing one is followed by
    such, and their number is even; readers agree on such files, and only on such.
    """
    if b'"' not in text:
        return True
    data = np.frombuffer(text, dtype=np.uint8)
    marks = np.flatnonzero(data == _QUOTE)
    if len(marks) % 2:
        return False
    opening, closing = marks[::2], marks[1::2]
    neighbours = np.array([ord(delimiter), *_ENDS], dtype=np.uint8)
    before = data[opening[opening > 0] - 1]
    after = data[closing[closing < len(data) - 1] + 1]
    return bool(np.isin(before, neighbours).all() and np.isin(after, neighbours).all())

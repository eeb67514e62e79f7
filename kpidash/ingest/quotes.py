"""Whether the quotation marks of a CSV text are where readers agree on what they mean."""

import re

import numpy as np

_BLOCK = 1 << 24


def quoted_by_the_book(text: bytes, delimiter: str, quote: str | None = '"') -> bool:
    """True when every cell with a quotation mark is wholly quoted, with marks inside doubled.

    Then each opening mark follows a delimiter, a line end or another mark, each closing one is followed by
    such, and their number is even; readers agree on such files, and only on such.
    """
    mark = (quote or "").encode()
    if not mark or mark not in text:
        return True
    if text.count(mark) % 2:
        return False
    neighbours = np.zeros(256, dtype=bool)
    neighbours[[ord(delimiter), ord("\n"), ord("\r"), mark[0]]] = True
    data = np.frombuffer(text, dtype=np.uint8)
    opening = True
    for start in range(0, len(data), _BLOCK):
        marks = np.flatnonzero(data[start : start + _BLOCK] == mark[0]) + start
        first = 0 if opening else 1
        before, after = marks[first::2] - 1, marks[1 - first :: 2] + 1
        if not neighbours[data[before[before >= 0]]].all():
            return False
        if not neighbours[data[after[after < len(data)]]].all():
            return False
        opening ^= bool(len(marks) % 2)
    return True


def first_stray(text: bytes, delimiter: str, quote: str = '"') -> int | None:
    """Where the first cell begins or ends with a mark without partner; None where all are in order.

    Marks inside a cell that does not begin with one are plain text (5" disk). Readers agree on a text without
    stray marks; on any other each has its own idea.
    """
    mark, ends = re.escape(quote.encode()), re.escape(delimiter.encode()) + rb"\r\n"
    cell = rb"(?:(?<=[%b])|\A)%b(?:[^%b]++|%b%b)*+%b(?=[%b]|\Z)" % (ends, mark, mark, mark, mark, mark, ends)
    orderly = re.compile(rb"(?:[^%b]++|(?<=[^%b])%b|%b)*+" % (mark, ends, mark, cell))
    found = orderly.match(text)
    return None if found is None or found.end() == len(text) else found.end()

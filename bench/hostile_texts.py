"""Texts made to cost much: each just under the largest file that is taken, unless it is small by nature."""

import gzip
import io
import random
import zlib
from collections.abc import Callable

FULL = 199_000_000
"""Bytes; KPIDASH_MAX_UPLOAD_MB is 200 by default."""
HEAD = b"kpi,period,value\n"
Make = Callable[[], bytes]


def filled(piece: bytes, *, head: bytes = HEAD, end: bytes = b"", size: int = FULL) -> bytes:
    """`head`, as many pieces as fit, and `end`."""
    return head + piece * ((size - len(head) - len(end)) // len(piece)) + end


def numbered(form: str, *, head: bytes = HEAD, size: int = FULL) -> bytes:
    """Lines that all differ: `form` with a number in each."""
    one = len((form % 10_000_000).encode())
    return head + b"".join((form % number).encode() for number in range(10_000_000, 10_000_000 + size // one))


def zeros(size: int, *, level: int = 9) -> bytes:
    """So many NUL bytes, packed."""
    packer = zlib.compressobj(level, wbits=31)
    block = bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(size >> 20)]
    return b"".join([*parts, packer.flush()])


def nested(times: int, size: int) -> bytes:
    """Zeros packed so many times over."""
    content = zeros(size)
    for _ in range(times - 1):
        content = gzip.compress(content)
    return content


def members(count: int) -> bytes:
    """Empty packed files, one behind the other."""
    return gzip.compress(b"", mtime=0) * count


def noise(size: int = FULL, *, of: bytes = bytes(range(256))) -> bytes:
    """Bytes of chance out of these."""
    return random.Random(1).randbytes(size).translate((of * 256)[:256])


def _wide(columns: int, rows: int) -> bytes:
    head = b",".join(b"c%d" % number for number in range(columns))
    return head + b"\n" + (b"1," * (columns - 1) + b"1\n") * rows


def _strange_headers(columns: int, length: int) -> bytes:
    chance = random.Random(2)
    names = ("".join(chance.choices("abcdefghij _", k=length)) for _ in range(columns))
    return ("kpi,period," + ",".join(names)).encode() + b"\nkpi-001,2026-10-01" + b",1" * columns + b"\n"


def _zipped_text(text: bytes) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, compresslevel=1) as archive:
        archive.write(text)
    return packed.getvalue()


TEXTS: dict[str, Make] = {
    "gz: 2 GiB of zeros": lambda: zeros(2 << 30),
    "gz: packed ten times over": lambda: nested(10, 1 << 30),
    "gz: 9,000,000 empty members": lambda: members(9_000_000),
    "gz: a small file and 190 MB of zeros": lambda: gzip.compress(HEAD) + bytes(190_000_000),
    "gz: 199 MB of one line": lambda: _zipped_text(noise(1_000, of=b"abc,;") * 199_000),
    "one line": lambda: b"a" * FULL,
    "one line of bytes beyond ASCII": lambda: b"\xe9" * FULL,
    "one line in UTF-16": lambda: b"\xff\xfe" + b"a\0" * (FULL // 2 - 1),
    "one row below a header": lambda: filled(b"c"),
    "a million columns": lambda: b",".join([b"c"] * 1_000_000) + b"\n" + b"," * 999_999 + b"\n",
    "16,000 columns, 6,000 rows": lambda: _wide(16_000, 6_000),
    "16,000 strange headers": lambda: _strange_headers(16_000, 12),
    "16,000 strange long headers": lambda: _strange_headers(16_000, 60),
    "one header of 900 kB": lambda: b"kpi,period," + b"v" * 900_000 + b"\nkpi-001,2026-10-01,1\n",
    "the header over and over": lambda: filled(b"a,b,value\n", head=b"a,b,value\n"),
    "its own header over and over": lambda: filled(HEAD),
    "empty quoted cells": lambda: filled(b'"","",""\n'),
    "commas only": lambda: filled(b",,\n"),
    "blank lines": lambda: filled(b"\n"),
    "10,000,000 blank lines": lambda: filled(b"\n", size=10_000_000),
    "blank lines, CR": lambda: filled(b"\r"),
    "lines of one space": lambda: filled(b" \n"),
    "lines of spaces and commas": lambda: filled(b" , , \n"),
    "one column of one letter": lambda: filled(b"1\n", head=b"value\n"),
    "comments only": lambda: filled(b"# a remark without a table\n", head=b""),
    "comments below a header": lambda: filled(b"# a remark without a table,,\n"),
    "all delimiters": lambda: noise(of=b",;\t|:^~\n"),
    "an open quotation mark": lambda: filled(b"kpi-001,2026-10-01,1\n", head=HEAD + b'"'),
    "an open mark in each line": lambda: filled(b'"kpi-001,2026-10-01,1\n'),
    "marks inside cells": lambda: filled(b'kpi"-001,2026-10-01,1\n'),
    "marks inside cells, one astray": lambda: filled(b'kpi"-001,2026-10-01,1\n', end=b'"a"b,1,1\n'),
    "marks only": lambda: filled(b'"', head=b""),
    "marks only, below a header": lambda: filled(b'"'),
    "backslashes and marks": lambda: filled(b'"a\\"b",2026-10-01,1\n'),
    "NUL bytes": lambda: bytes(FULL),
    "a NUL byte at the end": lambda: filled(b"kpi-001,2026-10-01,1\n", end=b"\0"),
    "a wrong byte at the end": lambda: filled(b"kpi-001,2026-10-01,1\n", end=b"\xff\n"),
    "lines beyond ASCII": lambda: filled(b"\xe9t\xe9,2026-10-01,1\n"),
    "lines of \\xff": lambda: filled(b"\xff\xff,\xff\xff,1\n"),
    "bytes of chance": noise,
    "bytes of chance beyond ASCII": lambda: noise(of=bytes(range(0x80, 0x100)) + b",\n"),
    "byte-order marks only": lambda: filled(b"\xef\xbb\xbf", head=b""),
    "mark of UTF-16 before ASCII": lambda: b"\xff\xfe" + filled(b"kpi-001,2026-10-01,1\n"),
    "mark of UTF-32 before ASCII": lambda: b"\xff\xfe\0\0" + filled(b"abcd", head=b""),
    "half characters in UTF-16": lambda: b"\xff\xfe" + filled(b"\x00\xd8", head=b""),
    "escapes of ISO-2022": lambda: filled(b"\x1b$B\x1b(B", head=b""),
    "ragged rows": lambda: filled(b"1,2\n"),
    "ragged rows, every third": lambda: filled(b"1,2\n1,2,3\n1,2,3\n"),
    "every KPI unknown": lambda: numbered("kpi-x%d,2026-10-01,1\n"),
    "every period wrong": lambda: numbered("kpi-001,%d. day,1\n"),
    "every number wrong": lambda: filled(b"kpi-001,2026-10-01,abc\n"),
    "every number in words": lambda: filled(b"kpi-001,2026-10-01,1 2 3 4 5 6 7 8\n"),
    "every KPI blank": lambda: filled(b",2026-10-01,1\n"),
    "formulas": lambda: filled(b"=cmd|' /C calc'!A0,2026-10-01,1\n"),
    "one key over and over": lambda: filled(b"kpi-001,2026-10-01,1\nkpi-001,2026-10-01,2\n"),
}
"""What each holds → a function that makes it."""

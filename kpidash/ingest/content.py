"""Bytes of a file → UTF-8 text: size, compression and encoding, within bounds."""

import zlib
from dataclasses import dataclass

from kpidash.ingest.issues import IssueCode, Issues, of_file

MEBIBYTE = 1 << 20
_GZIP = b"\x1f\x8b"
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may take.

    `size` is in bytes, unpacked. `ratio` bounds how often a packed file may grow beyond `free` bytes:
    text packs 3 to 60 times, bombs 1,000 times.
    """

    size: int = 200 * MEBIBYTE
    ratio: int = 200
    free: int = 10 * MEBIBYTE
    columns: int = 16_384


def text_of(content: bytes, limits: Limits) -> tuple[bytes, Issues]:
    """The file as UTF-8 without byte-order mark, or the issue that prevents it.

    The encoding is checked, not converted: a file in another one is `unreadable_file` at its first such byte.
    """
    if content.startswith(_GZIP):
        content, issues = _unpacked(content, limits)
        if issues:
            return b"", issues
    if len(content) > limits.size:
        return b"", _too_large(limits)
    if issues := _foreign(content):
        return b"", issues
    return content.removeprefix(_UTF8_MARK), Issues()


def _unpacked(packed: bytes, limits: Limits) -> tuple[bytes, Issues]:
    bound = min(limits.size, max(limits.free, limits.ratio * len(packed)))
    parts: list[bytes] = []
    size = 0
    while packed.strip(b"\0"):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            part = unpacker.decompress(packed, bound - size + 1)
        except zlib.error:
            return b"", of_file(IssueCode.UNREADABLE_FILE, "The compressed file is damaged; pack it again.")
        size += len(part)
        if size > bound:
            return b"", _too_large(limits)
        if not unpacker.eof:
            return b"", of_file(IssueCode.UNREADABLE_FILE, "The compressed file was cut off; send it again.")
        parts.append(part)
        packed = unpacker.unused_data
    return b"".join(parts), Issues()


def _foreign(content: bytes) -> Issues:
    if content.startswith(_SPREADSHEETS):
        return of_file(IssueCode.UNREADABLE_FILE, "This is a workbook; save its sheet as CSV (UTF-8).")
    if encoding := _OTHER_MARKS.get(content[:2]):
        return of_file(IssueCode.UNREADABLE_FILE, f"The text is {encoding}; save it as CSV (UTF-8).")
    if (at := content.find(b"\0")) >= 0:
        return _unreadable(content, at, "a NUL byte, which no text has")
    try:
        if not content.isascii():
            content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _unreadable(content, error.start, f"byte 0x{content[error.start]:02x}, which is not UTF-8")
    return Issues()


def _unreadable(content: bytes, at: int, what: str) -> Issues:
    before = content[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line = before.count(b"\n") + 1
    byte = len(before) - before.rfind(b"\n")
    message = f"Line {line} has {what} (at its byte {byte}); save the file as CSV (UTF-8)."
    return of_file(IssueCode.UNREADABLE_FILE, message, row=line)


def _too_large(limits: Limits) -> Issues:
    size = limits.size / MEBIBYTE
    return of_file(
        IssueCode.TOO_LARGE,
        f"The file is larger than {size:g} MiB unpacked, or packed too tightly; split it.",
    )

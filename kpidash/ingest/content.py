"""Bytes of a file, unpacked within bounds."""

import zlib
from dataclasses import dataclass

from kpidash.ingest.issues import IssueCode, Issues, of_file

MEBIBYTE = 1 << 20
_GZIP = b"\x1f\x8b"
_STEP = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may take.

    `size` is in bytes, unpacked. `ratio` bounds how often a packed file may grow beyond `free` bytes:
    text packs 3 to 60 times, bombs 1,000 times. `entries` bounds the files inside a workbook
    or a .gz, `columns` those of a table, `cells` the area of a sheet.
    """

    size: int = 200 * MEBIBYTE
    ratio: int = 200
    free: int = 10 * MEBIBYTE
    columns: int = 16_384
    entries: int = 10_000
    cells: int = 20_000_000

    def unpacked(self, packed: int) -> int:
        """The most bytes that `packed` bytes may become."""
        return min(self.size, max(self.free, self.ratio * packed))


def unpacked(content: bytes, limits: Limits) -> tuple[bytes, Issues]:
    """The file without its .gz packing, or the issue that prevents it."""
    if content.startswith(_GZIP):
        content, issues = _inflated(content, limits)
        if issues:
            return b"", issues
        if content.startswith(_GZIP):
            message = "The file is packed twice; unpack it once and upload what comes out."
            return b"", of_file(IssueCode.UNREADABLE_FILE, message)
    if len(content) > limits.size:
        return b"", too_large(limits)
    return content, Issues()


def _inflated(packed: bytes, limits: Limits) -> tuple[bytes, Issues]:
    """The members of a .gz file one after the other; NUL bytes behind the last are padding."""
    bound, view = limits.unpacked(len(packed)), memoryview(packed)
    parts: list[bytes] = []
    size = at = members = 0
    while at < len(view) and (view[at] or packed.count(0, at) < len(view) - at):
        unpacker = zlib.decompressobj(wbits=31)
        members += 1
        while not unpacker.eof:
            # in small steps: what is left of a step is copied at the end of each member
            step = view[at : at + _STEP]
            try:
                part = unpacker.decompress(step, bound - size + 1)
            except zlib.error:
                message = "The compressed file is damaged; pack it again."
                return b"", of_file(IssueCode.UNREADABLE_FILE, message)
            size += len(part)
            if size > bound or members > limits.entries:
                return b"", too_large(limits)
            if not step:
                message = "The compressed file was cut off; send it again."
                return b"", of_file(IssueCode.UNREADABLE_FILE, message)
            parts.append(part)
            at += len(step) - len(unpacker.unused_data)
    return b"".join(parts), Issues()


def too_large(limits: Limits) -> Issues:
    """The issue of a file that is over the bounds."""
    size = limits.size / MEBIBYTE
    return of_file(
        IssueCode.TOO_LARGE,
        f"The file is larger than {size:g} MiB unpacked, or packed too tightly; split it.",
    )

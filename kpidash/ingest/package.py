"""The parts of an .xlsx file, unpacked within bounds and without anything that XML can do harm with.

An .xlsx is a zip of XML parts. Nothing is unpacked before the directory was looked at; no part may be larger
than it says, declare a document type (entities) or be in an encoding that would hide one.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from kpidash.ingest.content import MEBIBYTE, Limits, too_large
from kpidash.ingest.issues import IssueCode, Issues, of_file

SAVE_AGAIN = "open it in Excel and save it again"
WORKBOOK = "xl/workbook.xml"
_DESCRIBING = ("[Content_Types].xml", "_rels/.rels", WORKBOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml")
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError,
)  # fmt: skip
_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 1 << 16
_SMALL = 8 * MEBIBYTE
_NAMES = 512
"""Bytes of the directory for each entry, at most."""


class DamagedError(Exception):
    """A part that cannot be read, with a sentence for people."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, whether it is hidden, and the part that holds its cells."""

    name: str
    hidden: bool
    part: str


class Package:
    """An opened .xlsx file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())

    def part(self, name: str, *, first: int | None = None) -> bytes:
        """The bytes of a part, or its first ones; nothing where there is none. Raises DamagedError."""
        if name not in self._names:
            return b""
        try:
            with self._archive.open(name) as opened:
                content = opened.read() if first is None else opened.read(first)
        except _UNREADABLE:
            raise DamagedError("The workbook is damaged; save it again.") from None
        if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in content[:100]:
            raise DamagedError(f"The workbook is written in an unusual way; {SAVE_AGAIN}.")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise DamagedError("The workbook declares XML entities, which no spreadsheet program writes.")
        return content

    def tree(self, name: str) -> ET.Element:
        """A small part as a tree."""
        content = self.part(name, first=_SMALL)
        try:
            # entities, the danger of this parser, were refused above
            return ET.fromstring(content or b"<none/>")  # noqa: S314
        except (ET.ParseError, RecursionError, ValueError, LookupError):
            raise DamagedError("The workbook is damaged; save it again.") from None

    def sheets(self) -> list[Sheet]:
        """The worksheets in the order of the workbook."""
        targets = {
            relation.get("Id", ""): relation.get("Target", "")
            for relation in self.tree("xl/_rels/workbook.xml.rels")
            if relation.get("Type", "").endswith("/worksheet")
        }
        found = []
        for element in self.tree(WORKBOOK).iter():
            if local(element.tag) == "sheet":
                key = next((value for name, value in element.items() if local(name) == "id"), "")
                if key in targets:
                    part = posixpath.normpath(posixpath.join("xl", targets[key])).lstrip("/")
                    found.append(
                        Sheet(element.get("name", ""), element.get("state") not in {None, "visible"}, part)
                    )
        return found

    def repacked(self, parts: dict[str, bytes]) -> bytes:
        """A workbook of just these parts and the small ones that describe it, not packed."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            described = (
                "[Content_Types].xml",
                "_rels/.rels",
                WORKBOOK,
                "xl/_rels/workbook.xml.rels",
                "xl/styles.xml",
            )
            for name in described:
                if content := self.part(name, first=_SMALL):
                    archive.writestr(name, content)
            for name, content in parts.items():
                archive.writestr(name, content)
        return target.getvalue()


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def opened(content: bytes, limits: Limits) -> tuple[Package | None, Issues]:
    """The parts of an .xlsx file, or why it cannot be read."""
    end = content.rfind(_END, max(0, len(content) - _LONGEST_COMMENT - _END_SIZE))
    if end < 0 or end + _END_SIZE > len(content):
        return None, _unreadable("The file begins like a workbook and is damaged or cut off; send it again.")
    entries, directory = struct.unpack_from("<HI", content, end + 10)
    if entries > limits.entries or directory > limits.entries * _NAMES:
        return None, of_file(IssueCode.TOO_LARGE, f"The workbook has more than {limits.entries:,} parts.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None, _unreadable("The file begins like a workbook and is damaged; send it again.")
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if WORKBOOK not in names:
        return None, _unreadable(f"The file is {_other(names)}.")
    if sum(part.file_size for part in parts) > limits.unpacked(len(content)):
        return None, too_large(limits)
    if len(set(names)) < len(names) or any(part.flag_bits & 1 for part in parts):
        return None, _unreadable("The workbook has locked or repeated parts; save it without a password.")
    return Package(archive), Issues()


def _other(names: list[str]) -> str:
    if "xl/workbook.bin" in names:
        return "a binary workbook (.xlsb); save it as .xlsx"
    if "content.xml" in names:
        return "an OpenDocument file; save it as .xlsx"
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return "an Office document and no workbook; save the table as .xlsx"
    return "a zip archive; unpack it and upload the table inside"


def _unreadable(message: str) -> Issues:
    return of_file(IssueCode.UNREADABLE_FILE, message)

"""Files that are no table of text, told by their first bytes and refused with what to do about it."""

from kpidash.ingest.issues import IssueCode, Issues, of_file

_OTHERS = (
    (b"%PDF", "a PDF; export the table as CSV or .xlsx"),
    (b"\x89PNG", "a picture; upload the table itself"),
    (b"\xff\xd8\xff", "a picture; upload the table itself"),
    (b"GIF8", "a picture; upload the table itself"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it and upload the file inside"),
    (b"Rar!", "a RAR archive; unpack it and upload the file inside"),
    (b"BZh", "packed with bzip2; unpack it, or pack it as .gz"),
    (b"\xfd7zXZ\0", "packed with xz; unpack it, or pack it as .gz"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd; unpack it, or pack it as .gz"),
    (b"PAR1", "a Parquet file; save it as CSV"),
    (b"ARROW1", "an Arrow file; save it as CSV"),
    (b"SQLite format 3\0", "a database; export the table as CSV"),
    (b"{\\rtf", "a text document; save the table as CSV or .xlsx"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = {
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML file",
}
_FIRST = 512


def refused_kind(content: bytes) -> Issues:
    """Why a file that is evidently something else cannot be read; nothing where it may be text."""
    if content.startswith(_OLE):
        return _is(_ole(content))
    for mark, kind in _OTHERS:
        if content.startswith(mark):
            return _is(kind)
    start = content[:_FIRST].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, kind in _MARKUP.items():
        if start.startswith(mark):
            return _is(f"{kind}; open it in a spreadsheet and save it as .xlsx")
    if start.startswith((b'{"', b'[{"', b"[[")):
        return _is("JSON; save the table as CSV or .xlsx")
    return Issues()


def _ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "a workbook with a password; save it without one"
    return "an old workbook (.xls) or another Office document; save its sheet as .xlsx"


def _is(kind: str) -> Issues:
    return of_file(IssueCode.UNREADABLE_FILE, f"The file is {kind}.")

"""Workbooks (.xlsx) → a table of text."""

from kpidash.ingest.assembling import Read
from kpidash.ingest.content import Limits
from kpidash.ingest.evidence import ReadOptions
from kpidash.ingest.issues import IssueCode, of_file


def read_workbook(content: bytes, limits: Limits, options: ReadOptions) -> Read:
    """The table in a sheet of a workbook."""
    del content, limits, options
    return None, of_file(IssueCode.UNREADABLE_FILE, "This is a workbook; save its sheet as CSV (UTF-8).")

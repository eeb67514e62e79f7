"""How much text the cells of a sheet hold together, before any of it is taken out of the workbook.

A workbook keeps each text once, and cells refer to it by number: a file of some kilobytes can ask for
terabytes.
"""

import re

import numpy as np

from kpidash.ingest.content import MEBIBYTE, Limits
from kpidash.ingest.package import DamagedError

_TEXT = re.compile(rb"<(?:\w{1,20}:)?si(?=[\s/>])")
_REFERS = re.compile(rb"\st\s?=\s?[\"']s[\"']")
_NUMBER = re.compile(
    rb"\st\s?=\s?[\"']s[\"'][^>]{0,200}>\s{0,9}<(?:\w{1,20}:)?v[^>]{0,50}>\s{0,9}(\d{1,9})\s{0,9}<"
)


def check_texts(sheet: bytes, strings: bytes, limits: Limits) -> None:
    """Raises DamagedError where the cells hold more text than a file of text may."""
    starts = np.fromiter((found.start() for found in _TEXT.finditer(strings)), dtype=np.int64)
    if not len(starts):
        return
    lengths = np.diff(starts, append=len(strings))
    references = sum(1 for _ in _REFERS.finditer(sheet))
    if int(lengths.max()) * references <= limits.size:
        return
    numbers = np.fromiter((int(found[1]) for found in _NUMBER.finditer(sheet)), dtype=np.int64)
    # what refers in another way than spreadsheet programs write counts as the longest
    strange = (references - len(numbers)) * int(lengths.max())
    if strange + int(lengths[numbers[numbers < len(lengths)]].sum()) > limits.size:
        size = limits.size / MEBIBYTE
        raise DamagedError(f"The cells of the sheet hold more than {size:g} MiB of text; split the file.")

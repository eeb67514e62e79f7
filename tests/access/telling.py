"""All that an answer tells, as one text, whatever it is made of; and what of it tells of the lagoon."""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

import pandas as pd

from kpidash.services.change_pages import CHANGES, ChangePages
from kpidash.services.change_pages import Asked as AskedPage
from kpidash.services.upload_changes import PARTS
from tests.access.company import SECRETS, Place

CHANCE = re.compile(r"[0-9a-f]{32,}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*|datetime\.datetime\([^)]*\)")
"""Digests, tokens and times, which differ between any two calls."""


def told(answer: Any) -> str:
    """Every text and number in an answer."""
    return "\n".join(_pieces(answer))


def leaks(text: str, given: Iterable[str] = (), secrets: Iterable[str] = SECRETS) -> list[str]:
    """What a text tells of the lagoon beyond what whoever reads it has `given`."""
    for word in given:
        text = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", "…", text, flags=re.IGNORECASE)
    low = text.lower()
    at = {one: low.index(one) for one in secrets if one in low}
    return [f"{one}: …{low[max(0, where - 80) : where + 80]}…" for one, where in at.items()]


def _pieces(one: Any) -> Iterator[str]:
    if isinstance(one, str):
        yield one
    elif isinstance(one, bytes):
        yield from _of_file(one)
    elif isinstance(one, pd.DataFrame | pd.Series):
        yield one.to_csv()
    else:
        parts = _parts(one)
        if parts is None:
            yield repr(one)
        for part in parts or ():
            yield from _pieces(part)


def _parts(one: Any) -> Iterable[Any] | None:
    """What an object is made of; None where it is one thing."""
    if isinstance(one, ChangePages):
        every = sorted({*CHANGES, *PARTS} & one._parts.keys())
        return [one.page(AskedPage(part=part), 0, 1000).rows for part in every]
    if is_dataclass(one) and not isinstance(one, type):
        return [getattr(one, field.name) for field in fields(one)]
    if isinstance(one, Mapping):
        return [*one.keys(), *one.values()]
    return one if isinstance(one, list | tuple | set | frozenset | Generator) else None


def _of_file(content: bytes) -> Iterator[str]:
    if is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                yield package.read(name).decode("utf-8", "replace")
    else:
        yield content.decode("utf-8", "replace")


def as_if(text: str, nowhere: Place, place: Place) -> str:
    """What was said of a department that does not exist, as it would be said of this one."""
    for name in ("kpi", "kra", "clerk", "region", "department", "upload", "entry"):
        before, after = str(getattr(nowhere, name)), str(getattr(place, name))
        text = re.sub(rf"(?<![\w-]){re.escape(before)}(?![\w-])", after, text)
    return text


def sign(here: str, nowhere: str, as_if_here: str, where: str) -> str:
    """How an outcome is written in the table; `here` in this department, `nowhere` in one that is none."""
    if here.startswith("refused: "):
        return "x"
    if here == nowhere:  # it does not matter where: whatever there is for this person is listed
        return "+" if where in here.lower() else "-"
    return "-" if here == as_if_here else "+"

"""The audit trail for whoever may read it: who did what, when, from where, and from what to what.

It tells of everything in the company, so it is for those who hold AUDIT for all of it.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kpidash.domain.access import Capability, Scope
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.receipts import stamp
from kpidash.store import audit, audit_chain, audit_search, catalogue
from kpidash.store.audit import Entry
from kpidash.store.audit_chain import Head
from kpidash.store.audit_search import Wanted
from kpidash.store.engine import Connection, Database

__all__ = [
    "Asked",
    "Entry",
    "Head",
    "Page",
    "as_json",
    "choices",
    "entry",
    "export",
    "head",
    "kept_head",
    "page",
    "said",
]

PAGE = 50
"""Entries of one page."""
FORMATS = ("csv", "jsonl")
"""How the trail is exported: a table, or one JSON object a line."""
_COLUMNS = ("sequence", "at", "revision", "actor", "origin", "action", "subject", "detail", "digest")
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which entries; what is None or empty leaves nothing out.

    `text` stands anywhere in who, where from, what, or before and after. `since` and `until` are days in the
    company's time zone, both included.
    """

    person: str | None = None
    action: str | None = None
    subject: str | None = None
    text: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first, how many there are in all, and whether there are others around them."""

    entries: Sequence[Entry]
    total: int
    newer: bool
    older: bool


def page(
    database: Database,
    scope: Scope,
    asked: Asked,
    *,
    below: int | None = None,
    above: int | None = None,
    count: int = PAGE,
) -> Page:
    """The newest entries that are asked for; those next `below` or next `above` the number of one."""
    scope.require_everywhere(Capability.AUDIT)
    with database.read() as connection:
        wanted = _wanted(connection, asked)
        found = audit_search.page(connection, wanted, count=count, below=below, above=above)
        beyond = audit_search.page(connection, wanted, count=1, above=found[0].sequence) if found else ()
        rest = audit_search.page(connection, wanted, count=1, below=found[-1].sequence) if found else ()
        return Page(found, audit_search.total(connection, wanted), bool(beyond), bool(rest))


def entry(database: Database, scope: Scope, sequence: int) -> Entry:
    """One entry; raises NotThere where there is none with this number."""
    scope.require_everywhere(Capability.AUDIT)
    with database.read() as connection:
        found = audit_search.find(connection, sequence)
    if found is None:
        raise NotThere(f"there is no entry {sequence} in the audit trail")
    return found


def choices(database: Database, scope: Scope) -> tuple[Sequence[str], Sequence[str]]:
    """Who stands in the trail, and what was done: to choose from."""
    scope.require_everywhere(Capability.AUDIT)
    with database.read() as connection:
        return audit_search.actors(connection), audit_search.actions(connection)


def head(database: Database, scope: Scope) -> Head:
    """The newest entry: to be kept where whoever can change the database cannot change it."""
    scope.require_everywhere(Capability.AUDIT)
    with database.read(newest=True) as connection:
        return audit_chain.head(connection)


def said(found: Head) -> str:
    """A head as one line that `kept_head` takes back; empty before the first entry."""
    return f"{found.sequence}:{found.digest}" if found.sequence else ""


def kept_head(text: str) -> Head:
    """The head that was kept as `text`: the last line of `said` in it, or a JSON object with `sequence` and
    `digest`, as `as_json` gives of a head and an export has in its last line.

    Raises WrongQuestion where it is neither.
    """
    if found := _HEAD.findall(text):
        return Head(sequence=int(found[-1][0]), digest=found[-1][1])
    for told in (text, next(reversed(text.strip().splitlines()), "")):
        with suppress(ValueError, TypeError, KeyError):
            document = json.loads(told)
            kept = Head(sequence=int(document["sequence"]), digest=str(document["digest"]))
            if _HEAD.fullmatch(said(kept)):
                return kept
    raise WrongQuestion("this is no head of an audit trail; `kpidash audit head` writes one")


def as_json(one: Entry | Head) -> dict[str, Any]:
    """An entry or a head for machines; times are UTC with `Z`."""
    if isinstance(one, Head):
        return {
            "sequence": one.sequence, "revision": one.revision, "at": stamp(one.at), "digest": one.digest,
            "entries": one.entries,
        }  # fmt: skip
    return {name: getattr(one, name) for name in _COLUMNS} | {"at": stamp(one.at)}


def export(database: Database, scope: Scope, asked: Asked, form: str = "jsonl") -> Iterator[bytes]:
    """The entries that are asked for, the oldest first, in pieces: CSV or JSON Lines, in UTF-8.

    The digest of each stands beside it. What is written of an export into the trail itself is written
    before the first piece. Raises WrongQuestion for another format.
    """
    scope.require_everywhere(Capability.AUDIT)
    if form not in FORMATS:
        raise WrongQuestion(f"the audit trail is exported as {' or '.join(FORMATS)}, not '{form}'")
    filters = {name: str(value) for name in Asked.__slots__ if (value := getattr(asked, name))}
    with database.write(quiet=True) as connection:
        detail = {"format": form, "filters": filters}
        audit.record(connection, scope, action="audit.export", subject="audit trail", detail=detail)
    return _pieces(database, asked, form)


def _pieces(database: Database, asked: Asked, form: str) -> Iterator[bytes]:
    with database.read(newest=True) as connection:
        entries = audit_search.every(connection, _wanted(connection, asked))
        if form == "csv":
            yield _line(_COLUMNS)
        for one in entries:
            document = as_json(one)
            if form == "csv":
                told = json.dumps(document["detail"], ensure_ascii=False, sort_keys=True)
                yield _line([_plain(value) for value in (document | {"detail": told}).values()])
            else:
                yield json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _line(cells: Sequence[Any]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue().encode()


def _plain(value: Any) -> Any:
    """What a spreadsheet shall not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _wanted(connection: Connection, asked: Asked) -> Wanted:
    """What is asked for in moments: days are those of the company's time zone."""
    zone = ZoneInfo(catalogue.load(connection).catalogue.company.timezone)
    return Wanted(
        actor=asked.person,
        action=asked.action,
        subject=asked.subject,
        text=asked.text,
        since=datetime.combine(asked.since, time(), zone) if asked.since else None,
        before=datetime.combine(asked.until + timedelta(days=1), time(), zone) if asked.until else None,
    )

"""What a person said about a file: kept when it is committed, offered for the next with these headers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from kpidash.domain.access import Capability, Scope
from kpidash.ingest.checking import reading_of
from kpidash.ingest.coarse import Calendar
from kpidash.ingest.evidence import ReadOptions
from kpidash.ingest.layout import Kind
from kpidash.ingest.locales import names_of
from kpidash.ingest.meanings import Dictionary
from kpidash.ingest.periods import DateOrder
from kpidash.ingest.terms import UNKNOWN, Terms
from kpidash.ingest.vocabulary import spaced
from kpidash.store import mappings
from kpidash.store.engine import Connection, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the person said about a file; None where the file is to tell.

    `mapping` gives the meaning of headers, with `-` or nothing for those to leave out; `kpi_names` the codes
    of KPIs by what the file calls them; `options` say how the bytes are to be read, and are not kept.
    """

    kind: Kind | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    kpi_names: Mapping[str, str] = field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)

    def __bool__(self) -> bool:
        return bool(self.mapping or self.kpi_names or self.date_order or self.decimal)

    def as_json(self) -> dict[str, Any]:
        """The answers as they are kept."""
        return {
            "kind": self.kind,
            "mapping": dict(self.mapping),
            "kpi_names": dict(self.kpi_names),
            "date_order": self.date_order,
            "decimal": self.decimal,
        }


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody confirmed for a file with the same headers: the answers, by whom, and when (UTC)."""

    answers: Answers
    actor: str
    saved_at: datetime


def signature_of(columns: Sequence[str]) -> str:
    """The same for files whose columns have the same names in the same order, whatever case and spacing."""
    return sha256("\n".join(spaced(name) for name in columns).encode()).hexdigest()


def offered(
    connection: Connection, signature: str, terms: Terms, *, seen: Callable[[], Collection[str]]
) -> Offered | None:
    """What was confirmed for such a file before, as far as it means something to this person now.

    `seen` gives those whose uploads the person sees; what others do is not for him.
    """
    saved = mappings.find(connection, signature)
    if saved is None or saved.actor not in seen():
        return None
    said = saved.answers
    names = {name: code for name, code in said["kpi_names"].items() if terms.find(code) != UNKNOWN}
    words = _words(terms)
    known = {header: meaning for header, meaning in said["mapping"].items() if _means(header, meaning, words)}
    answers = Answers(
        kind=Kind(said["kind"]) if said["kind"] else None,
        mapping=known,
        kpi_names=names,
        date_order=DateOrder(said["date_order"]) if said["date_order"] else None,
        decimal=said["decimal"],
    )
    return Offered(answers, saved.actor, saved.saved_at) if answers else None


def _words(terms: Terms) -> Dictionary:
    reading = reading_of(terms)
    names = reading.names or names_of()
    calendar = Calendar(fiscal_year_start=reading.fiscal_year_start, names=names, today=reading.today)
    return Dictionary(terms, calendar)


def _means(header: str, meaning: str, words: Dictionary) -> bool:
    """Whether a saved meaning still means something, and nothing that is not for this person."""
    found = words.answer(meaning)
    if found is None:
        # said of the whole file: a value of a dimension, which nobody may learn here who does not know it
        whole = words.exact(header)
        return whole is not None and whole.text is None and _known(whole.role, meaning, words)
    if found.text is not None and found.role in words.terms.dimensions:
        return _known(found.role, found.text, words)
    return found.role != "kpi" or found.text is None or words.terms.find(found.text) != UNKNOWN


def _known(dimension: str, value: str, words: Dictionary) -> bool:
    return value.strip() in words.terms.segment_values.get(dimension, frozenset())


def remember(connection: Connection, signature: str, answers: Answers, *, actor: str) -> None:
    """Keep what the person said of a file that is committed, if it was anything."""
    if answers and signature:
        mappings.save(connection, signature, answers.as_json(), actor=actor)


def forget(database: Database, scope: Scope, signature: str) -> bool:
    """Offer nothing any more for files with this signature; False where nothing was."""
    scope.require(Capability.UPLOAD)
    with database.write() as connection:
        return mappings.forget(connection, signature)

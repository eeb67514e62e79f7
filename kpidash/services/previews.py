"""What a file would change, before anything is written."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo

from kpidash.domain.access import Capability, Scope
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.progress import advance
from kpidash.ingest.checking import reading_of
from kpidash.ingest.content import Limits
from kpidash.ingest.diff import ChangeSet, change_set
from kpidash.ingest.duplicates import Checked
from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import IssueCode, Issues, of_file
from kpidash.ingest.layout import Kind
from kpidash.ingest.ledgers import LEDGERS
from kpidash.ingest.mapping import Suggestion
from kpidash.ingest.read import opened
from kpidash.ingest.segment_ids import with_segment_ids
from kpidash.ingest.segments import values_of
from kpidash.ingest.streaming import told
from kpidash.ingest.terms import Terms
from kpidash.services.mappings import Answers, Offered, offered, signature_of
from kpidash.services.naming import Naming, naming_of
from kpidash.services.periods import sentences
from kpidash.services.receipts import Receipt
from kpidash.services.seen_columns import SeenColumn, seen_columns
from kpidash.store import catalogue as stored_catalogue
from kpidash.store import past_uploads, segments, touches
from kpidash.store.catalogue import StoredCatalogue
from kpidash.store.engine import Connection, Database
from kpidash.store.past_uploads import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A file beside what is stored. Without `changes` the file cannot be used at all; `issues` say why.

    `content` is the file as it came. `new_segments` are the keys that the segment ids −1, −2, … stand for;
    `naming` gives the keys of the change set in words: `preview.naming.named(preview.changes.changed)`.
    `revision` is the state of the database that it was compared with, `token` the preview's own idempotency
    key.

    `assumptions` are what was found out about the file, each with its reason; `answers` what the person said,
    and `offered` what somebody confirmed for a file with the same headers (`signature`), where there is such.
    `columns` are those of the file with what they are read as; with `both_kinds` it has actuals and targets
    side by side, and the person is to say which. `suggestions` are the likely meanings of its columns, and
    `kpi_suggestions` the nearest codes of unknown KPI names.
    """

    file_name: str
    digest: str
    kind: Kind
    rows: int
    issues: Issues
    content: bytes = field(default=b"", repr=False)
    changes: ChangeSet | None = None
    new_segments: tuple[str, ...] = ()
    naming: Naming | None = None
    revision: int = 0
    answers: Answers = field(default_factory=Answers)
    signature: str = ""
    assumptions: tuple[Evidence, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    kpi_suggestions: Mapping[str, str] = field(default_factory=dict)
    offered: Offered | None = None
    columns: tuple[SeenColumn, ...] = ()
    both_kinds: bool = False
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    def receipt(self, state: str | None = None) -> Receipt:
        """The counts; by default in the state that the file is in while nothing is written."""
        if self.changes is None:
            return Receipt(
                state="refused", rows=self.rows, rejected=self.rows, issues=self.issues, notes=self.notes
            )
        return Receipt(
            state=state or ("preview" if self.changes or self.issues else "unchanged"),
            rows=self.rows,
            added=len(self.changes.added),
            changed=len(self.changes.changed),
            unchanged=len(self.changes.unchanged),
            rejected=self.changes.rejected,
            issues=self.issues,
            notes=self.notes,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person has to know of how the file was read: what was left out and what was assumed."""
        return tuple(found.sentence for found in self.assumptions if found.what not in PLAIN)


_NO_NUMBER = "The table has no number in any cell, so there is nothing to store; fill in at least one."
PLAIN = frozenset({"encoding", "delimiter", "quote", "header_row"})
"""Findings that go without saying on the command line: a wrong one shows in every cell."""


def previewed(
    database: Database,
    scope: Scope,
    file_name: str,
    content: bytes,
    *,
    answers: Answers,
    today: date | None = None,
    limits: Limits | None = None,
) -> Preview:
    """The preview of a file for a person who may upload somewhere; see `kpidash.services.uploads.preview`."""
    scope.require(Capability.UPLOAD)
    advance("Reading", 0, 0)
    file, issues = opened(file_name, content, limits=limits, options=answers.options)
    blank = Preview(
        file_name=file_name,
        digest=sha256(content).hexdigest(),
        kind=answers.kind or Kind.ACTUALS,
        rows=0,
        issues=issues,
        content=content,
    )
    if file is None:
        return blank
    with database.read() as connection:
        stored = stored_catalogue.load(connection)
        terms = terms_of(stored, scope, today)
        naming = replace(
            naming_of(connection, stored, terms.visible), segments=_segments(connection, stored, terms)
        )
        terms = replace(
            terms,
            kpi_names=answers.kpi_names,
            segment_values=values_of(naming.segments.values()),
            locked=sentences(connection),
        )
        reading = reading_of(terms, date_order=answers.date_order, decimal=answers.decimal)
        said = told(file, issues, terms, kind=answers.kind, mapping=answers.mapping, reading=reading)
        del file
        outcome = said.outcome
        if outcome is None:
            return replace(blank, issues=said.issues)
        found = replace(
            blank,
            kind=outcome.shape.kind,
            rows=outcome.rows + said.ragged,
            issues=said.issues + outcome.issues,
            answers=answers,
            signature=signature_of(said.columns),
            assumptions=outcome.evidence,
            suggestions=outcome.shape.suggestions,
            kpi_suggestions=outcome.kpi_suggestions,
            offered=offered(
                connection,
                signature_of(said.columns),
                terms,
                seen=partial(_known, connection, scope, terms),
            ),
            columns=seen_columns(outcome.shape, answers.mapping),
            both_kinds=outcome.shape.both_kinds,
        )
        if outcome.checked is None:
            return found
        if not found.rows and not found.issues:
            return replace(found, issues=of_file(IssueCode.EMPTY_FILE, _NO_NUMBER))
        return _compared(connection, found, outcome.checked, naming)


def _segments(connection: Connection, stored: StoredCatalogue, terms: Terms) -> dict[int, str]:
    """The segments that the person may know: those of the KPIs that he sees."""
    if len(terms.visible) == len(stored.catalogue.kpis):
        return {number: key for key, number in segments.known(connection).items()}
    return segments.used(connection, [terms.ids[code] for code in terms.visible])


def _known(connection: Connection, scope: Scope, terms: Terms) -> set[str]:
    """The person, and those who made the uploads that he sees."""
    seen = None if scope.everywhere(Capability.READ) else frozenset(terms.ids[one] for one in terms.visible)
    return {scope.actor, *past_uploads.actors(connection, Wanted(seen=seen))}


def _compared(connection: Connection, preview: Preview, checked: Checked, naming: Naming) -> Preview:
    uploaded, new = checked.rows, tuple[str, ...]()
    if preview.kind is Kind.ACTUALS:
        uploaded, new = with_segment_ids(checked, {key: at for at, key in naming.segments.items()})
    ledger = LEDGERS[preview.kind]
    rows = preview.rows - checked.repeated
    changes = change_set(
        partial(ledger.stored, connection), uploaded, shape=ledger.shape, rejected=rows - len(uploaded)
    )
    naming = replace(naming, segments={**naming.segments, **{-1 - at: key for at, key in enumerate(new)}})
    return replace(
        preview,
        rows=rows,
        changes=changes,
        new_segments=new,
        naming=naming,
        revision=touches.now(connection),
    )


def terms_of(stored: StoredCatalogue, scope: Scope, today: date | None = None) -> Terms:
    """The catalogue as `scope` may see and write it; today in the company's time zone unless given."""
    catalogue = stored.catalogue
    return Terms(
        catalogue=catalogue,
        ids=stored.ids,
        visible=_kpis(catalogue, scope, Capability.READ) | _kpis(catalogue, scope, Capability.UPLOAD),
        uploadable=_kpis(catalogue, scope, Capability.UPLOAD),
        today=today or datetime.now(ZoneInfo(catalogue.company.timezone)).date(),
    )


def _kpis(catalogue: Catalogue, scope: Scope, capability: Capability) -> frozenset[str]:
    """The codes of the KPIs for which the person holds a capability."""
    departments = {one.code for one in catalogue.departments if scope.may(capability, one.code)}
    return frozenset(kpi.code for kpi in catalogue.kpis_in(departments))

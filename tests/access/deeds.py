"""Each function of the services that takes a Scope, called as its callers do, for a place of the company.

A deed gets a `Call` and asks for what is in its `place`, as whoever may do it would, or would forge it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import pandas as pd

from kpidash.domain.access import Grant, Role, Scope
from kpidash.services import (
    access,
    accounts,
    audit_trail,
    catalogue_review,
    catalogues,
    course,
    due,
    events,
    goalposts,
    hashing,
    health,
    impact,
    kpis,
    lineage,
    links,
    mappings,
    news,
    originals,
    passwords,
    past_uploads,
    people,
    periods,
    previews,
    roster,
    scorecards,
    second_factor,
    segments,
    sessions,
    taking_back,
    tokens,
    upload_changes,
    upload_history,
    uploads,
    verification,
    writable,
)  # fmt: skip
from kpidash.services.company import open_company
from kpidash.services.database import Database
from kpidash.services.demo import live, loading
from kpidash.services.mappings import Answers, signature_of
from kpidash.services.previews import Preview
from kpidash.services.templates import written_out
from kpidash.store import audit, catalogue, credentials, users
from tests.access.company import CATALOGUE, MONTHS, ROOT, Company, Place, email

_LONG_AGO = date(2020, 1, 1)
KEY = "mYq7Zr3vK9wB2nH5tXcJ8dLfG4sPaE6u"


@dataclass(frozen=True)
class Call:
    """Who calls, and about what."""

    company: Company
    role: str
    place: Place

    @property
    def database(self) -> Database:
        """The company's database."""
        return self.company.database

    @cached_property
    def scope(self) -> Scope:
        """What the person may do."""
        return self.company.scope(self.role)

    @cached_property
    def shown(self) -> Preview:
        """A preview of a file of the place, made by somebody who may upload there: as if it were forged."""
        nobody = self.place is self.company.meadow
        by = ROOT if nobody else access.sign_in(self.database, self.place.clerk)
        return uploads.preview(self.database, by, "some.csv", self.place.file())

    def within(self, call: Callable[..., Any], *args: Any) -> Any:
        """The answer of what works in a transaction of others."""
        with self.database.read() as connection:
            return call(connection, self.scope, *args)

    def session(self) -> str:
        """The id of a session of somebody of the place."""
        if self.place is self.company.meadow:
            return "0" * 32
        begun = sessions.begin(self.database, self.place.clerk, method="password", address="", agent="")
        return begun.id

    def token(self) -> str:
        """The id of a token of somebody of the place."""
        if self.place is self.company.meadow:
            return "0" * 32
        made = tokens.make(self.database, access.sign_in(self.database, self.place.clerk), "lagoon job")
        return made.token.id


def _definitions(call: Call) -> bytes:
    """The catalogue with another name for the place's department."""
    named = f"code: {call.place.department}, name: {call.place.department.title()} house"
    return CATALOGUE.replace(named, named.replace("house", "home")).encode()


def _offered(call: Call) -> Any:
    """What is offered for a file whose headers are those of a file that the place's clerk had to explain."""
    headers = "was,wann,wieviel\n"
    if call.place is not call.company.meadow and call.role == "analyst":
        clerk = access.sign_in(call.database, call.place.clerk)
        row = f"{call.place.kpi},{MONTHS[2]},17.25\n"
        answers = {
            "was": "kpi",
            "wann": "period",
            "wieviel": "value",
            "region": f"region:{call.place.region}",
        }
        uploads.ingest(call.database, clerk, "words.csv", (headers + row).encode(), mapping=answers)
    text = f"{headers}harbour-sales,{MONTHS[3]},18.25\n"
    return uploads.preview(call.database, call.scope, "mine.csv", text.encode()).offered


def _wide(call: Call) -> Any:
    """A file with the place's region as a header, which is a value only where somebody knows it."""
    text = f"kpi,period,{call.place.region}\nharbour-sales,{MONTHS[0]},5.25\n"
    return uploads.ingest(call.database, call.scope, "wide.csv", text.encode(), dry_run=True)


def _near(call: Call) -> Any:
    """A file with a KPI that is almost one of the place."""
    text = f"kpi,period,region,value\n{call.place.kpi}.,{MONTHS[0]},Ourland,5.25\n"
    return uploads.preview(call.database, call.scope, "near.csv", text.encode())


def _later(call: Call) -> Any:
    """What stands in the way of taking back the upload that changed both halves."""
    return taking_back.outlook(call.database, call.scope, call.company.both)


def _take_both_back(call: Call) -> Any:
    return taking_back.undo(call.database, call.scope, call.company.both)


def _audit_entry(call: Call) -> Any:
    return audit_trail.entry(call.database, call.scope, call.place.entry)


def _due(call: Call) -> Any:
    found = due.due(call.database, call.scope, "actuals")
    return (
        found,
        written_out(found, "csv"),
        written_out(found, "xlsx"),
        due.due(call.database, call.scope, "targets"),
    )


def _news(call: Call) -> Any:
    with call.database.read() as connection:
        first = min(one.at for one in audit.recent(connection) if one.at)
    return news.news(call.database, call.scope, first)


def _segment_names(call: Call) -> Any:
    return segments.by_dimension(
        call.database, call.scope, call.place.department, "region", window=MONTHS[1]
    )  # fmt: skip


def _writable(call: Call) -> Any:
    with call.database.read() as connection:
        number = catalogue.load(connection).ids.get(call.place.kpi, 4711)
        return sorted(writable.require_writable(connection, call.scope, [number]))


def _readable(call: Call) -> Any:
    with call.database.read() as connection:
        return scorecards.readable(open_company(connection), call.scope, call.place.department)


def _terms(call: Call) -> Any:
    with call.database.read() as connection:
        found = previews.terms_of(catalogue.load(connection), call.scope)
        return [kpi.code for kpi in found.kpis], found.dimensions, sorted(found.uploadable)


def _seen_by(call: Call) -> Any:
    with call.database.read() as connection:
        stored = catalogue.load(connection)
        seen = upload_history.seen_by(stored, call.scope).seen
    return [*stored.ids] if seen is None else [code for code, number in stored.ids.items() if number in seen]


def _lineage_seen(call: Call) -> Any:
    with call.database.read() as connection:
        return sorted(lineage.seen(connection, call.scope, call.place.kpi)[1])


def _course(call: Call) -> Any:
    """The course of the place's KPI in a preview that has it; one that does not exist is in none."""
    shown = call.shown if call.shown.changes else replace(call, place=call.company.harbour).shown
    return course.course_of(call.database, call.scope, shown, call.place.kpi)


def _of_seen(call: Call, about: Callable[..., Any]) -> Any:
    """What is told about the file of an upload, once it is found for this person."""
    with call.database.read() as connection:
        found = upload_history.seen_upload(connection, call.scope, call.place.upload)
        return about(connection, call.scope, found)


def _feed(call: Call) -> Any:
    return next(live.feed(call.database, call.scope)).upload_id


def _frame(call: Call) -> Any:
    rows = pd.DataFrame(
        {"kpi": [call.place.kpi], "period": [MONTHS[0]], "region": [call.place.region], "value": [1.25]}
    )
    return uploads.ingest_frame(call.database, call.scope, "frame.csv", rows)


def _grant(call: Call) -> Any:
    return people.grant(
        call.database, call.scope, email("viewer"), Grant(Role.ANALYST, call.place.department)
    )


def _revoke(call: Call) -> Any:
    return people.revoke(
        call.database, call.scope, call.place.clerk, Grant(Role.ANALYST, call.place.department)
    )


def _apply(call: Call) -> Any:
    """A change that somebody else has looked at."""
    reviewed = catalogue_review.review(call.database, ROOT, _definitions(call), prune=False)
    return catalogue_review.apply(call.database, call.scope, reviewed)


def _confirm(call: Call) -> Any:
    sealed = second_factor.begin(call.database, call.scope, _password(call), key=KEY).sealed
    return second_factor.confirm(call.database, call.scope, sealed, "000000", key=KEY)


def _enrol(call: Call) -> Any:
    return second_factor.begin(call.database, call.scope, _password(call), key=KEY).sealed[:4]


def _password(call: Call) -> str:
    """The password of whoever calls, who is given one where they are known."""
    words = "quiet walnut seven lamps"
    with call.database.write() as connection:
        if found := users.find(connection, call.scope.actor):
            credentials.set_password(connection, found.id, hashing.hashed(words), at=datetime.now(UTC))
    return words


def _preview(call: Call) -> Any:
    found = uploads.preview(call.database, call.scope, "some.csv", call.place.file())
    return (
        found.receipt(),
        found.columns,
        found.kpi_suggestions,
        found.naming,
        found.assumptions,
        found.changes,
    )


def _previewed(call: Call) -> Any:
    found = previews.previewed(call.database, call.scope, "a.csv", call.place.file(), answers=Answers())
    return (
        found.receipt(),
        found.columns,
        found.kpi_suggestions,
        found.naming,
        found.assumptions,
        found.changes,
    )


DEEDS: dict[str, Callable[[Call], Any]] = {
    "access.as_json": lambda c: access.as_json(c.scope),
    "accounts.own": lambda c: accounts.own(c.database, c.scope),
    "audit_trail.page": lambda c: audit_trail.page(c.database, c.scope, audit_trail.Asked()),
    "audit_trail.entry": _audit_entry,
    "audit_trail.choices": lambda c: audit_trail.choices(c.database, c.scope),
    "audit_trail.head": lambda c: audit_trail.head(c.database, c.scope),
    "audit_trail.export": lambda c: b"".join(audit_trail.export(c.database, c.scope, audit_trail.Asked())),
    "catalogue_review.definitions": lambda c: catalogue_review.definitions(c.database, c.scope),
    "catalogue_review.review": lambda c: catalogue_review.review(
        c.database, c.scope, _definitions(c), prune=False
    ),
    "catalogue_review.apply": _apply,
    "catalogues.apply_catalogue": lambda c: catalogues.apply_catalogue(
        c.database, c.scope, _definitions(c), dry_run=False, prune=False
    ),
    "catalogues.export_catalogue": lambda c: catalogues.export_catalogue(c.database, c.scope),
    "catalogues.definitions": lambda c: catalogues.definitions(c.database, c.scope),
    "catalogues.catalogue": lambda c: catalogues.catalogue(c.database, c.scope),
    "course.course_of": _course,
    "demo.live.feed": _feed,
    "demo.loading.load_demo": lambda c: loading.load_demo(c.database, c.scope),
    "due.due": _due,
    "due.due of one KPI": lambda c: due.due(c.database, c.scope, kpis=[c.place.kpi]),
    "events.events": lambda c: events.events(c.database, c.scope, c.place.kpi, since=_LONG_AGO),
    "goalposts.goalposts": lambda c: goalposts.goalposts(c.database, c.scope, c.place.kpi),
    "health.health": lambda c: health.health(c.database, c.scope),
    "impact.impact_of": lambda c: impact.impact_of(c.database, c.scope, c.shown),
    "kpis.detail": lambda c: kpis.detail(c.database, c.scope, c.place.kpi, window=MONTHS[1]),
    "kpis.detail of what needs others": lambda c: kpis.detail(c.database, c.scope, "harbour-share"),
    "lineage.uploads_of": lambda c: lineage.uploads_of(c.database, c.scope, c.place.kpi),
    "lineage.point": lambda c: lineage.point(c.database, c.scope, c.place.kpi, MONTHS[1]),
    "lineage.point of what needs others": lambda c: lineage.point(
        c.database, c.scope, "harbour-share", MONTHS[1]
    ),
    "lineage.seen": _lineage_seen,
    "links.make": lambda c: links.make(c.database, c.scope, c.place.clerk),
    "links.require_in_person": lambda c: links.require_in_person(c.scope, "do this"),
    "links.require_manager": lambda c: links.require_manager(c.scope, c.place.department),
    "mappings.forget": lambda c: mappings.forget(
        c.database, c.scope, signature_of(["kpi", "period", "value"])
    ),
    "mappings offered by uploads.preview": _offered,
    "news.last_look": lambda c: news.last_look(c.database, c.scope),
    "news.looked": lambda c: news.looked(c.database, c.scope),
    "news.news": _news,
    "originals.state": lambda c: _of_seen(c, originals.state),
    "originals.content": lambda c: _of_seen(c, originals.content),
    "passwords.proven": lambda c: passwords.proven(c.database, c.scope, _password(c))[0].disabled_at,
    "passwords.change": lambda c: passwords.change(c.database, c.scope, "old words", "new words"),
    "past_uploads.listed": lambda c: past_uploads.listed(c.database, c.scope, past_uploads.Asked()),
    "past_uploads.listed of a KPI": lambda c: past_uploads.listed(
        c.database, c.scope, past_uploads.Asked(code=c.place.kpi)
    ),
    "past_uploads.listed by a person": lambda c: past_uploads.listed(
        c.database, c.scope, past_uploads.Asked(person=c.place.clerk, text=str(c.place.upload))
    ),
    "past_uploads.people": lambda c: past_uploads.people(c.database, c.scope),
    "people.everyone": lambda c: people.everyone(c.database, c.scope),
    "people.add": lambda c: people.add(c.database, c.scope, "new@example.com", name="New").email,
    "people.grant": _grant,
    "people.revoke": _revoke,
    "people.disable": lambda c: people.disable(c.database, c.scope, c.place.clerk),
    "people.enable": lambda c: people.enable(c.database, c.scope, c.place.clerk),
    "periods.closed": lambda c: periods.closed(c.database, c.scope),
    "periods.close": lambda c: periods.close(c.database, c.scope, MONTHS[4]),
    "periods.reopen": lambda c: periods.reopen(c.database, c.scope, MONTHS[4]),
    "previews.previewed": _previewed,
    "previews.terms_of": _terms,
    "roster.everybody": lambda c: roster.everybody(c.database, c.scope),
    "scorecards.scorecard": lambda c: scorecards.scorecard(c.database, c.scope, window=MONTHS[1]),
    "scorecards.scorecard of a department": lambda c: scorecards.scorecard(
        c.database, c.scope, window=MONTHS[1], department=c.place.department
    ),
    "scorecards.lines": lambda c: scorecards.lines(c.database, c.scope),
    "scorecards.trends": lambda c: scorecards.trends(c.database, c.scope),
    "scorecards.readable": _readable,
    "second_factor.begin": _enrol,
    "second_factor.confirm": _confirm,
    "second_factor.off": lambda c: second_factor.off(c.database, c.scope, "000000", key=KEY),
    "second_factor.off_for": lambda c: second_factor.off_for(c.database, c.scope, c.place.clerk),
    "segments.by_dimension": _segment_names,
    "segments.segment": lambda c: segments.segment(
        c.database, c.scope, c.place.kpi, "region", c.place.region, window=MONTHS[1]
    ),
    "sessions.open_sessions": lambda c: (c.session(), sessions.open_sessions(c.database, c.scope))[1],
    "sessions.end_of": lambda c: sessions.end_of(c.database, c.scope, c.place.clerk),
    "sessions.end": lambda c: sessions.end(c.database, c.scope, [c.session()]),
    "taking_back.outlook": lambda c: taking_back.outlook(c.database, c.scope, c.place.upload),
    "taking_back.outlook of what changed both": _later,
    "taking_back.undo": lambda c: taking_back.undo(c.database, c.scope, c.place.upload),
    "taking_back.undo of what changed both": _take_both_back,
    "tokens.make": lambda c: tokens.make(c.database, c.scope, "job").token.name,
    "tokens.make for a department": lambda c: (
        tokens.make(c.database, c.scope, "job", departments=[c.place.department]).token.name
    ),
    "tokens.listed": lambda c: (c.token(), tokens.listed(c.database, c.scope))[1],
    "tokens.end": lambda c: tokens.end(c.database, c.scope, c.token()).email,
    "upload_changes.changes_of": lambda c: upload_changes.changes_of(c.database, c.scope, c.place.upload),
    "upload_changes.changes_of what changed both": lambda c: upload_changes.changes_of(
        c.database, c.scope, c.company.both
    ),
    "upload_history.history": lambda c: upload_history.as_json(upload_history.history(c.database, c.scope)),
    "upload_history.show": lambda c: upload_history.show(c.database, c.scope, c.place.upload).as_json(),
    "upload_history.show what changed both": lambda c: upload_history.show(
        c.database, c.scope, c.company.both
    ).as_json(),
    "upload_history.file": lambda c: upload_history.file(c.database, c.scope, c.place.upload),
    "upload_history.file that changed both": lambda c: upload_history.file(
        c.database, c.scope, c.company.both
    ),
    "upload_history.seen_upload": lambda c: c.within(upload_history.seen_upload, c.place.upload),
    "upload_history.seen_by": _seen_by,
    "uploads.preview": _preview,
    "uploads.preview of a misspelt KPI": _near,
    "uploads.commit": lambda c: uploads.commit(c.database, c.scope, c.shown).as_json(),
    "uploads.ingest": lambda c: uploads.ingest(c.database, c.scope, "some.csv", c.place.file()).as_json(),
    "uploads.ingest of a region's column": _wide,
    "uploads.ingest_frame": _frame,
    "verification.verify": lambda c: verification.verify(c.database, c.scope),
    "verification.trail": lambda c: verification.trail(c.database, c.scope),
    "writable.require_writable": _writable,
}
"""Each function by its name below kpidash.services, with what of it is asked in another way."""

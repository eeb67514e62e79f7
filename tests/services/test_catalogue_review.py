"""What a change of definitions would do is told before it is applied, and is what applying it does."""

from datetime import date

import pytest

from kpidash.domain.access import Capability, Grant, NotPermitted, Role, Scope, narrowed, scope_of
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.differences import Kind, What, differences
from kpidash.services import access, catalogue_review, catalogues, scorecards, uploads
from kpidash.services.catalogue_review import Review
from kpidash.services.saved_values import Fate
from kpidash.store import audit, users
from kpidash.store import catalogue as stored_catalogue
from kpidash.store.engine import Database
from tests.cli.company import CATALOGUE

ME = access.system_user("me")
TODAY = date(2026, 10, 15)
DATA = "kpi,period,value,numerator,denominator,region,client\n" + "".join(
    [
        "cost,2026-10,48,,,,\nrevenue,2026-10,40,,,North,\n",
        *(f"visits,2026-10-{day:02d},3,,,,\n" for day in range(1, 15)),
        *(f"csat,2026-10-{day:02d},,80,100,North,Acme\n" for day in range(1, 15)),
        *(f"handle-time,2026-W{week},250,,,,\n" for week in (40, 41)),
    ]
)


@pytest.fixture
def company(database: Database) -> Database:
    catalogues.apply_catalogue(database, ME, CATALOGUE.encode(), dry_run=False, prune=False)
    return database


def changed(*pairs: tuple[str, str]) -> bytes:
    text = CATALOGUE
    for was, now in pairs:
        assert was in text, was
        text = text.replace(was, now)
    return text.encode()


def look(database: Database, content: bytes, scope: Scope = ME, *, prune: bool = True) -> Review:
    return catalogue_review.review(database, scope, content, prune=prune, today=TODAY)


def ingest(database: Database, text: str) -> None:
    receipt = uploads.ingest(database, ME, "file.csv", text.encode(), today=TODAY)
    assert receipt.state == "committed", receipt.in_words()


def in_force(database: Database) -> Catalogue:
    with database.read() as connection:
        return stored_catalogue.load(connection).catalogue


def grant(database: Database, email: str, role: Role, department: str | None) -> None:
    with database.write() as connection:
        users.grant(connection, users.add(connection, email, email), Grant(role, department))


def test_a_review_writes_nothing_and_what_it_tells_is_what_applying_does(company: Database) -> None:
    before, revision = in_force(company), company.revision()
    content = changed(("value: 600", "value: 700"), ("name: Satisfaction", "name: Happiness"))
    review = look(company, content)
    assert (in_force(company), company.revision()) == (before, revision)
    assert catalogue_review.apply(company, ME, review).state == "applied"
    assert in_force(company) == review.after
    assert differences(before, in_force(company)) == review.differences
    told = {(one.code, change.field) for one in review.differences for change in one.fields}
    assert told == {("cost", "targets"), ("csat", "name")}
    with company.read() as connection:
        assert audit.recent(connection, 1)[0].action == "catalogue.apply"


def test_a_wrong_file_is_refused_with_path_and_line_and_nothing_can_be_applied(company: Database) -> None:
    before = in_force(company)
    review = look(company, changed(("unit: percent", "unit: furlong")))
    (problem,) = review.problems
    assert (problem.path, problem.line) == (
        "kpis[4].unit",
        CATALOGUE[: CATALOGUE.index("code: csat")].count("\n") + 1,
    )
    assert not review.usable
    assert catalogue_review.apply(company, ME, review).state == "refused"
    assert in_force(company) == before


def test_a_change_that_others_overtook_is_refused_and_what_they_changed_is_named(company: Database) -> None:
    review = look(company, changed(("value: 600", "value: 700")))
    other = changed(("name: Visits", "name: Calls"))
    catalogues.apply_catalogue(company, ME, other, dry_run=False, prune=False)
    applied = catalogue_review.apply(company, ME, review)
    assert applied.state == "stale"
    ((kind, code, fields),) = [(one.kind, one.code, one.fields) for one in applied.moved]
    assert (kind, code, [change.field for change in fields]) == (Kind.KPI, "visits", ["name"])
    assert in_force(company).kpi("visits").name == "Calls"
    assert in_force(company).kpi("cost").targets[0].value == 600
    late = catalogue_review.review(company, ME, review.content, prune=True, expected=review.before)
    assert [one.code for one in late.moved] == ["visits"]
    assert not late.usable


def test_targets_that_were_uploaded_meanwhile_count_as_a_change(company: Database) -> None:
    review = look(company, changed(("name: Visits", "name: Calls")))
    ingest(company, "kpi,period,target\nrevenue,2026-11,90\n")
    applied = catalogue_review.apply(company, ME, review)
    assert (applied.state, [one.code for one in applied.moved]) == ("stale", ["revenue"])


def test_the_same_change_is_not_applied_twice(company: Database) -> None:
    review = look(company, changed(("value: 600", "value: 700")))
    assert catalogue_review.apply(company, ME, review).state == "applied"
    revision = company.revision()
    assert catalogue_review.apply(company, ME, review).state == "stale"
    assert company.revision() == revision


def test_a_file_that_says_what_is_in_force_changes_nothing(company: Database) -> None:
    review = look(company, catalogues.export_catalogue(company, ME).encode())
    assert (review.differences, review.usable, review.people, review.turns) == ((), False, (), ())


def test_only_who_defines_for_the_whole_company_may_look_export_and_apply(company: Database) -> None:
    content, whole = changed(("value: 600", "value: 700")), in_force(company)
    review = look(company, content)
    refused = [
        scope_of("head", (Grant(Role.DEPARTMENT_HEAD, "sales"),), whole),
        scope_of("part", (Grant(Role.ADMINISTRATOR, "sales"),), whole),
        scope_of("reader", (Grant(Role.EXECUTIVE), Grant(Role.AUDITOR), Grant(Role.ANALYST)), whole),
        narrowed(ME, [Capability.DEFINE], ["sales"], whole),
    ]
    for scope in refused:
        for act in (
            lambda scope: look(company, content, scope),
            lambda scope: catalogue_review.definitions(company, scope),
            lambda scope: catalogue_review.apply(company, scope, review),
            lambda scope: catalogues.export_catalogue(company, scope),
            lambda scope: catalogues.apply_catalogue(company, scope, content, dry_run=True, prune=False),
        ):
            with pytest.raises(NotPermitted):
                act(scope)
    assert in_force(company) == whole


def test_owners_and_heads_of_what_changes_are_named_as_it_was_and_as_it_would_be(company: Database) -> None:
    owned = changed(
        ("name: Visits", "name: Visits, owner: ann@x.com"), ("value: 600}]", "value: 600}], owner: bob@x.com")
    )
    catalogues.apply_catalogue(company, ME, owned, dry_run=False, prune=False)
    given = owned.decode().replace("ann@x.com", "cy@x.com").replace("value: 310", "value: 311")
    people = {one.email: one for one in look(company, given.encode()).people}
    assert {email: [one.code for one in person.owns] for email, person in people.items()} == {
        "ann@x.com": ["visits"], "cy@x.com": ["visits"],
    }  # fmt: skip
    grown = look(company, owned.decode().replace("value: 1200", "value: 1300").encode()).people
    assert [(one.email, one.heads[0][0]) for one in grown] == [("sales.head@example.com", "Sales")]


def test_who_gains_and_who_loses_access_is_told(company: Database) -> None:
    grant(company, "viewer@x.com", Role.VIEWER, "metros")
    grant(company, "analyst@x.com", Role.ANALYST, "sales")
    grant(company, "boss@x.com", Role.EXECUTIVE, None)
    content = changed(("parent: sales, weight", "parent: service, head: new@x.com, weight"))
    turns = look(company, content).turns
    read = {(one.email, one.gained, one.places) for one in turns if one.capability is Capability.READ}
    assert read == {
        ("sales.head@example.com", False, ("Metro sales",)),
        ("service.head@example.com", True, ("Metro sales",)),
        ("new@x.com", True, ("Metro sales",)),
        ("analyst@x.com", False, ("Metro sales",)),
    }
    assert ("analyst@x.com", Capability.UPLOAD) in {(one.email, one.capability) for one in turns}
    before, after = in_force(company), look(company, content).after
    assert after is not None
    for one in turns:
        grants = {"analyst@x.com": (Grant(Role.ANALYST, "sales"),)}.get(one.email, ())
        was, now = (
            scope_of(one.email, grants, each).may(one.capability, "metros") for each in (before, after)
        )
        assert (was, now) == (not one.gained, one.gained)


def test_a_kpi_that_moves_to_another_department_is_lost_to_one_head_and_gained_by_another(
    company: Database,
) -> None:
    turns = look(company, changed(("{code: visits, kra: reach", "{code: visits, kra: care"))).turns
    assert {(one.email, one.gained, one.places) for one in turns} == {
        ("sales.head@example.com", False, ("Visits",)),
        ("service.head@example.com", True, ("Visits",)),
    }


def test_somebody_who_left_gains_nothing(company: Database) -> None:
    grant(company, "gone@x.com", Role.VIEWER, "service")
    with company.write() as connection:
        person = users.find(connection, "gone@x.com")
        assert person is not None
        users.disable(connection, person.id, company.latest()[1])
    turns = look(company, changed(("parent: sales, weight", "parent: service, weight"))).turns
    assert "gone@x.com" not in {one.email for one in turns}


def test_statuses_and_scores_that_would_change_are_those_of_the_scorecards(company: Database) -> None:
    ingest(company, DATA)
    before = scorecards.scorecard(company, ME, as_of=TODAY)
    review = look(company, changed(("value: 600", "value: 60"), ("value: 1200", "value: 400")))
    assert review.standings.found
    assert catalogue_review.apply(company, ME, review).state == "applied"
    after = scorecards.scorecard(company, ME, as_of=TODAY)
    for kind, frames in (("kpi", (before.kpis, after.kpis)), ("kra", (before.kras, after.kras)),
                         ("department", (before.departments, after.departments))):  # fmt: skip
        was, now = (frame.set_index("code")[["score", "status"]] for frame in frames)
        moved = {code for code in was.index if not was.loc[code].equals(now.loc[code])}
        told = {one.code: one for one in review.standings.found if one.kind == kind}
        assert set(told) == moved
        for code, one in told.items():
            assert one.before is not None
            assert one.after is not None
            assert (one.before.status, one.after.status) == (was.loc[code, "status"], now.loc[code, "status"])
            assert one.after.score == pytest.approx(now.loc[code, "score"], nan_ok=True)
    assert {"cost", "margin", "revenue"} & {one.code for one in review.standings.found}
    assert ("company", "") in {(one.kind, one.code) for one in review.standings.found}


def test_no_status_is_told_to_who_may_not_read_it(company: Database) -> None:
    ingest(company, DATA)
    content = changed(("value: 600", "value: 60"), ("value: 310", "value: 31"))
    assert {one.code for one in look(company, content).standings.found} >= {"cost", "visits"}
    whole = in_force(company)
    blind = look(company, content, scope_of("admin", (Grant(Role.ADMINISTRATOR),), whole))
    assert (blind.standings.reads, blind.standings.found) == (False, ())
    assert blind.differences == look(company, content).differences
    both = (Grant(Role.ADMINISTRATOR), Grant(Role.VIEWER, "sales"))
    part = look(company, content, scope_of("both", both, whole)).standings
    seen = {(one.kind, one.code) for one in part.found}
    assert ("kpi", "visits") in seen
    assert not {code for _, code in seen} & {"cost", "care", "service"}


def test_a_kpi_that_leaves_what_somebody_reads_is_not_told_to_them(company: Database) -> None:
    ingest(company, DATA)
    assert "visits" in {
        one.code for one in look(company, changed(("value: 310", "value: 31"))).standings.found
    }
    content = changed(("{code: visits, kra: reach", "{code: visits, kra: care"), ("value: 310", "value: 31"))
    both = (Grant(Role.ADMINISTRATOR), Grant(Role.VIEWER, "sales"))
    part = look(company, content, scope_of("both", both, in_force(company))).standings
    assert "visits" not in {one.code for one in part.found}


def test_saved_values_of_what_goes_stay_and_come_back(company: Database) -> None:
    ingest(company, "kpi,period,value\nvisits,2026-10-01,3\nvisits,2026-10-02,4\n")
    head, _, _ = CATALOGUE.partition("  - {code: visits")
    tail = CATALOGUE[CATALOGUE.index("  - {code: csat") :]
    review = look(company, (head + tail).encode())
    assert [(one.code, one.what) for one in review.differences] == [("visits", What.REMOVED)]
    assert [(one.code, one.fate, one.count) for one in review.saved] == [("visits", Fate.HIDDEN, 2)]
    catalogue_review.apply(company, ME, review)
    again = look(company, CATALOGUE.encode())
    assert [(one.code, one.fate, one.count) for one in again.saved] == [("visits", Fate.BACK, 2)]
    (back,) = [one for one in again.standings.found if one.code == "visits"]
    assert back.before is None
    assert back.after is not None
    assert back.after.status != "no_data"


def test_saved_values_that_would_not_fit_are_counted(company: Database) -> None:
    ingest(company, "kpi,period,value,region\nrevenue,2026-09,3,North\nrevenue,2026-09,4,South\n")
    review = look(company, changed(("dimensions: [region]\n", "dimensions: [region, client]\n")))
    assert [(one.code, one.fate, one.count, one.dimensions) for one in review.saved] == [
        ("revenue", Fate.MISFIT, 2, ("client",))
    ]
    review = look(
        company,
        changed(
            ("kra: growth\n    name: Revenue", 'kra: growth\n    formula: "{cost} * 2"\n    name: Revenue')
        ),
    )
    assert [(one.code, one.fate, one.count) for one in review.saved] == [("revenue", Fate.UNUSED, 2)]


def test_another_frequency_is_refused_once_there_are_values(company: Database) -> None:
    content = changed(
        ("direction: increase\n    frequency: monthly", "direction: increase\n    frequency: daily")
    )
    assert look(company, content).usable
    late = look(company, content)
    ingest(company, "kpi,period,value,region\nrevenue,2026-09,3,North\n")
    assert [one.path for one in look(company, content).problems] == ["kpis[0].frequency"]
    assert catalogue_review.apply(company, ME, late).state == "refused"


def test_targets_that_people_uploaded_stay_and_the_review_says_so(company: Database) -> None:
    ingest(company, "kpi,period,target\nrevenue,2026-11,90\n")
    review = look(company, CATALOGUE.encode())
    assert (review.differences, review.uploaded) == ((), 1)


def test_a_file_that_names_only_a_part_leaves_the_rest_and_says_how_much(company: Database) -> None:
    part = "departments:\n  - {code: sales, name: Selling}\nkras:\n  - {code: care, purpose: Care}\n"
    review = look(company, part.encode(), prune=False)
    assert [(one.code, one.what) for one in review.differences] == [
        ("sales", What.CHANGED), ("care", What.CHANGED),
    ]  # fmt: skip
    assert review.left_out == 2 + 2 + 6


def test_an_empty_company_can_be_defined_from_nothing(database: Database) -> None:
    review = look(database, CATALOGUE.encode())
    assert review.usable
    assert {one.what for one in review.differences if one.kind is not Kind.COMPANY} == {What.ADDED}
    assert catalogue_review.apply(database, ME, review).state == "applied"

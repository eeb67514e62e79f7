"""Uploads from file to database and back, on SQLite and on PostgreSQL."""

import json
from dataclasses import replace
from datetime import date
from threading import Thread

import pandas as pd
import pytest

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.domain.calendars import day_number
from kpidash.domain.period import Frequency
from kpidash.services import uploads
from kpidash.services.errors import NotThere, WrongQuestion
from kpidash.services.verification import verify
from kpidash.store import actuals, catalogue, rollups, segments
from kpidash.store import uploads as stored_uploads
from tests.ingest.company import CATALOGUE, TODAY

ANNA = system_scope("anna")
BEN = system_scope("ben")
SALES = scope_of("sally", [Grant(Role.ANALYST, "sales")], CATALOGUE)
READER = scope_of("rita", [Grant(Role.VIEWER, "sales")], CATALOGUE)

HEADER = "kpi,period,value,numerator,denominator,region,client,note\n"
FILE = (
    HEADER + "revenue,2026-09,100,,,North,,\n"
    "revenue,2026-09,50,,,South,,\n"
    "csat,2026-10-01,,9,10,North,Acme,\n"
    "cost,2026-08,7.5,,,,,late\n"
)


@pytest.fixture
def company(database):
    """A database with the definitions of the test company."""
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def ingest(database, text, scope=ANNA, **more):
    return uploads.ingest(database, scope, "file.csv", text.encode(), **{"today": TODAY, **more})


def preview(database, text, scope=ANNA, **more):
    return uploads.preview(database, scope, "file.csv", text.encode(), **{"today": TODAY, **more})


def counts(receipt):
    return (receipt.state, receipt.added, receipt.changed, receipt.unchanged, receipt.rejected)


def held(database):
    """All actuals: code, first day, segment, value, note."""
    with database.read() as connection:
        stored = catalogue.load(connection)
        keys = {number: key for key, number in segments.known(connection).items()}
        found = []
        for code, kpi_id in stored.ids.items():
            rows = actuals.segments(connection, kpi_id, 0, 40_000)
            found += [
                (code, row.period, keys[row.segment_id], row.value, row.note)
                for row in rows.itertuples(index=False)
            ]
    return sorted(found)


def rolled_up(database):
    """The sum of each KPI's month, as kept in the rollups."""
    with database.read() as connection:
        stored = catalogue.load(connection)
        ranges = pd.DataFrame({"kpi_id": list(stored.ids.values()), "first_month": 0, "last_month": 2000})
        codes = {kpi_id: code for code, kpi_id in stored.ids.items()}
        rows = rollups.read(connection, ranges)
    return {(codes[row.kpi_id], row.month): row.sum for row in rows.itertuples(index=False)}


def test_a_file_is_stored_and_rolled_up(company):
    receipt = ingest(company, FILE)
    assert counts(receipt) == ("committed", 4, 0, 0, 0)
    september, october = day_number(date(2026, 9, 1)), day_number(date(2026, 10, 1))
    assert held(company) == [
        ("cost", day_number(date(2026, 8, 1)), "{}", 7.5, "late"),
        ("csat", october, '{"client":"Acme","region":"North"}', 90.0, None),
        ("revenue", september, '{"region":"North"}', 100.0, None),
        ("revenue", september, '{"region":"South"}', 50.0, None),
    ]
    months = (2026 - 1970) * 12
    assert rolled_up(company)["revenue", months + 8] == 150.0


def test_the_receipt_is_the_document_of_the_contract(company):
    document = ingest(company, FILE).as_json()
    assert document == {
        "upload_id": document["upload_id"],
        "state": "committed",
        "rows": 4,
        "added": 4,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
        "issues": [],
    }
    assert isinstance(document["upload_id"], str)
    refused = ingest(company, FILE + "cost,2026-09,abc,,,,,\n").as_json()
    assert refused["issues"] == [
        {
            "row": 6,
            "column": "value",
            "code": "not_a_number",
            "value": "abc",
            "message": "'abc' is not a number.",
        }
    ]
    json.dumps(refused, allow_nan=False)


def test_the_same_file_again_writes_nothing(company):
    ingest(company, FILE)
    revision = company.revision()
    receipt = ingest(company, FILE)
    assert counts(receipt) == ("unchanged", 0, 0, 4, 0)
    assert receipt.upload_id is None
    assert company.revision() == revision
    assert len(uploads.history(company, ANNA)) == 1


@pytest.mark.parametrize("at_a_time", [1, 2, 3])
def test_a_long_change_set_is_written_some_rows_at_a_time(company, monkeypatch, at_a_time):
    for module in ("kpidash.store.versions", "kpidash.ingest.commit"):
        monkeypatch.setattr(f"{module}.AT_A_TIME", at_a_time)
    ingest(company, FILE)
    more = FILE.replace("100", "110").replace("late", "") + (
        "cost,2026-09,8,,,,,\nvisits,2026-10-01,3,,,,,\nvisits,2026-10-02,4,,,,,\nrevenue,2026-09,7,,,East,,\n"
    )
    assert counts(ingest(company, more)) == ("committed", 4, 1, 3, 0)
    assert [row[3] for row in held(company)] == [7.5, 8, 90, 7, 110, 50, 3, 4]
    assert verify(company, ANNA).differences == ()


def test_other_values_are_changes_and_new_keys_are_added(company):
    ingest(company, FILE)
    receipt = ingest(company, FILE.replace("100", "101") + "visits,2026-10-14,3,,,,,\n")
    assert counts(receipt) == ("committed", 1, 1, 3, 0)
    shown = uploads.show(company, ANNA, receipt.upload_id)
    columns = shown.rows[["kpi", "label", "where", "old_value", "value"]].astype(object)
    assert columns.where(columns.notna(), None).to_numpy().tolist() == [
        ["revenue", "2026-09", "region=North", 100.0, 101.0],
        ["visits", "2026-10-14", "", None, 3.0],
    ]
    json.dumps(shown.as_json(), allow_nan=False)
    assert "revenue 2026-09 region=North: 100 → 101" in shown.in_words()


def test_a_file_with_an_issue_changes_nothing_unless_the_valid_rows_are_accepted(company):
    text = FILE + "cost,2026-09,abc,,,,,\nrevenue,2026-13,1,,,North,,\n"
    assert counts(ingest(company, text)) == ("refused", 4, 0, 0, 2)
    assert held(company) == []
    assert counts(ingest(company, text, dry_run=True)) == ("preview", 4, 0, 0, 2)
    assert held(company) == []
    assert counts(ingest(company, text, accept_valid=True)) == ("committed", 4, 0, 0, 2)
    assert len(held(company)) == 4


@pytest.mark.parametrize(
    "text", ["", "kpi,period\n", "kpi,period\ncost,2026-09\n", FILE.replace("note", "remark")]
)
def test_a_file_with_a_wrong_header_is_refused_also_when_valid_rows_are_accepted(company, text):
    receipt = ingest(company, text, accept_valid=True)
    assert receipt.state == "refused"
    assert receipt.issues
    assert held(company) == []


def test_a_header_can_be_mapped_and_left_out(company):
    text = FILE.replace("kpi", "Kennzahl").replace("note", "remark")
    receipt = ingest(company, text, mapping={"Kennzahl": "kpi", "remark": "-"})
    assert counts(receipt) == ("committed", 4, 0, 0, 0)


def test_undo_brings_back_what_was_there_before(company):
    first = ingest(company, FILE)
    before, months = held(company), rolled_up(company)
    second = ingest(
        company, FILE.replace("100", "101").replace("late", "later") + "visits,2026-10-14,3,,,,,\n"
    )
    receipt = uploads.undo(company, ANNA, second.upload_id)
    assert receipt.state == "committed"
    assert held(company) == before
    assert rolled_up(company) == months
    states = {
        past.upload.id: (past.upload.kind, past.upload.state) for past in uploads.history(company, ANNA)
    }
    assert states == {
        first.upload_id: ("actuals", "committed"),
        second.upload_id: ("actuals", "undone"),
        receipt.upload_id: ("undo", "committed"),
    }
    uploads.undo(company, ANNA, first.upload_id)
    assert held(company) == []
    assert rolled_up(company) == {}


def test_undo_keeps_what_later_uploads_did_elsewhere(company):
    first = ingest(company, FILE)
    ingest(company, HEADER + "visits,2026-10-14,3,,,,,\n")
    uploads.undo(company, ANNA, first.upload_id)
    assert [code for code, *_ in held(company)] == ["visits"]


def test_undo_names_the_later_uploads_that_stand_in_the_way_and_goes_in_their_order(company):
    numbers = [ingest(company, FILE.replace("100", value)).upload_id for value in ("1", "2", "3")]
    receipt = uploads.undo(company, ANNA, numbers[0])
    assert receipt.state == "refused"
    assert receipt.blocked_by
    assert len(held(company)) == 4
    for number in reversed(numbers):
        assert uploads.undo(company, ANNA, number).state == "committed"
    assert held(company) == []


def test_an_undo_can_be_taken_back_and_nothing_is_undone_twice(company):
    first = ingest(company, FILE)
    before, months = held(company), rolled_up(company)
    undone = uploads.undo(company, ANNA, first.upload_id)
    with pytest.raises(WrongQuestion, match="undone before"):
        uploads.undo(company, ANNA, first.upload_id)
    uploads.undo(company, ANNA, undone.upload_id)
    assert held(company) == before
    assert rolled_up(company) == months


def test_there_is_no_upload_with_a_strange_number(company):
    for number in ("1", "0", "-1", "x", "99999999999999999999", "١"):
        with pytest.raises(NotThere):
            uploads.undo(company, ANNA, number)


def test_a_retry_with_the_same_key_applies_once(company):
    shown = preview(company, FILE)
    first = uploads.commit(company, ANNA, shown, idempotency_key="once")
    again = uploads.commit(company, ANNA, shown, idempotency_key="once")
    assert first == again
    assert uploads.commit(company, ANNA, preview(company, FILE), idempotency_key="once") == first
    assert len(uploads.history(company, ANNA)) == 1


def test_committing_one_preview_twice_applies_once(company):
    shown = preview(company, FILE)
    assert uploads.commit(company, ANNA, shown) == uploads.commit(company, ANNA, shown)


def test_another_persons_key_is_another_key(company):
    uploads.commit(company, ANNA, preview(company, FILE), idempotency_key="k")
    receipt = uploads.commit(company, BEN, preview(company, FILE.replace("100", "9")), idempotency_key="k")
    assert counts(receipt) == ("committed", 0, 1, 3, 0)


@pytest.mark.parametrize(
    ("before", "meanwhile", "key"),
    [
        (FILE, FILE.replace("100", "77"), "revenue 2026-09 region=North"),
        (FILE, HEADER + "cost,2026-08,8,,,,,\n", "cost 2026-08"),
        ("", HEADER + "cost,2026-08,8,,,,,\n", "cost 2026-08"),
        ("", HEADER + "revenue,2026-09,1,,,South,,\n", "revenue 2026-09 region=South"),
    ],
)
def test_a_commit_is_refused_when_somebody_changed_one_of_its_keys_since_the_preview(
    company, before, meanwhile, key
):
    if before:
        ingest(company, before)
    shown = preview(company, FILE.replace("100", "101"))
    ingest(company, meanwhile, BEN)
    stands = held(company)
    receipt = uploads.commit(company, ANNA, shown)
    assert receipt.state == "refused"
    assert receipt.conflicts == (key,)
    assert key in receipt.in_words()
    assert held(company) == stands


def test_a_commit_is_refused_when_a_key_was_taken_away_since_the_preview(company):
    first = ingest(company, FILE)
    shown = preview(company, FILE.replace("100", "101"))
    uploads.undo(company, BEN, first.upload_id)
    assert len(uploads.commit(company, ANNA, shown).conflicts) == 4


def test_uploads_of_other_keys_do_not_disturb_each_other(company):
    shown = preview(company, FILE)
    ingest(company, HEADER + "visits,2026-10-14,3,,,,,\nrevenue,2026-09,1,,,West,,\n", BEN)
    assert counts(uploads.commit(company, ANNA, shown)) == ("committed", 4, 0, 0, 0)


def test_a_commit_is_refused_when_a_kpi_was_redefined_since_the_preview(company):
    shown = preview(company, FILE)
    quarterly = replace(CATALOGUE.kpi("cost"), frequency=Frequency.QUARTERLY)
    kpis = tuple(quarterly if kpi.code == "cost" else kpi for kpi in CATALOGUE.kpis if kpi.code != "margin")
    with company.write() as connection:
        catalogue.save(connection, replace(CATALOGUE, kpis=kpis), actor="anna", prune=True)
    assert uploads.commit(company, ANNA, shown).conflicts == ("the definition of cost",)
    assert held(company) == []


def test_of_two_commits_at_once_of_the_same_keys_one_is_refused(company):
    previews = {
        scope: preview(company, FILE.replace("100", str(number)), scope)
        for number, scope in enumerate([ANNA, BEN])
    }
    receipts = []
    threads = [
        Thread(target=lambda scope=scope, shown=shown: receipts.append(uploads.commit(company, scope, shown)))
        for scope, shown in previews.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt.state for receipt in receipts) == ["committed", "refused"]
    assert len(held(company)) == 4
    assert len(stored(company)) == 1


def test_a_person_uploads_to_his_own_departments_only(company):
    receipt = ingest(company, FILE, SALES)
    assert (receipt.issues.kept[0].row, receipt.issues.kept[0].code) == (1, "unknown_column")
    own = HEADER.replace(",client", "") + "revenue,2026-09,1,,,North,\nvisits,2026-10-14,1,,,,\n"
    receipt = ingest(company, own, SALES)
    assert [(issue.row, issue.code) for issue in receipt.issues.kept] == [(3, "unknown_kpi")]
    assert "visits'." in receipt.issues.kept[0].message
    assert counts(ingest(company, own, SALES, accept_valid=True)) == ("committed", 1, 0, 0, 1)


def test_who_may_only_read_cannot_upload_or_undo(company):
    number = ingest(company, FILE).upload_id
    for attempt in (lambda: ingest(company, FILE, READER), lambda: uploads.undo(company, READER, number)):
        with pytest.raises(NotPermitted):
            attempt()


def test_a_preview_made_by_somebody_else_gives_no_rights(company):
    shown = preview(company, FILE)
    with pytest.raises(NotPermitted):
        uploads.commit(company, SALES, shown)
    assert held(company) == []


def test_history_shows_the_uploads_and_values_of_ones_own_departments(company):
    both = ingest(company, FILE)
    other = ingest(company, HEADER + "visits,2026-10-14,3,,,,,\n")
    assert [past.upload.id for past in uploads.history(company, SALES)] == [both.upload_id]
    assert set(uploads.show(company, SALES, both.upload_id).rows["kpi"]) == {"revenue", "cost"}
    with pytest.raises(NotThere):
        uploads.show(company, SALES, other.upload_id)
    with pytest.raises(NotPermitted):
        uploads.undo(company, SALES, both.upload_id)


def test_targets_are_uploaded_changed_and_undone(company):
    text = "kpi,period,target,low,high\ncost,FY2026,5,,\nhandle-time,2026-10,,4,5\nmargin,2027-10,9,,\n"
    assert counts(ingest(company, text)) == ("committed", 3, 0, 0, 0)
    assert counts(ingest(company, text)) == ("unchanged", 0, 0, 3, 0)
    second = ingest(company, text.replace("2026,5", "2026,6"))
    assert counts(second) == ("committed", 0, 1, 2, 0)
    assert target_of(company, "cost") == [("FY2026", 6.0)]
    uploads.undo(company, ANNA, second.upload_id)
    assert target_of(company, "cost") == [("FY2026", 5.0)]


def test_a_commit_of_targets_is_refused_after_a_change(company):
    text = "kpi,period,target\ncost,FY2026,5\n"
    shown = preview(company, text)
    ingest(company, text.replace("5", "7"), BEN)
    assert uploads.commit(company, ANNA, shown).conflicts == ("cost FY2026",)


def test_a_frame_is_uploaded_like_a_file(company):
    rows = pd.DataFrame(
        {
            "kpi": ["visits", "cost"],
            "period": pd.to_datetime(["2026-10-14", "2026-09-01"]),
            "value": [0.1, 2.0],
        }
    )
    receipt = uploads.ingest_frame(company, ANNA, "rows.csv", rows, today=TODAY)
    assert counts(receipt) == ("committed", 2, 0, 0, 0)


def stored(database):
    with database.read() as connection:
        return stored_uploads.recent(connection)


def target_of(database, code):
    with database.read() as connection:
        found = catalogue.load(connection).catalogue.kpi(code).targets
    return [(target.period.label(4), target.value) for target in found]

"""Analysts at the same work: what one changed the other is told, and nobody waits for a preview."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from kpidash.domain.access import system_scope
from kpidash.services import uploads
from kpidash.services.errors import Standing
from kpidash.services.verification import verify
from kpidash.store import actuals, catalogue, tables
from kpidash.store.engine import Database
from tests.ingest.company import CATALOGUE, TODAY
from tests.integrity import programs
from tests.integrity.halfway import on_the_way

ANNA, BEN = system_scope("anna"), system_scope("ben")
HEADER = "kpi,period,value,region\n"
KNOWN = HEADER + "revenue,2026-08,1,North\nrevenue,2026-08,2,South\ncost,2026-08,3,\nvisits,2026-09-01,4,\n"
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time by nature."""
SOON = 10
"""Seconds in which something has happened that waits for nobody, also on a busy machine."""


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    ingest(database, KNOWN)
    return database


@pytest.fixture
def other(database_url):
    opened = Database(database_url)
    yield opened
    opened.dispose()


def ingest(database, text, scope=ANNA, **more):
    return uploads.ingest(database, scope, "file.csv", text.encode(), today=TODAY, **more)


def preview(database, text, scope=ANNA):
    return uploads.preview(database, scope, "file.csv", text.encode(), today=TODAY)


def counts(receipt):
    return (receipt.state, receipt.added, receipt.changed, receipt.unchanged)


def everything(database):
    """Every row of every table."""
    with database.read() as connection:
        return {
            name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for name, table in tables.metadata.tables.items()
        }


def values(database, code):
    with database.read() as connection:
        ids = catalogue.load(connection).ids
        return actuals.segments(connection, ids[code], 0, 99_999)["value"].tolist()


def test_of_two_overlapping_files_the_second_is_refused_with_the_keys_and_a_new_preview_works(company):
    hers = preview(company, HEADER + "revenue,2026-08,10,North\nrevenue,2026-08,20,South\ncost,2026-09,5,\n")
    his = HEADER + "revenue,2026-08,11,North\ncost,2026-09,6,\nvisits,2026-09-01,7,\n"
    shown = preview(company, his, BEN)
    assert uploads.commit(company, ANNA, hers).state == "committed"
    before = everything(company)
    refused = uploads.commit(company, BEN, shown)
    assert counts(refused)[0] == "refused"
    assert set(refused.conflicts) == {"revenue 2026-08 region=North", "cost 2026-09"}
    assert "new preview" in refused.in_words()
    assert everything(company) == before
    again = preview(company, his, BEN)
    old = again.naming.named(again.changes.changed).set_index("kpi")["old_value"]
    assert old.to_dict() == {"revenue": 10, "cost": 5, "visits": 4}
    assert counts(uploads.commit(company, BEN, again)) == ("committed", 0, 3, 0)
    assert verify(company, ANNA).differences == ()


def test_targets_conflict_in_the_same_way(company):
    header = "kpi,period,target\n"
    shown = preview(company, header + "cost,FY2026,5\nvisits,2026-10,6\n", BEN)
    ingest(company, header + "cost,FY2026,7\nrevenue,FY2026,8\n")
    assert uploads.commit(company, BEN, shown).conflicts == ("cost FY2026",)


def test_a_note_that_was_taken_away_meanwhile_is_a_conflict(company):
    header = "kpi,period,value,note\n"
    ingest(company, header + "cost,2026-08,3,strike\n")
    shown = preview(company, header + "cost,2026-08,9,\n", BEN)
    ingest(company, header + "cost,2026-08,4,\n")
    ingest(company, header + "cost,2026-08,3,\n")
    assert uploads.commit(company, BEN, shown).conflicts == ("cost 2026-08",)


def test_a_note_that_a_file_does_not_repeat_is_no_conflict(company):
    header = "kpi,period,value,note\n"
    ingest(company, header + "cost,2026-08,3,strike\n")
    shown = preview(company, header + "cost,2026-08,3,\ncost,2026-09,1,\n", BEN)
    ingest(company, header + "cost,2026-07,4,\ncost,2026-10,4,\n")
    assert counts(uploads.commit(company, BEN, shown)) == ("committed", 1, 0, 1)
    assert [row[-1] for row in everything(company)["actual"] if row[-1]] == ["strike"]


def test_what_was_changed_and_changed_back_is_no_conflict(company):
    shown = preview(company, HEADER + "cost,2026-08,9,\n", BEN)
    ingest(company, HEADER + "cost,2026-08,4,\n")
    ingest(company, HEADER + "cost,2026-08,3,\n")
    assert counts(uploads.commit(company, BEN, shown)) == ("committed", 0, 1, 0)


def test_a_preview_waits_for_no_commit_and_shows_what_was_there_before(company, other):
    text = KNOWN.replace(",1,", ",10,") + "cost,2026-09,5,\n"
    with on_the_way(company, preview(company, text, BEN), BEN), ThreadPoolExecutor(1) as pool:
        same = pool.submit(preview, other, text).result(timeout=SOON)
        disjoint = pool.submit(preview, other, HEADER + "defects,2026-W40,1,\n").result(timeout=SOON)
    assert (len(same.changes.added), len(same.changes.changed), len(same.changes.unchanged)) == (1, 1, 3)
    assert set(uploads.commit(other, ANNA, same).conflicts) == {
        "revenue 2026-08 region=North",
        "cost 2026-09",
    }
    assert counts(uploads.commit(other, ANNA, disjoint)) == ("committed", 1, 0, 0)


def test_a_commit_waits_for_no_preview(company, other):
    shown = preview(company, HEADER + "cost,2026-08,9,\n")
    with other.read() as connection, ThreadPoolExecutor(1) as pool:
        ids = catalogue.load(connection).ids
        assert actuals.segments(connection, ids["cost"], 0, 99_999)["value"].tolist() == [3]
        done = pool.submit(uploads.commit, company, ANNA, shown).result(timeout=SOON)
        assert done.state == "committed"
        # the reader goes on in the state in which it began
        assert actuals.segments(connection, ids["cost"], 0, 99_999)["value"].tolist() == [3]
    assert values(other, "cost") == [9]


@ON_POSTGRESQL
def test_uploads_to_other_kpis_do_not_wait_for_a_commit_that_is_on_the_way(company, other):
    hers = preview(company, HEADER + "revenue,2026-08,10,North\n")
    his = preview(other, HEADER + "cost,2026-08,9,\nvisits,2026-09-02,9,\n", BEN)
    with on_the_way(company, hers, ANNA), ThreadPoolExecutor(1) as pool:
        done = pool.submit(uploads.commit, other, BEN, his).result(timeout=SOON)
    assert counts(done) == ("committed", 1, 1, 0)
    assert (values(company, "revenue"), values(company, "cost")) == ([10, 2], [9])
    assert verify(company, ANNA).differences == ()


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("text", "named"),
    [
        (HEADER + "revenue,2026-08,8,North\ncost,2026-08,9,\n", {"revenue 2026-08 region=North"}),
        (
            HEADER + "revenue,2026-08,8,North\ncost,2026-09,9,\n",
            {"revenue 2026-08 region=North", "cost 2026-09"},
        ),
        (HEADER + "cost,2026-09,9,\nvisits,2026-09-02,1,\n", {"cost 2026-09"}),
        (HEADER + "cost,2026-09,9,\nvisits,2026-09-01,1,\n", {"cost 2026-09"}),
    ],
)
def test_a_commit_that_waited_for_another_is_refused_with_all_keys_that_this_one_changed(
    company, other, text, named
):
    hers = preview(company, HEADER + "revenue,2026-08,10,North\ncost,2026-09,5,\n")
    his = preview(other, text, BEN)
    with ThreadPoolExecutor(1) as pool:
        with on_the_way(company, hers, ANNA):
            waiting = pool.submit(uploads.commit, other, BEN, his)
            time.sleep(0.5)
            assert not waiting.done()
        refused = waiting.result(timeout=SOON)
    assert (refused.state, set(refused.conflicts)) == ("refused", named)
    assert verify(company, ANNA).differences == ()


def test_disjoint_files_that_were_looked_at_together_are_both_committed(company):
    first = preview(company, HEADER + "revenue,2026-08,10,North\nrevenue,2026-09,1,North\n")
    second = preview(company, HEADER + "revenue,2026-08,20,South\nrevenue,2026-09,1,South\n", BEN)
    assert counts(uploads.commit(company, ANNA, first)) == ("committed", 1, 1, 0)
    assert counts(uploads.commit(company, BEN, second)) == ("committed", 1, 1, 0)
    assert values(company, "revenue") == [10, 20, 1, 1]
    assert verify(company, ANNA).differences == ()


def test_the_same_file_twice_writes_nothing_at_all(company):
    before = everything(company)
    assert counts(ingest(company, KNOWN)) == ("unchanged", 0, 0, 4)
    assert counts(ingest(company, KNOWN, BEN, idempotency_key="again")) == ("unchanged", 0, 0, 4)
    assert everything(company) == before


@pytest.mark.parametrize("turn", range(2))
def test_one_idempotency_key_that_two_processes_use_at_the_same_moment_applies_once(
    company, database_url, turn
):
    before = company.revision()
    text = KNOWN.replace(",1,", ",10,") + "cost,2026-09,5,\nrevenue,2026-09,1,West\n"
    one, two = programs.at_once(programs.commit_with_key, database_url, (text, "k"), (text, "k"))
    assert one == two
    assert one[0] == "committed"
    assert company.revision() == before + 1
    assert values(company, "cost") == [3, 5]
    assert len(everything(company)["actual_history"]) == 1
    assert verify(company, ANNA).differences == ()


def test_of_processes_that_upload_one_file_at_the_same_moment_one_writes_it(company, database_url):
    text = KNOWN.replace(",1,", ",10,") + "cost,2026-09,5,\n"
    told = [(text, f"analyst-{number}") for number in range(3)]
    found = programs.at_once(programs.ingest, database_url, *told)
    assert sorted(found) == [("committed", 1, 1, 3), ("unchanged", 0, 0, 5), ("unchanged", 0, 0, 5)]
    assert verify(company, ANNA).differences == ()


def test_processes_that_upload_disjoint_files_to_one_month_all_write_theirs(company, database_url):
    told = [
        (HEADER + "".join(f"visits,2026-09-{day:02d},{day},\n" for day in range(first, 31, 3)), "ben")
        for first in (2, 3, 4)
    ]
    found = programs.at_once(programs.ingest, database_url, *told)
    assert [state for state, *_ in found] == ["committed"] * 3
    assert values(company, "visits") == [4, *range(2, 31)]
    assert verify(company, ANNA).differences == ()


def test_an_idempotency_key_stands_for_one_file_and_not_for_another(company):
    first = ingest(company, KNOWN.replace(",1,", ",10,"), idempotency_key="nightly")
    before = everything(company)
    assert ingest(company, KNOWN.replace(",1,", ",10,"), idempotency_key="nightly") == first
    with pytest.raises(Standing, match=f"another file \\(upload {first.upload_id}\\)"):
        ingest(company, KNOWN.replace(",1,", ",11,"), idempotency_key="nightly")
    assert everything(company) == before


def test_kpis_that_were_taken_out_of_the_catalogue_are_named_and_nothing_is_written(company):
    shown = preview(company, HEADER + "cost,2026-08,9,\nvisits,2026-09-01,9,\n")
    kpis = tuple(kpi for kpi in CATALOGUE.kpis if kpi.code not in {"cost", "margin"})
    with company.write() as connection:
        catalogue.save(connection, replace(CATALOGUE, kpis=kpis), actor="anna", prune=True)
    number = uploads.history(company, ANNA)[0].upload.id
    before = everything(company)
    for attempt in (
        lambda: uploads.commit(company, ANNA, shown),
        lambda: uploads.undo(company, ANNA, number),
    ):
        with pytest.raises(Standing, match="no more: cost"):
            attempt()
    assert everything(company) == before
    with company.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    assert uploads.undo(company, ANNA, number).state == "committed"
    assert everything(company)["actual"] == []

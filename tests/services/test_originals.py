"""The files of uploads are kept as they came, for those who may read all that is in them."""

from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from kpidash.domain.access import Grant, NotPermitted, Role, scope_of, system_scope
from kpidash.services import upload_history, uploads
from kpidash.services.errors import NotThere, Standing
from kpidash.store import catalogue, originals
from kpidash.store.tables import original, original_kpi, original_part
from kpidash.ui import cached
from tests.ingest.company import CATALOGUE, TODAY
from tests.ingest.small_workbooks import sheet, workbook

SYSTEM = system_scope("system")
ANALYST = scope_of("ann@example.com", [Grant(Role.ANALYST, "sales")], CATALOGUE)
SALES = scope_of("sam@example.com", [Grant(Role.VIEWER, "sales")], CATALOGUE)
AUDITOR = scope_of("eve@example.com", [Grant(Role.AUDITOR)], CATALOGUE)

OWN = b"kpi,period,value\ncost,2026-08,5\n"
MIXED = b"kpi,period,value\ncost,2026-08,5\nvisits,2026-10-01,9\n"


@pytest.fixture
def company(database):
    with database.write() as connection:
        catalogue.save(connection, CATALOGUE, actor="anna")
    return database


def upload(database, content, scope=SYSTEM, name="file.csv", **answers):
    receipt = uploads.ingest(database, scope, name, content, today=TODAY, **answers)
    assert receipt.state == "committed", receipt.in_words()
    return receipt.upload_id


def kept(database):
    with database.read() as connection:
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (original, original_part, original_kpi)
        )


def test_a_file_comes_back_byte_for_byte(company):
    content = "\ufeffkpi;period;value;note\r\ncost;2026-08;5;café\r\n".encode()
    number = upload(company, content, name="Oktober – Zahlen.csv")
    assert upload_history.file(company, SYSTEM, number) == ("Oktober – Zahlen.csv", content)


def test_a_long_file_is_kept_in_parts_and_compressed(company):
    days = "".join(
        f"visits,2026-{month:02}-{day:02},{day}\n" for month in range(1, 10) for day in range(1, 29)
    )
    content = ("kpi,period,value\n" + days * 400).encode()
    number = upload(company, content)
    assert len(content) > originals.PART
    assert upload_history.file(company, SYSTEM, number)[1] == content
    with company.read() as connection:
        sizes = connection.execute(select(func.length(original_part.c.content))).scalars().all()
    assert len(sizes) == -(-len(content) // originals.PART)
    assert sum(sizes) < len(content) / 20


def test_the_same_content_is_kept_once(company):
    first = upload(company, OWN, name="a.csv")
    uploads.undo(company, SYSTEM, first)
    second = upload(company, OWN, name="b.csv")
    assert kept(company) == (1, 1, 2)
    assert upload_history.file(company, SYSTEM, first) == ("a.csv", OWN)
    assert upload_history.file(company, SYSTEM, second) == ("b.csv", OWN)


def test_what_was_not_committed_leaves_no_file(company):
    uploads.ingest(company, SYSTEM, "file.csv", OWN, today=TODAY, dry_run=True)
    uploads.ingest(company, SYSTEM, "file.csv", b"kpi,period,value\ncost,2026-08,x\n", today=TODAY)
    shown = uploads.preview(company, SYSTEM, "file.csv", OWN, today=TODAY)
    first = upload(company, b"kpi,period,value\ncost,2026-08,6\n")
    refused = uploads.commit(company, SYSTEM, shown)
    assert (refused.state, bool(refused.conflicts)) == ("refused", True)
    assert kept(company) == (1, 1, 1)
    assert upload_history.show(company, SYSTEM, first).file.size == 32


def test_a_file_of_one_department_is_for_those_who_read_it(company):
    number = upload(company, OWN, ANALYST)
    for scope in (SYSTEM, ANALYST, SALES, AUDITOR):
        assert upload_history.file(company, scope, number)[1] == OWN


def test_a_file_with_rows_of_another_department_is_kept_from_those_who_may_not_read_them(company):
    number = upload(company, MIXED)
    shown = upload_history.show(company, SALES, number)
    assert shown.rows["kpi"].tolist() == ["cost"]
    assert shown.file.size == len(MIXED)
    assert "not yours to read" in shown.file.refusal
    with pytest.raises(NotPermitted, match="not yours to read"):
        upload_history.file(company, SALES, number)
    assert upload_history.file(company, AUDITOR, number)[1] == MIXED


def test_rows_that_changed_nothing_count_too(company):
    upload(company, b"kpi,period,value\nvisits,2026-10-01,9\n")
    number = upload(company, MIXED)
    with pytest.raises(NotPermitted):
        upload_history.file(company, SALES, number)


@pytest.mark.parametrize(
    ("content", "answers"),
    [
        (MIXED, {"accept_valid": True}),
        (b"Visits were 9\n\nkpi,period,value\ncost,2026-08,5\n", {}),
        (b"kpi,period,value,remark\ncost,2026-08,5,9 visits\n", {"mapping": {"remark": "-"}}),
        (b"kpi,period,value\ncost,2026-08,5\n\nvisits as well: 9\n", {}),
    ],
    ids=["rejected row", "title", "column left out", "footer"],
)
def test_what_was_not_read_may_be_anything_so_the_file_is_the_uploaders(company, content, answers):
    number = upload(company, content, ANALYST, **answers)
    assert upload_history.file(company, ANALYST, number)[1] == content
    assert upload_history.file(company, AUDITOR, number)[1] == content
    with pytest.raises(NotPermitted):
        upload_history.file(company, SALES, number)


def test_a_workbook_may_hold_more_than_its_table(company):
    content = workbook({"Sheet1": sheet({1: ["kpi", "period", "value"], 2: ["cost", "2026-08", 5]})})
    number = upload(company, content, ANALYST, name="file.xlsx")
    assert upload_history.file(company, ANALYST, number)[1] == content
    with pytest.raises(NotPermitted):
        upload_history.file(company, SALES, number)


def test_a_kpi_that_moves_to_another_department_takes_the_file_with_it(company):
    number = upload(company, OWN)
    moved = tuple(
        replace(one, department="service") if one.code == "growth" else one for one in CATALOGUE.kras
    )
    with company.write() as connection:
        catalogue.save(connection, replace(CATALOGUE, kras=moved), actor="anna")
    with pytest.raises(NotThere):
        upload_history.file(company, SALES, number)


def test_an_upload_that_is_not_there_and_one_that_is_for_others_answer_alike(company):
    number = upload(company, b"kpi,period,value\nvisits,2026-10-01,9\n")
    for unknown in (number, 99, "../1"):
        with pytest.raises(NotThere):
            upload_history.file(company, SALES, unknown)


def test_an_undo_and_an_old_upload_say_that_they_have_no_file(company):
    number = upload(company, OWN)
    undone = uploads.undo(company, SYSTEM, number).upload_id
    with pytest.raises(Standing, match=f"took upload {number} back"):
        upload_history.file(company, SYSTEM, undone)
    with company.write() as connection:
        for table in (original_part, original_kpi, original):
            connection.execute(table.delete())
    with pytest.raises(Standing, match="was not kept"):
        upload_history.file(company, SYSTEM, number)


def test_the_digest_is_that_of_the_file(company):
    number = upload(company, OWN)
    assert upload_history.show(company, SYSTEM, number).past.upload.digest == sha256(OWN).hexdigest()


def test_screens_keep_what_somebody_sees_of_their_own_upload_apart(company):
    """People with the same rights share what is kept, but for what is somebody's own."""
    other = scope_of("ben@example.com", [Grant(Role.ANALYST, "sales")], CATALOGUE)
    content = OWN + b"cost,2026-07,many\n"
    number = upload(company, content, ANALYST, accept_valid=True)
    assert ANALYST.key == other.key
    refusals = [
        cached.changes_of(company, one, one.actor, str(number), 1).file.refusal
        for one in (ANALYST, other, ANALYST)
    ]
    assert refusals[0] is refusals[2] is None
    assert "not yours to read" in refusals[1]

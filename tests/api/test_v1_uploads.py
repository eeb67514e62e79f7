"""Uploads over HTTP: what is written, once, and what is refused before anything is."""

import gzip

import pytest

from kpidash.services import tallies
from kpidash.store import uploads
from tests.api.programs import ANALYST, EVERYWHERE, Company, Program

VISITS = "kpi,period,value\nvisits,2026-10-05,7\n"
OCTOBER = {"window": "2026-10", "as_of": "2026-10-31"}


@pytest.fixture
def program(company: Company) -> Program:
    """A program of the analyst of sales."""
    return company.program(ANALYST, "read", "upload")


def visits(program: Program) -> float | None:
    return next(
        one["actual"] for one in program.get("/scorecard", **OCTOBER)["kpis"] if one["code"] == "visits"
    )


def test_an_upload_moves_the_scorecard_and_taking_it_back_moves_it_back(program: Program) -> None:
    assert visits(program) is None
    sent = program.send(VISITS, file_name="october.csv")
    receipt = sent.json()
    assert (sent.status_code, receipt["state"], receipt["added"]) == (201, "committed", 1)
    assert visits(program) == 7
    where = sent.headers["Location"].removeprefix("/api/v1")
    shown = program.get(where)
    assert (shown["file_name"], shown["actor"], shown["values"][0]["value"]) == ("october.csv", ANALYST, 7)
    file = program("GET", f"{where}/file")
    assert (file.content, file.headers["Content-Type"]) == (VISITS.encode(), "application/octet-stream")
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''october.csv"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    undone = program("POST", f"{where}/undo")
    assert (undone.status_code, undone.json()["state"]) == (201, "committed")
    assert visits(program) is None
    again = program("POST", f"{where}/undo")
    assert (again.status_code, again.json()["title"]) == (409, "Conflict")


def test_the_same_file_again_is_nothing_to_do(program: Program) -> None:
    program.send(VISITS)
    again = program.send(VISITS)
    assert (again.status_code, again.json()["state"]) == (200, "unchanged")


def test_a_retry_with_its_key_applies_once_and_is_answered_alike(program: Program, company: Company) -> None:
    first, again = (program.send(VISITS, "run-2026-10") for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.headers["Location"] == again.headers["Location"]
    program.send(VISITS.replace(",7", ",8"), "another")
    assert program.send(VISITS, "run-2026-10").json() == first.json()
    assert visits(program) == 8
    other = program.send(VISITS.replace(",7", ",9"), "run-2026-10")
    assert other.status_code == 409
    others = company.program(EVERYWHERE, "upload").send(VISITS, "run-2026-10")
    assert others.json()["upload_id"] != first.json()["upload_id"]
    with company.database.read() as connection:
        assert uploads.find(connection, int(first.json()["upload_id"]))


def test_a_dry_run_tells_and_writes_nothing(program: Program) -> None:
    before = program.get("/uploads")
    sent = program.send(VISITS, dry_run="true")
    assert (sent.status_code, sent.json()["state"], sent.json()["added"]) == (200, "preview", 1)
    assert program.get("/uploads") == before


def test_a_form_with_the_file_may_say_the_rest(program: Program) -> None:
    file = {"file": ("march.csv", b"KPI;Monat;Wert\nvisits;05/10/2026;1,5\n", "text/csv")}
    more = {"map": ["Monat=period", "Wert=value"], "date_order": "dmy", "decimal": ",", "kind": "actuals"}
    dry = program("POST", "/uploads", files=file, data={**more, "dry_run": "true"})
    assert (dry.status_code, dry.json()["state"]) == (200, "preview"), dry.text
    sent = program("POST", "/uploads", files=file, data=more, params={"delimiter": "semicolon"})
    assert sent.status_code == 201, sent.text
    assert visits(program) == 1.5
    assert program.get("/uploads")["uploads"][0]["file_name"] == "march.csv"


def test_a_file_is_read_as_it_is_said_to_be(program: Program) -> None:
    text = "Export der Zentrale\n\nkpi|period|value|Büro\nvisits|2026-10-05|7|Köln\nTotal||7|\n"
    read = {"encoding": "cp1252", "delimiter": "|", "header_row": 3, "footer": "skip", "map": "Büro=-"}
    sent = program.send(text.encode("cp1252"), **read)
    assert (sent.status_code, sent.json()["added"]) == (201, 1), sent.text
    packed = program.send(gzip.compress(VISITS.replace(",7", ",9").encode()))
    assert packed.json()["changed"] == 1


def test_a_refused_file_says_where_and_why_and_writes_nothing(program: Program) -> None:
    text = VISITS + "visits,2026-10-06,many\ncost,2026-10,5\n"
    before = program.get("/uploads")
    refused = program.send(text)
    document = refused.json()
    assert (refused.status_code, document["status"], document["state"]) == (422, 422, "refused")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert [(one["row"], one["code"]) for one in document["issues"]] == [
        (3, "not_a_number"),
        (4, "unknown_kpi"),
    ]
    assert "row 3" in document["detail"]
    assert program.get("/uploads") == before
    valid = program.send(text, accept_valid=True)
    assert (valid.status_code, valid.json()["rejected"]) == (201, 2)


def test_later_uploads_stand_in_the_way_of_taking_one_back(program: Program) -> None:
    first = program.send(VISITS).json()["upload_id"]
    later = program.send(VISITS.replace(",7", ",8")).json()["upload_id"]
    refused = program("POST", f"/uploads/{first}/undo")
    assert (refused.status_code, refused.json()["blocked_by"]) == (409, [later])
    done = program("POST", f"/uploads/{first}/undo", params={"with_later": "true"})
    assert (done.status_code, visits(program)) == (201, None)


WRONG = [
    ({"dry-run": "true"}, {}),
    ({"dry_run": "perhaps"}, {}),
    ({"dry_run": ""}, {}),
    ({"kind": "stocks"}, {}),
    ({"decimal": ";"}, {}),
    ({"date_order": "dym"}, {}),
    ({"map": "Month"}, {}),
    ({"map": "=period"}, {}),
    ({"header_row": "0"}, {}),
    ({"footer": "maybe"}, {}),
    ({"file_name": "two\nlines"}, {}),
    ({"file_name": "\x00"}, {}),
    ({"file_name": "x" * 256}, {}),
    ({}, {"Idempotency-Key": "x" * 201}),
    ({}, {"Idempotency-Key": ""}),
]


def test_a_wrong_wish_writes_nothing(program: Program) -> None:
    before = program.get("/uploads")
    for params, headers in WRONG:
        answer = program("POST", "/uploads", content=VISITS.encode(), params=params, headers=headers)
        assert answer.status_code == 400, (params, headers, answer.text)
        assert answer.json()["detail"].endswith(".")
    assert program.get("/uploads") == before


BELL = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x07.csv"\r\n\r\n'
    b"kpi,period,value\r\nvisits,2026-10-05,7\r\n--x--\r\n"
)


def test_a_form_says_one_thing_once_and_has_one_file(program: Program) -> None:
    file = ("a.csv", VISITS.encode())
    before = program.get("/uploads")
    for body in (
        {"files": {"document": file}},
        {"files": [("file", file), ("file", file)]},
        {"files": {"file": file}, "data": {"dryrun": "true"}},
        {"files": {"file": file}, "data": {"dry_run": "true"}, "params": {"dry_run": "false"}},
        {"content": BELL, "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"files": {"file": file}, "data": {f"f{number}": "1" for number in range(60)}},
        {"content": b"no form", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"no form", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b""},
    ):
        answer = program("POST", "/uploads", **body)
        assert answer.status_code == 400, (body, answer.text)
    assert program.get("/uploads") == before


def test_a_file_that_is_too_large_is_refused_however_it_comes(program: Program, monkeypatch) -> None:
    monkeypatch.setenv("KPIDASH_MAX_UPLOAD_MB", "1")
    before, counted = program.get("/uploads"), tallies.UPLOADS.labels("refused")._value.get()
    line = b"visits,2026-10-05,7\n"
    large = b"kpi,period,value\n" + line * (1_000_001 // len(line) + 1)

    def pieces():
        for start in range(0, len(large), 50_000):
            yield large[start : start + 50_000]

    for body in ({"content": large}, {"content": pieces()}, {"files": {"file": ("large.csv", large)}}):
        answer = program("POST", "/uploads", **body)
        assert (answer.status_code, answer.json()["detail"]) == (
            413, "The file is larger than the 1 MB that are taken; split it.",
        )  # fmt: skip
    assert program.get("/uploads") == before
    assert tallies.UPLOADS.labels("refused")._value.get() == counted
    assert program.send(large[:999_997]).status_code == 201


def test_a_program_that_may_not_upload_sends_its_file_for_nothing(company: Company) -> None:
    reading = company.program(EVERYWHERE, "read")
    sent = []

    def pieces():
        for _ in range(100):
            sent.append(1)
            yield b"x" * 10_000

    answer = reading("POST", "/uploads", content=pieces())
    assert answer.status_code == 403
    assert answer.json()["detail"] == f"{EVERYWHERE} may not upload."

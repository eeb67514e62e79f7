"""What the API answers: what the command line answers, in the shapes that its description promises."""

import json
import threading

import jsonschema
import pytest
import yaml
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from kpidash.api.v1 import problems
from kpidash.api.v1.routes import DOORS, routes
from kpidash.store.engine import Database
from tests.api.programs import ADMINISTRATOR, ANALYST, EVERYWHERE, Company, Program
from tests.cli.company import OTHERS
from tests.cli.run import run

NUMBERS = """\
kpi,period,value,numerator,denominator,region,client
revenue,2026-09,100,,,North,
revenue,2026-10,120,,,North,
visits,2026-10-05,7,,,,
cost,2026-10,40,,,,
csat,2026-10-05,,9,10,North,Acme
"""


@pytest.fixture
def program(company: Company) -> Program:
    """A program of the analyst of the company, with some numbers in it."""
    found = company.program(EVERYWHERE, "read", "upload")
    assert found.send(NUMBERS, file_name="numbers.csv").json()["state"] == "committed"
    return found


SAME = [
    ("/scorecard", {}, ["scorecard"]),
    (
        "/scorecard",
        {"window": "ytd", "as_of": "2026-10-15"},
        ["scorecard", "--window", "ytd", "--as-of", "2026-10-15"],
    ),
    ("/scorecard", {"department": "sales"}, ["scorecard", "--department", "sales"]),
    ("/scorecard", {"known_at": "2026-01-01"}, ["scorecard", "--known-at", "2026-01-01"]),
    ("/kpis/revenue", {"as_of": "2026-10-15"}, ["kpi", "revenue", "--as-of", "2026-10-15"]),
    (
        "/kpis/csat",
        {"window": "FY2026", "by": "client"},
        ["kpi", "csat", "--window", "FY2026", "--by", "client"],
    ),
    ("/uploads", {}, ["uploads", "list"]),
    ("/uploads/2", {}, ["uploads", "show", "2"]),
]


def test_the_answer_is_that_of_the_command_line(program: Program, database_url: str) -> None:
    for path, params, words in SAME:
        said = run(*words, "--json", "--token", program.token, "--database-url", database_url)
        assert said.code == 0, said
        assert program.get(path, **params) == said.json


def test_answers_have_the_shapes_of_the_description(company: Company, program: Program) -> None:
    document = program.get("/openapi.json")
    addresses = {"/kpis/{code}": "/kpis/csat?by=region", "/uploads/{upload_id}": "/uploads/2"}
    for door in DOORS:
        if door.method == "GET" and door.answers:
            validated(document, door.answers, program.get(addresses.get(door.path, door.path)))
    sent = program.send(NUMBERS.replace(",120,", ",130,"), dry_run=True)
    validated(document, "Receipt", sent.json())
    wrong = program.send("kpi,period,value\nnosuch,2026-10,abc\n")
    validated(document, "Receipt", wrong.json())
    validated(document, "Problem", wrong.json())


def validated(document: dict, name: str, answer: object) -> None:
    jsonschema.validate(answer, {**document, "$ref": f"#/components/schemas/{name}"})


def test_the_description_has_every_route_and_no_other(company: Company) -> None:
    found = company.program(ANALYST).get("/openapi.json")
    described = {(method.upper(), path) for path, one in found["paths"].items() for method in one}
    served = {
        (method, route.path)
        for route in routes(lambda: company.database)
        for method in route.methods or ()
        if route.path.startswith("/api/v1/") and method != "HEAD"
    }
    assert described == served
    assert len({one["operationId"] for path in found["paths"].values() for one in path.values()}) == len(
        described
    )
    text = json.dumps(found)
    assert all(f'"{name}"' in text for name in ("bearer", "413", "422", "409", "application/yaml"))


def test_the_document_of_definitions_is_the_file_of_the_command_line(
    company: Company, database_url: str
) -> None:
    exported = run("catalogue", "export", "--database-url", database_url).out
    whole = company.program(EVERYWHERE).get("/catalogue")
    assert whole == json.loads(json.dumps(yaml.safe_load(exported), default=str))
    answer = company.program(ADMINISTRATOR, "define")(
        "GET", "/catalogue", headers={"Accept": "application/yaml"}
    )
    assert (answer.text, answer.headers["Content-Type"]) == (exported, "application/yaml; charset=utf-8")


def test_definitions_have_nothing_of_other_departments(company: Company) -> None:
    program = company.program(ANALYST)
    found = program.get("/catalogue")
    assert [one["code"] for one in found["kpis"]] == ["revenue", "margin", "visits"]
    for path in ("/catalogue", "/scorecard", "/kpis/margin", "/uploads"):
        text = json.dumps(program.get(path))
        assert not [word for word in OTHERS if f'"{word}"' in text or f"{{{word}}}" in text], path


WRONG = [
    ("/scorecard", {"window": "2026-13"}, 400),
    ("/scorecard", {"window": "0001-01"}, 400),
    ("/scorecard", {"window": ""}, 400),
    ("/scorecard", {"as_of": "yesterday"}, 400),
    ("/scorecard", {"as_of": "2026-02-30"}, 400),
    ("/scorecard", {"as_of": "20261014"}, 400),
    ("/scorecard", {"known_at": "noon"}, 400),
    ("/scorecard", {"known_at": "9999-12-31T23:59:59-05:00"}, 400),
    ("/scorecard", {"windw": "ytd"}, 400),
    ("/scorecard", {"as_of": ["2026-10-14", "2026-10-15"]}, 400),
    ("/scorecard", {"department": "nosuch"}, 404),
    ("/scorecard", {"department": "\x00"}, 404),
    ("/kpis/nosuch", {}, 404),
    ("/kpis/%00", {}, 404),
    ("/kpis/revenue", {"by": "client"}, 400),
    ("/kpis/a/b", {}, 404),
    ("/uploads", {"limit": "0"}, 400),
    ("/uploads", {"limit": "1001"}, 400),
    ("/uploads", {"limit": "1e2"}, 400),
    ("/uploads/latest", {}, 404),
    ("/uploads/99999999999999999999", {}, 404),
    ("/uploads/%F0%9F%92%A9", {}, 404),
    ("/uploads/1/file", {}, 409),
    ("/nothing", {}, 404),
    ("", {}, 404),
]


def test_a_wrong_question_is_answered_with_one_sentence(company: Company) -> None:
    program = company.program(EVERYWHERE)
    for path, params, status in WRONG:
        answer = program("GET", path, params=params)
        assert answer.status_code == status, (path, params, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Cache-Control"] == "no-store"
        document = answer.json()
        assert document["status"] == status
        assert document["detail"].endswith(".")
        assert "Traceback" not in answer.text


def test_a_wrong_method_is_told_what_the_address_takes(company: Company) -> None:
    program = company.program(ANALYST)
    answer = program("DELETE", "/uploads")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert program("PUT", "/kpis/revenue").content == program("PUT", "/kpis/nosuch").content
    assert program("POST", "/scorecard").status_code == 405


def test_what_was_not_expected_is_told_without_what_it_was(company: Company, monkeypatch, caplog) -> None:
    def broken(*_, **__):
        raise ZeroDivisionError("SELECT secret FROM company")

    monkeypatch.setattr("kpidash.services.scorecards.scorecard", broken)
    answer = company.program(ANALYST)("GET", "/scorecard")
    assert (answer.status_code, answer.json()["detail"]) == (500, problems.UNEXPECTED)
    assert "secret" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_the_database_is_never_asked_on_the_event_loop(company: Company) -> None:
    asked, loops = set(), set()

    def database() -> Database:
        asked.add(threading.get_ident())
        return company.database

    async def loop(_request) -> None:
        loops.add(threading.get_ident())
        raise LookupError

    client = TestClient(
        Starlette(routes=[*routes(database), Route("/loop", loop)]), raise_server_exceptions=False
    )
    with client:
        Program(client, company.program(ANALYST).token).get("/scorecard")
        client.get("/loop")
    assert asked
    assert loops
    assert not asked & loops

"""Who may ask what over HTTP: without a good token nothing answers, and with one what it lends."""

from datetime import UTC, datetime, timedelta

import pytest

from kpidash.api.v1.routes import DOORS, NO_TOKEN
from kpidash.domain.access import Grant, Role
from kpidash.services import access, tokens
from kpidash.store.engine import Database
from tests.api.programs import (
    ADMINISTRATOR,
    ANALYST,
    EVERYWHERE,
    EXECUTIVE,
    STAFF,
    Company,
    Program,
    client_of,
)

ADDRESSES = [
    *((door.method, door.path.replace("{code}", "revenue").replace("{upload_id}", "1")) for door in DOORS),
    ("GET", "/nothing"), ("DELETE", "/uploads"), ("HEAD", "/scorecard"), ("GET", "/../v2"),
]  # fmt: skip
REVENUE = "kpi,period,value,region\nrevenue,2026-10,100,North\n"


def refused(answer) -> None:
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank", "title": "Unauthorized", "status": 401,
        "detail": "This token is not known, has expired or was ended; make a new one.",
    }  # fmt: skip


def test_nothing_answers_without_a_good_token(company: Company) -> None:
    good = company.program(ANALYST, "read").token
    elsewhere = {"access_token": good, "token": good}
    for method, path in ADDRESSES:
        for headers in (
            {}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {good}"},
            {"Authorization": good}, {"Cookie": f"kpidash={good}; Bearer={good}"}, {"X-Api-Key": good},
        ):  # fmt: skip
            answer = company.client.request(method, f"/api/v1{path}", headers=headers, params=elsewhere)
            assert answer.status_code == 401, (method, path, headers)
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="kpidash"'
            assert method == "HEAD" or answer.json()["detail"] == NO_TOKEN
        if method != "HEAD":
            refused(Program(company.client, "kpidash_" + "0" * 64)(method, path))


def test_a_token_that_has_expired_or_was_ended_does_nothing(company: Company) -> None:
    old = company.program(ANALYST, "read", days=1, at=datetime.now(UTC) - timedelta(days=1))
    refused(old("GET", "/whoami"))
    ended = company.program(ANALYST, "read")
    ended.get("/whoami")
    only = tokens.listed(company.database, access.sign_in(company.database, ANALYST))[0]
    tokens.end(company.database, access.sign_in(company.database, ADMINISTRATOR), only.id)
    refused(ended("GET", "/whoami"))


def test_a_token_ends_with_its_person_and_changes_with_their_role(company: Company) -> None:
    program = company.program(ANALYST, "read", "upload")
    assert program.send("kpi,period,value\nvisits,2026-10-05,7\n").status_code == 201
    company.change(ANALYST, takes=STAFF[ANALYST], gives=Grant(Role.VIEWER, "metros"))
    assert program.send("kpi,period,value\nvisits,2026-10-06,7\n").status_code == 403
    assert program("GET", "/kpis/revenue").status_code == 404
    assert program("GET", "/kpis/visits").status_code == 200
    company.dismiss(ANALYST)
    refused(program("GET", "/kpis/visits"))


def test_whoami_says_what_the_token_lends(company: Company) -> None:
    assert company.program(ANALYST, "read", "upload", departments=["metros"]).get("/whoami") == {
        "user": ANALYST,
        "capabilities": [
            {"capability": "read", "everywhere": False, "departments": ["metros"]},
            {"capability": "upload", "everywhere": False, "departments": ["metros"]},
        ],
    }
    wide = company.program(EXECUTIVE).get("/whoami")["capabilities"]
    assert wide == [{"capability": "read", "everywhere": True, "departments": ["metros", "sales", "service"]}]


MAY = {
    ("GET", "/whoami"): {"read", "upload", "define", "manage_users"},
    ("GET", "/openapi.json"): {"read", "upload", "define", "manage_users"},
    ("GET", "/scorecard"): {"read"},
    ("GET", "/kpis/{code}"): {"read"},
    ("GET", "/catalogue"): {"read"},
    ("POST", "/uploads"): {"upload"},
    ("GET", "/uploads"): {"read"},
    ("GET", "/uploads/{upload_id}"): {"read"},
    ("GET", "/uploads/{upload_id}/file"): {"read"},
    ("POST", "/uploads/{upload_id}/undo"): {"upload"},
}


@pytest.mark.parametrize("capability", ["read", "upload", "define", "manage_users"])
def test_each_door_takes_the_capability_that_it_needs_and_no_other(company: Company, capability: str) -> None:
    assert set(MAY) == {(door.method, door.path) for door in DOORS}
    made = company.program(EVERYWHERE, "upload", name="first").send(REVENUE).json()["upload_id"]
    person = ADMINISTRATOR if capability in {"define", "manage_users"} else EVERYWHERE
    program = company.program(person, capability)
    for (method, path), enough in MAY.items():
        address = path.replace("{code}", "revenue").replace("{upload_id}", made)
        body = {"content": REVENUE.encode()} if (method, path) == ("POST", "/uploads") else {}
        answer = program(method, address, **body)
        assert answer.status_code in ({200, 201} if capability in enough else {403}), (path, answer.text)
    yaml = program("GET", "/catalogue", headers={"Accept": "application/yaml"})
    assert yaml.status_code == (200 if capability == "define" else 403)


HIDDEN = [
    ("GET", "/kpis/{}", "cost", "cosx"),
    ("GET", "/kpis/{}?by=region", "csat", "csax"),
    ("GET", "/scorecard?department={}", "service", "servicx"),
    ("GET", "/uploads/{}", "2", "9"),
    ("GET", "/uploads/{}/file", "2", "9"),
    ("POST", "/uploads/{}/undo", "2", "9"),
]


@pytest.mark.parametrize("person", [ANALYST, EVERYWHERE])
def test_what_is_out_of_scope_answers_as_what_is_not_there(company: Company, person: str) -> None:
    sent = company.program(EVERYWHERE, "upload", name="first").send("kpi,period,value\ncost,2026-10,5\n")
    assert sent.json()["upload_id"] == "2"  # the catalogue is the first
    program = company.program(person, "read", "upload", departments=["sales"])
    for method, path, hidden, missing in HIDDEN:
        there, nowhere = (program(method, path.format(one)) for one in (hidden, missing))
        assert (there.status_code, nowhere.status_code) == (404, 404), path
        was = nowhere.text.replace(f"'{missing}'", f"'{hidden}'").replace(f"load {missing}", f"load {hidden}")
        assert there.text == was
        headers = [{**answer.headers, "content-length": ""} for answer in (there, nowhere)]
        assert headers[0] == headers[1]
    whole = company.program(EVERYWHERE, "read", "upload", name="whole")
    for method, path, hidden, _ in HIDDEN:
        assert whole(method, path.format(hidden)).status_code in {200, 201}, path


def test_a_file_for_others_is_refused_as_one_for_nobody(company: Company) -> None:
    program = company.program(ANALYST, "upload", "read")
    answers = [program.send(f"kpi,period,value\n{code},2026-10,5\n") for code in ("cost", "cosx")]
    assert [one.status_code for one in answers] == [422, 422]
    assert answers[0].content.replace(b"cost", b"?") == answers[1].content.replace(b"cosx", b"?")


def test_the_address_of_whoever_asks_stands_with_the_scope(company: Company, monkeypatch) -> None:
    program, asked = company.program(ANALYST), []
    monkeypatch.setattr(access, "as_json", lambda scope: asked.append(scope) or {})
    program.get("/whoami")
    assert asked[0].origin == "token job, testclient"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:correct-horse@localhost:1/company", "does not answer"),
        ("sqlite:////nowhere/x.db", ""),
    ],
)
def test_a_database_that_is_away_is_told_without_its_address(url: str, said: str) -> None:
    away = Database(url)
    answer = Program(client_of(away), "kpidash_" + "0" * 64)("GET", "/whoami")
    away.dispose()
    assert answer.status_code == 503
    assert said in answer.json()["detail"]
    assert not [word for word in ("localhost", "correct", "nowhere", "sqlite") if word in answer.text]

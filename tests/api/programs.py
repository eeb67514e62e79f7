"""A small company over HTTP: its people, their tokens, and programs that ask with these."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from kpidash.api.v1.routes import routes
from kpidash.domain.access import Grant, Role
from kpidash.services import access, tokens
from kpidash.services.catalogues import apply_catalogue
from kpidash.store import users
from kpidash.store.engine import Database
from tests.cli.company import CATALOGUE

ANALYST, EVERYWHERE = "sales.analyst@example.com", "all@example.com"
EXECUTIVE, ADMINISTRATOR = "boss@example.com", "root@example.com"
STAFF = {
    ANALYST: Grant(Role.ANALYST, "sales"),
    EVERYWHERE: Grant(Role.ANALYST),
    EXECUTIVE: Grant(Role.EXECUTIVE),
    ADMINISTRATOR: Grant(Role.ADMINISTRATOR),
}


@dataclass(frozen=True)
class Program:
    """A program that asks with a token."""

    client: TestClient
    token: str

    def __call__(self, method: str, path: str, **more: Any) -> Any:
        """The answer; `path` is behind `/api/v1`."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, **params: Any) -> Any:
        """The document at a path, which must be there."""
        answer = self("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, text: str | bytes, key: str | None = None, **params: Any) -> Any:
        """What becomes of a file."""
        headers = {"Idempotency-Key": key} if key else {}
        content = text if isinstance(text, bytes) else text.encode()
        return self("POST", "/uploads", content=content, params=params, headers=headers)


@dataclass(frozen=True)
class Company:
    """The company behind the API."""

    database: Database
    client: TestClient

    def program(self, person: str, *capabilities: str, name: str = "job", **more: Any) -> Program:
        """A program with a token of this person."""
        scope = access.sign_in(self.database, person)
        made = tokens.make(self.database, scope, name, capabilities=capabilities or ("read",), **more)
        return Program(self.client, made.secret)

    def change(self, person: str, *, gives: Grant | None = None, takes: Grant | None = None) -> None:
        """Change the roles of a person."""
        with self.database.write() as connection:
            found = users.find(connection, person)
            assert found
            if takes:
                assert users.revoke(connection, found.id, takes)
            if gives:
                users.grant(connection, found.id, gives)

    def dismiss(self, person: str) -> None:
        """Let a person sign in no more."""
        with self.database.write() as connection:
            found = users.find(connection, person)
            assert found
            users.disable(connection, found.id, datetime.now(UTC))


def client_of(database: Database) -> TestClient:
    """A client of the routes as app.py has them, over this database."""
    return TestClient(Starlette(routes=routes(lambda: database)))


def staffed(database: Database) -> Company:
    """The small company with its people, and no numbers."""
    system = access.system_user("test")
    applied = apply_catalogue(database, system, CATALOGUE.encode(), dry_run=False, prune=False)
    assert applied.state == "applied"
    with database.write() as connection:
        for email, role in STAFF.items():
            users.grant(connection, users.add(connection, email, email.partition("@")[0]), role)
    return Company(database, client_of(database))

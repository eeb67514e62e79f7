"""The small company behind the API, and a gate in front of an app that answers everything."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kpidash.api.gate import Gate
from kpidash.domain.access import Capability, system_scope
from kpidash.services import sessions
from kpidash.services.database import Database, open_database
from kpidash.services.sessions import Begun
from kpidash.services.watching import watcher_of
from kpidash.settings import Settings, load
from kpidash.store import users
from tests.api.asking import Inner
from tests.api.programs import Company, staffed

ASHA, DEV = "asha@example.com", "dev@example.com"
KEY = "mYq7Zr3vK9wB2nH5tXcJ8dLfG4sPaE6u"
ADMINISTRATOR = system_scope("root")
assert ADMINISTRATOR.may(Capability.MANAGE_USERS)


@pytest.fixture
def company(database: Database) -> Company:
    """The small company with its people, and no numbers."""
    return staffed(database)


@dataclass
class Screens:
    """Uploads and files as if each belonged to the session that its name begins with."""

    acted: list[bytes] = field(default_factory=list)

    def permits(self, payload: bytes, session_id: str) -> bool:
        return payload != b"forged" and session_id != "nobody"

    def acts(self, payload: bytes) -> bool:
        self.acted.append(payload)
        return payload == b"click"

    def owns_upload(self, path: str, session_id: str) -> bool:
        return path.split("/")[3] == session_id

    def owns_media(self, path: str, session_id: str) -> bool:
        return path.removeprefix("/media/").startswith(session_id)


@dataclass
class Guarded:
    """A gate, what is behind it, and two people who signed in."""

    gate: Gate
    inner: Inner
    database: Database
    asha: Begun
    dev: Begun


def settings(auth: str = "local", url: str | None = "https://kpi.example.com", **more: str) -> Settings:
    """Settings as the environment gives them."""
    given = {"KPIDASH_AUTH": auth, "KPIDASH_SECRET_KEY": KEY, **more}
    return load(given | ({"KPIDASH_URL": url} if url else {}))


def guard(database: Database, found: Settings) -> tuple[Gate, Inner]:
    """A gate with these settings."""
    inner = Inner()
    pages = frozenset({"", "kpi", "export", "healthz", "metrics"})
    gate: Any = Gate(inner, settings=found, database=lambda: database, pages=pages, screens=Screens())
    return gate, inner


@pytest.fixture
def guarded(sqlite_template: Path, tmp_path: Path) -> Iterator[Guarded]:
    """The gate of a company in which Asha and Dev have signed in."""
    shutil.copy(sqlite_template, tmp_path / "kpidash.db")
    database = open_database(f"sqlite:///{tmp_path / 'kpidash.db'}")
    with database.write() as connection:
        for email in (ASHA, DEV):
            users.add(connection, email, email.partition("@")[0].title())
    asha, dev = (begun(database, email) for email in (ASHA, DEV))
    gate, inner = guard(database, settings())
    yield Guarded(gate, inner, database, asha, dev)
    watcher_of(database).stop()
    database.dispose()


def begun(database: Database, email: str, **when: Any) -> Begun:
    """A session of a person."""
    return sessions.begin(database, email, method="password", address="192.0.2.7", agent="Firefox", **when)


def cookie(session: Begun | str) -> tuple[str, str]:
    """The header of a browser that holds the session."""
    token = session if isinstance(session, str) else session.token
    return "cookie", f"__Host-kpidash={token}"


OWN = ("origin", "https://kpi.example.com")

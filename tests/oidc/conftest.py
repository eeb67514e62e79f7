"""The application with its database, the provider, and browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kpidash import settings
from kpidash.api import cookies
from kpidash.api.entrance import oidc
from kpidash.services import sessions
from kpidash.services.oidc.signing_in import CALLBACK, Door
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


@pytest.fixture
def app(database, environment, app_port) -> Iterator[Callable[..., str]]:
    """Starts the application with further settings; what comes back is its address."""
    samples.define(database)
    with ExitStack() as stack:

        def start(door: Door | None = None, **more: str) -> str:
            found = settings.load(environment | more)
            listener = listening(app_port)
            inside = Starlette(
                routes=[
                    *oidc.routes(lambda: database, found, door=door),
                    Route("/who", lambda request: _who(database, request)),
                ]
            )
            stack.enter_context(served(inside, listener))
            return str(found.url)

        yield start


@pytest.fixture
def visit(app) -> Iterator[Callable[..., Browser]]:
    """Starts the application and opens a browser for it."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(Browser(app(**more)))


def _who(database: Any, request: Request) -> PlainTextResponse:
    """For whom the cookie of a session speaks, as the gate asks before everything."""
    token = cookies.read(request.headers, https=False)
    found = sessions.of_token(database, token) if token else None
    return PlainTextResponse(found.email if found else "nobody")

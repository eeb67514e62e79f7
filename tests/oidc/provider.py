"""The identity provider of the tests and, in front of it, a line on which its answers can be tampered with.

The provider is a real one, which does nothing wrong by itself. Somebody on the line who even has its key can
do all that must be refused.
"""

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
from joserfc import jwt
from joserfc.jwk import JWKRegistry, Key
from joserfc.jws import JWSRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kpidash.services.oidc.signing_in import CALLBACK, LEFT
from tests.oidc.serving import listening, port_of, served

PASSWORD = "correct horse 7 battery"  # noqa: S105
SECRET = "a secret of the client"  # noqa: S105
PEOPLE = {
    "asha": {"name": "Asha Rao", "email": "asha@example.com", "groups": ["kpi-all", "kpi-sales"]},
    "dev": {"name": "Dev Menon", "email": "dev@example.com", "groups": []},
}
DISCOVERY, TOKEN, KEYS = "/.well-known/openid-configuration", "/oauth/token", "/oauth/jwks.json"
Change = Callable[[dict[str, Any]], dict[str, Any]]


def new_key() -> Key:
    """A key to sign with, under a name of its own."""
    return JWKRegistry.generate_key("RSA", 2048, auto_kid=True)


class Provider:
    """The provider, and what is done to its answers: `changes` by path, of JSON bodies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.listener = listening()
        self.issuer = f"http://localhost:{port_of(self.listener)}"
        self.key = new_key()
        self.callbacks: list[str] = []
        self.changes: dict[str, Change] = {}
        self.asked: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    def start(self) -> None:
        """Run it, for the callbacks that are known."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = port_of(probe)
        settings = {
            "secret": "of the provider, for its own cookies",
            "public": self.issuer.partition("://")[2],
            "port": self._port,
            "keys": [self.key.as_dict(private=True)],
            "people": PEOPLE,
            "password": PASSWORD,
            "clients": {
                "kpidash": self.client(),
                "elsewhere": self.client(audience=["other"]),
                "shared": self.client(audience=["shared", "other"]),
                "other": self.client(),
                "posting": self.client(token_endpoint_auth_method="client_secret_post"),  # noqa: S106
            },
        }
        file = self._folder / "provider.json"
        file.write_text(json.dumps(settings), encoding="utf-8")
        program = Path(__file__).with_name("identity_provider.py")
        self._process = subprocess.Popen(
            [sys.executable, program, file], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def client(self, **more: Any) -> dict[str, Any]:
        """What the provider knows of an application; people need not consent to what is on this machine."""
        known = {
            "client_secret": SECRET,
            "client_uri": "http://127.0.0.1",
            "redirect_uris": self.callbacks,
            "post_logout_redirect_uris": [one.replace(CALLBACK, LEFT) for one in self.callbacks],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "scope": ["openid", "profile", "groups", "email"],
            "token_endpoint_auth_method": "client_secret_basic",
        }
        return known | more

    def stop(self) -> None:
        """End it; whoever asks is told by the line that there is nobody."""
        if self._process is not None and self._process.stdout is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def restart(self, key: Key | None = None) -> None:
        """Run it anew, with another key where one is given."""
        self.stop()
        self.key = key or self.key
        self.start()

    def forge(self, change: Change, *, header: dict[str, Any] | None = None, key: Key | None = None) -> None:
        """Change the claims of each ID token and sign it again: with the provider's key unless told else."""

        def forged(answer: dict[str, Any]) -> dict[str, Any]:
            every = JWSRegistry(algorithms=list(JWSRegistry.algorithms), strict_check_header=False)
            token = jwt.decode(answer["id_token"], self.key, registry=every)
            top = {**token.header, **(header or {})}
            claims = change(dict(token.claims))
            if top["alg"] == "none":
                return answer | {"id_token": f"{_part(top)}.{_part(claims)}."}
            return answer | {"id_token": jwt.encode(top, claims, key or self.key, registry=every)}

        self.changes[TOKEN] = forged

    async def pass_on(self, request: Request) -> Response:
        """Ask the provider what was asked here, and answer what it answers, or something else."""
        path = request.url.path
        self.asked.append(path)
        try:
            async with httpx2.AsyncClient(verify=False) as client:  # to the provider it is plain HTTP
                found = await client.request(
                    request.method,
                    str(request.url.replace(scheme="http", hostname="localhost", port=self._port)),
                    headers=[pair for pair in request.headers.raw if pair[0] != b"connection"],
                    content=await request.body(),
                )
        except httpx2.HTTPError:
            return Response("nobody there", 502)
        content = found.content
        if path in self.changes and found.status_code == 200:
            content = json.dumps(self.changes[path](json.loads(content))).encode()
        response = Response(content, found.status_code)
        dropped = {b"content-length", b"connection", b"transfer-encoding", b"content-encoding"}
        kept = [(name.lower(), value) for name, value in found.headers.raw if name.lower() not in dropped]
        response.raw_headers = [*kept, (b"content-length", str(len(content)).encode())]
        return response


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@contextmanager
def running(folder: Path, callbacks: list[str]) -> Iterator[Provider]:
    """A provider for applications with these callbacks."""
    provider = Provider(folder)
    provider.callbacks = callbacks
    line = Starlette(routes=[Route("/{path:path}", provider.pass_on, methods=["GET", "POST"])])
    with ExitStack() as stack:
        stack.callback(provider.stop)
        stack.enter_context(served(line, provider.listener))
        provider.start()
        yield provider

"""A browser without a window: sends forms through the gate to the entrance, and keeps cookies."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote, urlencode

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kpidash import settings
from kpidash.api import measures
from kpidash.api.entrance import local
from kpidash.api.gate import SESSION, Gate
from tests.services.people_who_sign_in import KEY

BASE = "https://kpi.example.com"
FOUND = settings.load({"KPIDASH_AUTH": "local", "KPIDASH_URL": BASE, "KPIDASH_SECRET_KEY": KEY})


class NoScreens:
    """There are none here."""

    def acts(self, payload: bytes) -> bool:
        raise AssertionError(payload)

    owns_upload = owns_media = acts


def app_of(database, provider=None):
    """The gate with the entrance behind it, and a page that says who asks."""

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.scope[SESSION].email)

    entrance = local.routes(lambda: database, FOUND, style="/static/own/entrance.css", provider=provider)
    inner = Starlette(routes=[*entrance, Route("/", page), Route("/kpi", page)])
    gate = Gate(
        inner, settings=FOUND, database=lambda: database, pages=frozenset({"", "kpi"}), screens=NoScreens()
    )
    return measures.Measured(gate, frozenset({"", "kpi", "sign-in", "sign-out"}))


@dataclass
class Answer:
    """What the browser got."""

    status: int
    headers: Headers
    text: str

    @property
    def told(self) -> list[str]:
        """What the page says in its alert."""
        found = re.search(r'role="alert".*?</div>', self.text, re.DOTALL)
        return [unescape(one) for one in re.findall(r"<(?:p|li)>(.*?)</", found[0])] if found else []

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        return unescape(re.search(rf'type="hidden" name="{name}" value="(.*?)"', self.text)[1])


@dataclass
class Browser:
    """One browser at one address."""

    app: object
    client: str = "192.0.2.7"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Answer:
        """Open an address."""
        return self._ask("GET", address, b"", [])

    def post(self, address: str, *, origin: str = BASE, **fields: str) -> Answer:
        """Send a form."""
        kind = ("content-type", "application/x-www-form-urlencoded")
        return self._ask("POST", address, urlencode(fields).encode(), [kind, ("origin", origin)])

    def sign_in(self, email: str, password: str, **fields: str) -> Answer:
        """Fill in the form."""
        return self.post("/sign-in", email=email, password=password, **fields)

    def _ask(self, method: str, address: str, body: bytes, headers: list[tuple[str, str]]) -> Answer:
        sent: list[dict] = []
        path, _, query = address.partition("?")
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = [("host", "kpi.example.com"), *headers, *([("cookie", jar)] if jar else [])]
        scope = {
            "type": "http", "method": method, "path": unquote(path), "raw_path": path.encode(),
            "query_string": query.encode(), "scheme": "http", "http_version": "1.1", "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given],
            "client": (self.client, 50000),
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(dict(message))

        with ThreadPoolExecutor(1) as apart:  # where browser tests ran before, this thread has a loop already
            apart.submit(asyncio.run, self.app(scope, receive, send)).result()
        answer = Headers(raw=sent[0]["headers"])
        self._keep(answer.getlist("set-cookie"))
        text = b"".join(one.get("body", b"") for one in sent[1:]).decode()
        return Answer(sent[0]["status"], answer, text)

    def _keep(self, given: list[str]) -> None:
        for one in given:
            name, _, rest = one.partition("=")
            value = rest.partition(";")[0].strip('"')
            if value and "max-age=0" not in rest.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)

"""A real server over the company, with a session and a token of each person, and the list of its routes."""

import asyncio
import contextlib
import http.client
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta

from kpidash.services.sessions import Begun
from tests.access.company import Company, session_of
from tests.access.deeds import KEY
from tests.e2e.tab import Tab

ROOT = Path(__file__).resolve().parents[2]
_LIST = """
import json, os
import app
found = []
def walk(routes, before=""):
    for one in routes:
        path = before + getattr(one, "path", "")
        below = getattr(one, "routes", None)
        if below:
            walk(below, path)
        for method in sorted(getattr(one, "methods", None) or [type(one).__name__]):
            found.append(f"{method} {path}")
walk(app.app._build_starlette_app().routes)
print("routes:", json.dumps(found), flush=True)
os._exit(0)
"""


def settings(port: int) -> dict[str, str]:
    """What tells a server that people sign in."""
    return {
        "KPIDASH_AUTH": "local",
        "KPIDASH_URL": f"http://localhost:{port}",
        "KPIDASH_SECRET_KEY": KEY,
    }


def routes_of_the_app(url: str) -> set[str]:
    """Method and path of every route there is, Streamlit's own too, as the app itself has them."""
    environment = os.environ | settings(8599) | {"KPIDASH_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", _LIST], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    line = next(one for one in done.stdout.splitlines() if one.startswith("routes: "))
    return set(json.loads(line.removeprefix("routes: ")))


def _cookie(session: Begun) -> dict[str, str]:
    return {"Cookie": f"kpidash={session.token}"}


@dataclass(frozen=True)
class Served:
    """The server over the database at `url`; `sessions` and `tokens` are of the people by their roles."""

    base: str
    url: str
    company: Company
    sessions: dict[str, Begun]
    tokens: dict[str, str | None]

    def headers(self, role: str | None) -> dict[str, str]:
        """What a browser of this person sends; of a stranger no session."""
        cookie = {} if role is None else _cookie(self.sessions[role])
        return cookie | {"Origin": self.base}

    def headers_of_another(self, role: str) -> dict[str, str]:
        """The same of a session that was just begun."""
        return _cookie(session_of(self.company, role)) | {"Origin": self.base}

    def ask(self, method: str, address: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        """One request, its address as it stands here."""
        line = http.client.HTTPConnection("localhost", int(self.base.rpartition(":")[2]), timeout=20)
        line.request(method, address, body or None, headers)
        answer = line.getresponse()
        found = answer.status, answer.read()
        line.close()
        return found

    def tab(self, role: str, screen: str | None = None) -> "Noting":
        """A tab of a person; with `screen` it says that it was that one before."""
        return Noting(self.base, headers=self.headers(role), screen=screen)


@dataclass
class Noting(Tab):
    """A tab that notes what it was given: the ids of buttons, inputs, our own parts and fragments."""

    buttons: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def script(self) -> str:
        """The hash of the page's script."""
        return self._script

    async def brings(self, message: BackMsg) -> list[str]:
        """All that a message brings, as texts; one that is not heard brings nothing."""
        self.told.clear()
        self._finished.clear()
        await self.say(message)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._finished.wait(), 1 if message.rerun_script.fragment_id else 20)
        return list(self.told)

    def _look(self, delta: Delta) -> None:
        super()._look(delta)
        self.told.append(delta.SerializeToString().decode("utf-8", "ignore"))
        if delta.fragment_id and delta.fragment_id not in self.fragments:
            self.fragments.append(delta.fragment_id)
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "button":
            self.buttons.append(element.button.id)
        elif kind in {"text_input", "selectbox"}:
            self.inputs.append(getattr(element, kind).id)
        elif kind == "bidi_component":
            base = element.bidi_component.id
            self.parts += [base, f"$$STREAMLIT_INTERNAL_KEY_{base}__events"]

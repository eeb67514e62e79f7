"""Each route, door of the API and page of a real server × each person and a stranger; and forgeries."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from kpidash.services import access, uploads
from kpidash.services.database import open_database
from kpidash.ui.address import PAGES
from tests.access.company import MONTHS, ROLES, WHOLE, Place, company_of, session_of, token_of
from tests.access.expected import API, ROUTES, SCREENS, SERVICES
from tests.access.serving import Noting, Served, routes_of_the_app, settings
from tests.access.telling import CHANCE, as_if, leaks, sign
from tests.api.asking import run
from tests.e2e.conftest import serving
from tests.e2e.tab import Tab
from tests.e2e.test_failover import free_port

pytestmark = pytest.mark.e2e
STRANGER = None


@pytest.fixture(scope="module")
def served(founded_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    url = f"sqlite:///{shutil.copy(founded_file, folder / 'company.db')}"
    company = company_of(open_database(url))
    sessions = {role: session_of(company, role) for role in ROLES}
    tokens = {role: token_of(company, role) for role in ROLES}
    with serving(url, folder / "server.log", port=port, **settings(port)) as base:
        yield Served(base, url, company, sessions, tokens)
    company.database.dispose()
    log = (folder / "server.log").read_text()
    assert "Traceback" not in log
    assert not leaks(log)


def test_every_route_is_known(served: Served):
    found = routes_of_the_app(served.url)
    assert found == set(ROUTES)
    doors = {one for one in found if " /api/v1/" in one and not one.startswith("HEAD")}
    assert doors == set(API)
    assert {one.partition(" /")[2] for one in found if one.partition(" /")[2] in PAGES} == set(PAGES)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route(served: Served, route: str):
    method, _, path = route.partition(" ")
    if method in {"WebSocketRoute", "Mount"}:
        method, path = "GET", path or "/anything-else.js"
    address = path.replace(":path", "").format(**_NAMES)
    stranger, signed = ROUTES[route]
    assert served.ask(method, address, served.headers(STRANGER))[0] == stranger
    for role in ROLES[:1] if route == "POST /sign-in" else ROLES:  # guessing is slowed down
        ends = route == "POST /sign-out"
        headers = served.headers_of_another(role) if ends else served.headers(role)
        status, body = served.ask(method, address, headers)
        assert status == signed, role
        assert role in WHOLE or not leaks(body.decode("utf-8", "replace")), role


_NAMES = {
    "code": "lagoon-cost", "upload_id": "3", "token": "x" * 43, "session_id": "0" * 36, "file_id": "0" * 36,
    "path": "nothing.js", "rest": "v2",
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("door", API)
def test_a_door(served: Served, door: str, role: str):
    name, query = API[door]
    own, other = (cells.replace(" ", "")[ROLES.index(role)] for cells in SERVICES[name])
    meadow = _outcome(served, door, query, role, served.company.meadow)
    wrong = []
    for expected, where in ((own, "harbour"), (other, "lagoon")):
        place = getattr(served.company, where)
        here = _outcome(served, door, query, role, place)
        found = sign(here, meadow, as_if(meadow, served.company.meadow, place), where)
        wanted = "x" if served.tokens[role] is None else expected
        if found != wanted:
            wrong.append(f"{where}: {found} instead of {wanted}\n  {here}\n  {meadow}"[:3000])
        if role not in WHOLE and (said := leaks(here, place.given)):
            wrong.append(f"{where}: {said}")
    assert not wrong, "\n".join(wrong)


def _outcome(served: Served, door: str, query: str, role: str, place: Place) -> str:
    method, _, path = door.partition(" ")
    address = path.format(code=place.kpi, upload_id=place.upload)
    address += ("?" + query.format(**vars(place)).replace("MONTH", MONTHS[1])) if query else ""
    token = served.tokens[role]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = place.file() if door == "POST /api/v1/uploads" else b""
    status, answer = served.ask(method, address, headers, body)
    text = CHANCE.sub("…", answer.decode("utf-8", "replace"))
    return f"refused: {text}" if status in {401, 403} else f"{status} {text}"


@asynccontextmanager
async def _opened(tab: Noting, page: str = "", **query: str) -> AsyncIterator[Noting]:
    await tab.open(page, urlencode(query))
    try:
        yield tab
    finally:
        await tab.close()


def _shown(tab: Tab) -> str:
    return " ".join(tab.texts.values())


@pytest.mark.parametrize("role", ROLES)
def test_a_screen(served: Served, role: str):
    """The pages over the real websocket: what is there without a server is there with one, and no more."""

    async def look() -> list[str]:
        wrong, lagoon = list[str](), served.company.lagoon
        tab = served.tab(role)
        await tab.open("")
        for name, cells in SCREENS.items():
            page, _, query = name.partition("?")
            asked = query.format(**vars(lagoon), both=served.company.both).replace("MONTH", MONTHS[1])
            await tab.act(page, asked)
            sign_here = cells[1].replace(" ", "")[ROLES.index(role)]
            refused = "not for your role" in _shown(tab) or "no role in this company" in _shown(tab)
            if refused != (sign_here == "x"):
                wrong.append(f"{name}: {'refused' if refused else 'shown'}")
            if role not in WHOLE and (said := leaks(_shown(tab), lagoon.given)):
                wrong.append(f"{name}: {said}")
        await tab.close()
        return wrong + tab.errors

    assert run(look()) == []


def _state(served: Served) -> object:
    database = served.company.database
    with database.read(newest=True) as connection:
        return database.state(connection)


def _message(
    page: str, query: str = "", *states: WidgetState, fragment: str = "", script: str = ""
) -> BackMsg:
    """What a browser sends when something was used; any of it can be made up."""
    message = BackMsg()
    asked = message.rerun_script
    asked.page_name, asked.query_string = page, query
    asked.fragment_id, asked.page_script_hash, asked.is_auto_rerun = fragment, script, bool(fragment)
    asked.widget_states.widgets.extend(states)
    return message


@pytest.mark.parametrize("role", [one for one in ROLES if one not in WHOLE])
def test_what_others_screens_hold_does_nothing_here(served: Served, role: str):
    """Widgets, fragments and files of the screens of the company's administrator, auditor and a clerk."""
    lagoon = served.company.lagoon

    async def attack() -> list[str]:
        brought = []
        async with (
            _opened(served.tab("root"), "periods") as periods,
            _opened(served.tab("inspector"), "audit") as audit,
            _opened(served.tab("inspector"), "uploads", code=str(lagoon.upload)) as upload,
            _opened(served.tab(role)) as thief,
        ):
            used = [
                *(WidgetState(id=one, trigger_value=True) for one in (*periods.buttons, *upload.buttons)),
                *(WidgetState(id=one, json_trigger_value=_SENT) for one in (*periods.parts, *upload.parts)),
                *(WidgetState(id=one, string_value="lagoon") for one in audit.inputs),
            ]
            assert len(used) > 5
            for page, asked in (
                ("periods", ""),
                ("audit", ""),
                ("uploads", f"code={lagoon.upload}"),
                ("", ""),
            ):
                brought += await thief.brings(_message(page, asked, *used))
            for other in (periods, audit, upload):
                assert other.fragments
                for fragment in other.fragments:
                    told = _message("audit", fragment=fragment, script=other.script)
                    brought += await thief.brings(told)
            assert audit.files
            for file in (*audit.files, *upload.files):
                if not file.startswith("/media/"):
                    with pytest.raises(TimeoutError):  # such a message is dropped
                        await asyncio.wait_for(thief.fetch(file), 0.5)
        return brought

    before = _state(served)
    brought = run(attack())
    assert _state(served) == before
    assert [one for text in brought for one in leaks(text, lagoon.given)] == []


_SENT = '[{"event": "sent", "value": "2020-01"}, {"event": "asked", "value": {"part": "added"}}]'


def test_files_and_places_for_uploads_are_for_their_screen_alone(served: Served):
    async def attack() -> None:
        async with _opened(served.tab("inspector"), "audit") as audit:
            address = await audit.fetch(next(one for one in audit.files if not one.startswith("/media/")))
            assert address
            made = [address, *(one for one in audit.files if one.startswith("/media/"))]
            put = f"/_stcore/upload_file/{audit.screen}/0f0f0f0f-0000-0000-0000-000000000000"
            for role in (STRANGER, *ROLES):
                own, other = role == "inspector", 401 if role is STRANGER else 404
                for one in made:
                    found = await asyncio.to_thread(served.ask, "GET", one, served.headers(role))
                    assert found[0] == (200 if own else other), role
                for method in ("PUT", "DELETE"):
                    found = await asyncio.to_thread(served.ask, method, put, served.headers(role), b"x")
                    # one's own is asked next for Streamlit's own token against forgery
                    assert found[0] == (403 if own else other), role

    run(attack())


def test_a_change_elsewhere_sends_nothing(served: Served):
    """A page that shows a department is not run again by what is uploaded in another one."""

    async def watch() -> tuple[int, int]:
        async with (
            _opened(served.tab("viewer"), "department", code="harbour") as own,
            _opened(served.tab("inspector"), "department", code="lagoon") as other,
        ):
            await asyncio.to_thread(_report, served)
            for _ in range(100):
                if other.moved:
                    break
                await asyncio.sleep(0.1)
            await asyncio.sleep(2)
            return len(own.moved), len(other.moved)

    own, other = run(watch())
    assert other, "whoever sees the lagoon is shown the change"
    assert own == 0


def _report(served: Served) -> None:
    clerk = access.sign_in(served.company.database, served.company.lagoon.clerk)
    content = f"kpi,period,lagoon,value\nlagoon-calls,{MONTHS[1]}-01,Deep,777\n"
    done = uploads.ingest(served.company.database, clerk, "lagoon-now.csv", content.encode())
    assert done.state == "committed"

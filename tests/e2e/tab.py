"""One browser tab as the server sees it: Streamlit's websocket and messages, without a browser.

It asks for pages and does what a tab does by itself: it runs the fragments again that ask for it, at their
times, and tells the server which large elements it has already.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 60.0
"""Seconds after which an answer counts as missing."""


class Broken(Exception):  # noqa: N818 - reads as what happened
    """The server closed the connection, did not answer in time, or showed an error."""


@dataclass
class Tab:
    """One tab on the server at `address`, with the times in seconds of what was asked.

    `polls` are the seconds of the runs of fragments by themselves, `moved` the moments (Unix time) at which
    the screen had followed the data by itself, `received` the bytes that came; `texts` holds, by the key of
    each component, what it was sent last, `options` what each select box offers, and `files` the addresses of
    files to download; `repeating` are the fragments that ask to be run again, `places` where on the screen
    there is something; while it is `drawing` a run has begun and not ended. `headers` are sent when it
    connects; `screen` is the id of the screen that it says to have been before, and then that which it is.
    """

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    screen: str | None = None
    polls: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    received: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    repeating: set[str] = field(default_factory=set)
    places: set[tuple[int, ...]] = field(default_factory=set)
    drawing: bool = False

    def __post_init__(self) -> None:
        self._asking = asyncio.Lock()
        self._known: dict[str, ForwardMsg] = {}
        self._selects: dict[str, str] = {}
        self._chosen: dict[str, WidgetState] = {}
        self._page = self._query = ""
        self._script = ""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._finished: asyncio.Event = asyncio.Event()
        self._asked: str | None = None
        """The fragment that was asked for; empty for the whole screen."""
        self._whole = False
        """Whether the whole screen runs."""
        self._socket: ClientConnection
        self._made: asyncio.Future[str | None]

    async def open(self, page: str = "", query: str = "") -> float:
        """Connect and run a page; the seconds until its script has finished."""
        began = time.perf_counter()
        self._socket = await connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN", *([self.screen] if self.screen else [])],
            additional_headers=self.headers,
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )
        self._tasks["reader"] = asyncio.create_task(self._read())
        await self.act(page, query)
        return time.perf_counter() - began

    async def act(self, page: str, query: str = "") -> float:
        """Go to a page of the app, as a click on a link does; the seconds until its script has finished."""
        self._page, self._query = page, query
        self.keep_still()
        return await self._ask()

    async def choose(self, label: str, option: str) -> float:
        """Choose in a select box; the seconds until the script has finished."""
        state = WidgetState(id=self._selects[label], string_value=option)
        self._chosen[label] = state
        return await self._ask()

    async def repeat(self, fragment: str) -> float:
        """Run a fragment again; the seconds until it has finished."""
        return await self._ask(fragment)

    async def fetch(self, file: str) -> str | None:
        """Ask for a file that is made when it is asked for: its address, None without an answer."""
        message, self._made = BackMsg(), asyncio.get_running_loop().create_future()
        message.backend_operation_request.request_id = file
        message.backend_operation_request.session_id = self.screen or ""
        message.backend_operation_request.deferred_file.file_id = file
        await self._socket.send(message.SerializeToString())
        try:
            return await asyncio.wait_for(self._made, 5)
        except TimeoutError:
            return None

    def keep_still(self) -> None:
        """Ask nothing by itself any more, as whoever wants to keep an old screen would."""
        for name in [name for name in self._tasks if name != "reader"]:
            self._tasks.pop(name).cancel()

    async def say(self, message: BackMsg | bytes) -> None:
        """Send any message; nothing is waited for."""
        await self._socket.send(message if isinstance(message, bytes) else message.SerializeToString())

    async def closed(self) -> None:
        """Return when the server has closed the connection."""
        await self._socket.wait_closed()

    async def close(self) -> None:
        """Close the tab."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._socket.close()

    async def _ask(self, fragment: str = "") -> float:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self._query, self._page
        state.page_script_hash, state.fragment_id = self._script if fragment else "", fragment
        state.is_auto_rerun = bool(fragment)
        state.cached_message_hashes.extend(self._known)
        state.widget_states.widgets.extend(self._chosen.values())
        state.context_info.timezone, state.context_info.locale = "Asia/Kolkata", "en-IN"
        async with self._asking:
            self._finished.clear()
            self._asked, began = fragment, time.perf_counter()
            await self._socket.send(message.SerializeToString())
            with _explained():
                await asyncio.wait_for(self._finished.wait(), PATIENCE)
            self._asked = None
            return time.perf_counter() - began

    async def _read(self) -> None:
        async for payload in self._socket:
            self.received += len(payload)
            message = ForwardMsg.FromString(payload)  # type: ignore[arg-type]
            if message.WhichOneof("type") == "ref_hash":
                message = self._known[message.ref_hash]
            elif message.metadata.cacheable:
                self._known[message.hash] = message
            self._take(message)

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.errors.append("the script does not compile")
            self._finish(message.script_finished)
        elif kind == "new_session":
            self._script = message.new_session.page_script_hash
            self.screen, self.drawing = message.new_session.initialize.session_id, True
            self._whole = not message.metadata.run.fragment_ids
            if self._whole:
                self.texts.clear()
                self.places.clear()
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "backend_operation_response" and not self._made.done():
            self._made.set_result(message.backend_operation_response.deferred_file.url or None)
        elif kind == "delta":
            self.places.add(tuple(message.metadata.delta_path))
            self._look(message.delta)

    def _finish(self, how: int) -> None:
        self.drawing = False
        if how == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        if self._whole and self._asked != "":
            self.moved.append(time.time())
        self._finished.set()

    def _look(self, delta: Delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(element.exception.message)
        elif kind == "selectbox":
            self._selects[element.selectbox.label] = element.selectbox.id
            self.options[element.selectbox.label] = list(element.selectbox.options)
        elif kind == "download_button":
            self.files.append(element.download_button.deferred_file_id or element.download_button.url)
        elif kind == "bidi_component":
            _, _, key = element.bidi_component.id.removeprefix("$$ID-").partition("-")
            self.texts[key] = element.bidi_component.bytes.decode()

    def _repeat(self, fragment: str, interval: float) -> None:
        self.repeating.add(fragment)
        if fragment not in self._tasks:
            self._tasks[fragment] = asyncio.create_task(self._poll(fragment, interval))

    async def _poll(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            before = len(self.moved)
            seconds = await self._ask(fragment)
            if len(self.moved) == before:  # else the whole screen has run
                self.polls.append(seconds)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise Broken(f"no answer within {PATIENCE:.0f} s") from None

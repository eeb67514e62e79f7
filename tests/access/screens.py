"""A screen of one session without a server: Streamlit's AppTest, with every message that a browser gets."""

import base64
import json
import re
import struct
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import numpy as np
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import ElementTree
from streamlit.util import calc_hash

from kpidash.ui import belongings
from tests.access.company import SECRETS
from tests.access.telling import leaks

_APP = "from kpidash.ui import shell\nshell.run()"
_NUMBERS = [one for one in SECRETS if one.replace(".", "").isdigit()]
_KEY = re.compile(r"^.*ID-[0-9a-f]+-")
_PACKED = re.compile(r'"dtype":\s*"(\w+)",\s*"bdata":\s*"([^"]*)"|"bdata":\s*"([^"]*)",\s*"dtype":\s*"(\w+)"')


class Screen:
    """One open tab."""

    def __init__(self, session: str) -> None:
        self._app = AppTest.from_string(_APP, default_timeout=60)
        self._app.user = {belongings.KEY: session}
        self._messages: list[ForwardMsg] = []
        self._downloads: dict[str, Callable[[], bytes]] = {}

    def open(self, page: str, query: dict[str, str]) -> "Screen":
        """Run a page."""
        self._app._page_hash = calc_hash(page)
        self._app.query_params.clear()
        for name, value in query.items():
            self._app.query_params[name] = value
        return self.send()

    def send(self, *states: WidgetState) -> "Screen":
        """Run the same page again with what widgets say."""
        kept = local_script_runner.parse_tree_from_messages

        def noted(messages: list[ForwardMsg]) -> ElementTree:
            self._messages = list(messages)
            return kept(messages)

        def offered(manager: MediaFileManager, call: Callable[[], bytes], *args: Any, **kwargs: Any) -> str:
            self._downloads[kwargs["file_name"] if "file_name" in kwargs else str(args[1])] = call
            return add(manager, call, *args, **kwargs)

        self._downloads = {}
        add = MediaFileManager.add_deferred
        with (
            patch.object(local_script_runner, "parse_tree_from_messages", noted),
            patch.object(MediaFileManager, "add_deferred", offered),
        ):
            self._app._run(WidgetStates(widgets=states))
        return self

    @property
    def payload(self) -> bytes:
        """All that a browser was sent in the last run, as it would travel."""
        return b"\n".join(one.SerializeToString() for one in self._messages)

    @property
    def exceptions(self) -> list[str]:
        """What broke."""
        return [one.message for one in self._app.exception]

    @property
    def shown(self) -> dict[str, str]:
        """What each of our own components was sent, by its key."""
        found = {}
        for message in self._messages:
            element = message.delta.new_element
            if element.WhichOneof("type") == "bidi_component":
                _, _, key = element.bidi_component.id.removeprefix("$$ID-").partition("-")
                found[key] = element.bidi_component.bytes.decode()
        return found

    @property
    def callbacks(self) -> dict[str, WidgetMetadata[Any]]:
        """The widgets of the last run that call something, by what a person would call them."""
        found = self._app._session_state._state._new_widget_state.widget_metadata
        every = {key: one for key, one in found.items() if one.callback or one.callbacks}
        return {self._name(key): one for key, one in every.items()}

    def _name(self, widget_id: str) -> str:
        """The key that the page gave, else the words on the button."""
        key = _KEY.sub("", widget_id)
        buttons = (message.delta.new_element.button for message in self._messages)
        return next((one.label for one in buttons if one.id == widget_id), key) if key == "None" else key

    @property
    def downloads(self) -> dict[str, Callable[[], bytes]]:
        """What makes the files that are offered and made when somebody asks, by their names."""
        return self._downloads

    @property
    def state(self) -> Any:
        """The session's state."""
        return self._app.session_state


def seen_of_the_lagoon(payload: bytes, given: tuple[str, ...] = ()) -> list[str]:
    """What the bytes of messages tell of the lagoon: texts, and numbers however they are packed."""
    text = payload.decode("utf-8", "ignore")
    found = leaks(text, given)
    for one in _NUMBERS:
        if struct.pack("<d", float(one)) in payload:
            found.append(f"{one} as bytes")
    for match in _PACKED.finditer(text):
        dtype, data = match[1] or match[4], match[2] or match[3]
        values = np.frombuffer(base64.b64decode(data), np.dtype(dtype)).astype(float)
        found += [f"{one} in a chart" for one in _NUMBERS if np.isclose(values, float(one)).any()]
    return found


def used(widget: WidgetMetadata[Any], said: str = "") -> WidgetState:
    """What a browser, or somebody in its place, sends so that the callback of a widget runs."""
    if widget.value_type == "json_trigger_value":
        events = [{"event": event, "value": said} for event in widget.callbacks or {}]
        return WidgetState(id=widget.id, json_trigger_value=json.dumps(events))
    given: dict[str, Any] = {
        "trigger_value": True,
        "string_value": said,
        "json_value": json.dumps(dict.fromkeys(widget.callbacks or {}, said)),
        "string_array_value": StringArray(data=[said]),
    }
    return WidgetState(id=widget.id, **{widget.value_type: given[widget.value_type]})

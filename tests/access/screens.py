"""A screen of one session without a server: Streamlit's AppTest, with every message that a browser would get."""

import base64
import json
import re
import struct
from typing import Any
from unittest.mock import patch

import numpy as np
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.element_tree import ElementTree
from streamlit.util import calc_hash

from kpidash.ui import belongings
from tests.access.company import SECRETS
from tests.access.telling import leaks

_APP = "from kpidash.ui import shell\nshell.run()"
_NUMBERS = [one for one in SECRETS if one.replace(".", "").isdigit()]
_PACKED = re.compile(r'"dtype":\s*"(\w+)",\s*"bdata":\s*"([^"]*)"|"bdata":\s*"([^"]*)",\s*"dtype":\s*"(\w+)"')


class Screen:
    """One open tab."""

    def __init__(self, session: str) -> None:
        self._app = AppTest.from_string(_APP, default_timeout=60)
        self._app.user = {belongings.KEY: session}
        self._messages: list[ForwardMsg] = []

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

        with patch.object(local_script_runner, "parse_tree_from_messages", noted):
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
    def callbacks(self) -> dict[str, str]:
        """The ids of the widgets that call something, by their keys."""
        state = self._app._session_state._state
        found = {}
        for widget_id, meta in state._new_widget_state.widget_metadata.items():
            if meta.callback is not None or meta.callbacks:
                found[widget_id] = widget_id
        return found


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


def pressed(widget_id: str) -> WidgetState:
    """A button that was pressed."""
    return WidgetState(id=widget_id, trigger_value=True)


def sent(widget_id: str, **said: Any) -> WidgetState:
    """What one of our own components sends."""
    events = [{"event": event, "value": value} for event, value in said.items()]
    return WidgetState(id=widget_id, json_trigger_value=json.dumps(events))

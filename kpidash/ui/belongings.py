"""To whose screens uploads and files belong: their addresses hold nothing that only their owner could know.

Streamlit forgets in every run of a screen which files it was given, and keeps some of them for another run;
whoever was given a file may fetch it for as long as it is kept.
"""

import threading
from collections import OrderedDict
from pathlib import PurePosixPath
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

KEY = "session"
"""The key of st.user under which the id of the session is, as .streamlit/config.toml says."""
MOST = 20_000
"""Files given to sessions that are remembered."""
_BY_ITSELF = frozenset({"app_heartbeat", "load_git_info", None})
_PERMITTED = frozenset(
    {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "load_git_info",
     "backend_operation_request"}
)  # fmt: skip
"""Messages that screens send; the others empty caches, stop the server or install something."""


class Given:
    """Which files were given to which sessions. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, address: str, session_id: str) -> None:
        """A session was given the file at an address."""
        pair = _stem(address), session_id
        with self._lock:
            self._known[pair] = None
            self._known.move_to_end(pair)
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def has(self, address: str, session_id: str) -> bool:
        """Whether it was."""
        with self._lock:
            return (_stem(address), session_id) in self._known


given = Given()


def watch(manager: MediaFileManager) -> None:
    """Note from now on to whom each file is given, also those that are made when somebody asks for them."""
    add, execute = manager.add, manager.execute_deferred

    def noted(*args: Any, **kwargs: Any) -> str:
        address = add(*args, **kwargs)
        context = get_script_run_ctx()
        _note(address, None if context is None else context.user_info.get(KEY))
        return address

    def executed(file_id: str) -> str:
        owner = _made_for(file_id)  # before, as what made it may be forgotten meanwhile
        address = execute(file_id)
        _note(address, owner)
        return address

    manager.add = noted  # type: ignore[method-assign]
    manager.execute_deferred = executed  # type: ignore[method-assign]


class Belongings:
    """What the gate asks."""

    def permits(self, payload: bytes, session_id: str) -> bool:
        """Whether a screen of the session may send this message; one that cannot be read nobody may."""
        message = _read(payload)
        kind = message and message.WhichOneof("type")
        if message is None or kind not in _PERMITTED:
            return False
        if kind != "backend_operation_request":
            return True
        request = message.backend_operation_request
        operation = request.WhichOneof("payload")
        if operation == "deferred_file":
            return not session_id or _made_for(request.deferred_file.file_id) == session_id
        return operation == "dataframe_chunk"  # Streamlit keeps these by screen

    def acts(self, payload: bytes) -> bool:
        """Whether a person did something to send this message."""
        message = _read(payload)
        kind = message and message.WhichOneof("type")
        if message is not None and kind == "rerun_script":
            return not message.rerun_script.is_auto_rerun
        return kind not in _BY_ITSELF

    def owns_upload(self, path: str, session_id: str) -> bool:
        """Whether an upload's address, /_stcore/upload_file/<screen>/<file>, is of the session's screen."""
        parts = path.split("/")
        return len(parts) == 5 and _owner(parts[3]) == session_id

    def owns_media(self, path: str, session_id: str) -> bool:
        """Whether the session was given the file."""
        return given.has(path, session_id)


def _note(address: str, session_id: object) -> None:
    if isinstance(session_id, str):
        given.note(address, session_id)


def _read(payload: bytes) -> BackMsg | None:
    message = BackMsg()
    try:
        message.ParseFromString(payload)
    except DecodeError:
        return None
    return message


def _made_for(file_id: str) -> object:
    """The session of the screen that offers a file which is made when somebody asks; nothing public tells."""
    if not runtime.exists():
        return None
    found = runtime.get_instance().media_file_mgr._deferred_callables.get(file_id)
    return None if found is None else _owner(found["session_id"])


def _owner(screen: str) -> object:
    """The session that a screen belongs to, None where there is no such screen."""
    if not runtime.exists():
        return None
    found = runtime.get_instance()._session_mgr.get_session_info(screen)
    return None if found is None else found.session._user_info.get(KEY)


def _stem(address: str) -> str:
    return PurePosixPath(address).name.partition(".")[0]

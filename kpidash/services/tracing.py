"""Log lines that belong together: those of one request, and of one open screen, carry its id."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
_ADDRESS = 2
_SECRET = re.compile(r"(^/link/|\?).*", re.DOTALL)
"""One-time links, and queries: the provider's answer has its code there."""
_request: ContextVar[str] = ContextVar("request", default="")


@contextmanager
def traced(request: str) -> Iterator[None]:
    """Within, log lines of this thread or task carry the id."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def _mark(record: logging.LogRecord) -> bool:
    record.request_id = _request.get()
    return True


def configure(kind: str) -> None:
    """Write the log to standard error: as `text`, or as `json` with one object a line. Safe to repeat.

    Other libraries' lines come the same way, from warnings upwards.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name("kpidash")
    handler.addFilter(_mark)
    handler.setFormatter(_formatter(kind))
    root, own = logging.getLogger(), logging.getLogger("kpidash")
    root.handlers = [one for one in root.handlers if one.get_name() != "kpidash"] + [handler]
    own.setLevel(logging.INFO if kind == "json" else logging.WARNING)
    logging.getLogger("uvicorn.access").addFilter(_without_secrets)


def _without_secrets(record: logging.LogRecord) -> bool:
    """Leave out of an address, which uvicorn writes as the third thing, what only its reader is to know.

    `kpidash serve` writes no such lines, but whoever starts `uvicorn app:app` has them.
    """
    if isinstance(record.args, tuple) and len(record.args) > _ADDRESS:
        address = _SECRET.sub(r"\1…", str(record.args[_ADDRESS]))
        record.args = (*record.args[:_ADDRESS], address, *record.args[_ADDRESS + 1 :])
    return True


def _formatter(kind: str) -> logging.Formatter:
    if kind != "json":
        return logging.Formatter("%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s")
    from pythonjsonlogger.json import JsonFormatter  # only where it is asked for

    return JsonFormatter(
        "{levelname}{name}{message}{request_id}",
        style="{",
        timestamp="time",
        rename_fields={"levelname": "level", "name": "logger"},
    )

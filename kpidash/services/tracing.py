"""Log lines that belong together: those of one request, and of one open screen, carry its id."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
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

"""Refusals and failures as `application/problem+json` (RFC 9457): each says in words what was wrong."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from kpidash.api.refusals import Refusal
from kpidash.domain.access import NotPermitted
from kpidash.services.database import DatabaseUnavailable, SchemaOutdated
from kpidash.services.errors import NotThere, Standing, WrongQuestion, sentence

MEDIA_TYPE = "application/problem+json"
NO_STORE = {"Cache-Control": "no-store"}
CHALLENGE = 'Bearer realm="kpidash"'
UNAVAILABLE = "The database does not answer; try again in a moment."
OUTDATED = "The database is not of this version; an administrator has to run `kpidash init`."
UNEXPECTED = "This should not have happened; the log of the server has the rest, under this request's id."
_log = logging.getLogger("kpidash.api")


class Unknown(Exception):  # noqa: N818 - reads as the answer that programs get
    """Nobody knows who is asking. `challenge` is the value of WWW-Authenticate."""

    def __init__(self, message: str, challenge: str = CHALLENGE) -> None:
        super().__init__(message)
        self.challenge = challenge


class TooLarge(Exception):  # noqa: N818 - reads as the answer that programs get
    """The body is larger than what is taken."""


def problem(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The answer with this status, a sentence, and what else machines can use."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **(more or {}),
    }
    content = json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")
    return Response(content, status, {**NO_STORE, **(headers or {})}, MEDIA_TYPE)


def of(reason: Exception) -> Response:
    """The answer to what went wrong; what was not expected goes to the log and is not told."""
    if isinstance(reason, Refusal):  # the gate counts bytes as they come
        return problem(reason.status, reason.words, headers=reason.headers)
    if isinstance(reason, Unknown):
        return problem(401, sentence(reason), headers={"WWW-Authenticate": reason.challenge})
    for kind, (status, said, headers) in _KNOWN.items():
        if isinstance(reason, kind):
            if said is not None:
                _log.warning("not answered: %s", reason)
            return problem(status, said or sentence(reason), headers=headers)
    _log.error("unexpected", exc_info=reason)
    return problem(500, UNEXPECTED)


_KNOWN: dict[type[Exception], tuple[int, str | None, dict[str, str]]] = {
    NotPermitted: (403, None, {}),
    NotThere: (404, None, {}),
    Standing: (409, None, {}),
    TooLarge: (413, None, {"Connection": "close"}),
    WrongQuestion: (400, None, {}),
    ClientDisconnect: (400, "The request was cut off.", {}),
    DatabaseUnavailable: (503, UNAVAILABLE, {"Retry-After": "5"}),
    SchemaOutdated: (503, OUTDATED, {}),
}
"""Status, the sentence where it is not the exception's own, and headers; the first that fits."""

"""What can be asked: doors with their parameters, and one question as it came."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response

from kpidash.api.v1.problems import NO_STORE
from kpidash.domain.access import Capability, Scope
from kpidash.services.database import Database
from kpidash.services.errors import WrongQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that a question can say, at most once unless `many`; `read` raises WrongQuestion.

    `kind` is its JSON type and `choices` all that it can be, where that is little.
    """

    name: str
    words: str
    read: Callable[[str], Any] = str
    kind: str = "string"
    choices: tuple[str, ...] = ()
    many: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent, and what else the form around it said."""

    name: str
    content: bytes
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: by whom, what `path` names, what was `given` by parameters, and the file of an upload."""

    database: Database
    scope: Scope
    path: Mapping[str, str]
    headers: Headers
    given: Mapping[str, Any]
    sent: Sent = field(default_factory=lambda: Sent("", b""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A method on a path (behind `/api/v1`) and the function that answers, away from the event loop.

    `answers` names the shape of its JSON in `kpidash.api.v1.shapes`, None where it has none; `media` are all
    types of its answers. `writes` are doors that change something and may take long; with `takes_file` the
    body is an upload.
    """

    method: str
    path: str
    words: str
    answer: Callable[[Asked], Response]
    parameters: tuple[Parameter, ...] = ()
    needs: Capability | None = None
    answers: str | None = None
    media: tuple[str, ...] = ("application/json",)
    writes: bool = False
    takes_file: bool = False


def given(door: Door, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The parameters as they are meant; raises WrongQuestion for one that the door does not have.

    What is misspelt must not pass for left out: it could be the one that says to write nothing.
    """
    known, found = {one.name: one for one in door.parameters}, dict[str, Any]()
    for name, text in pairs:
        if name not in known:
            has = f"there are {', '.join(known)}" if known else "there is none"
            raise WrongQuestion(f"there is no parameter '{name}' here; {has}")
        value = _read(known[name], text)
        if known[name].many:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise WrongQuestion(f"'{name}' is given twice")
        else:
            found[name] = value
    return found


def _read(parameter: Parameter, text: str) -> Any:
    if not text.strip():
        raise WrongQuestion(f"'{parameter.name}' is empty; give a value, or leave it away")
    if parameter.choices and text not in parameter.choices:
        raise WrongQuestion(f"'{text}' is no {parameter.name}; use {' or '.join(parameter.choices)}")
    return parameter.read(text)


def answered(document: Any, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """A document as the answer; nobody on the way may keep it."""
    return JSONResponse(document, status, {**NO_STORE, **(headers or {})})

"""Which past uploads are shown, kept in the address: a link shows the same list to another person."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from kpidash.services.past_uploads import PAGE, Asked
from kpidash.store.uploads import Kind, State
from kpidash.ui.filtering import day_of
from kpidash.ui.viewer import Viewer

KINDS = {
    Kind.ACTUALS: "Actuals",
    Kind.TARGETS: "Targets",
    Kind.UNDO: "Undos",
    Kind.CATALOGUE: "Definitions",
}
STATES = {State.COMMITTED: "In force", State.UNDONE: "Taken back"}
_NAMES = {"kind": "kind", "state": "state", "person": "person", "text": "find", "code": "kpi",
          "since": "since", "until": "until"}  # fmt: skip
"""Each field of Asked with its name in the address."""

_Word = TypeVar("_Word", bound=StrEnum)


def asked_of(parameters: Mapping[str, str]) -> tuple[Asked, int]:
    """What the address asks for, and from which upload on; what makes no sense in it is left out."""
    said = {field: parameters.get(name) or None for field, name in _NAMES.items()}
    number = parameters.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    asked = Asked(
        kind=_word(Kind, said["kind"]),
        state=_word(State, said["state"]),
        person=said["person"],
        text=(said["text"] or "")[:100],
        code=said["code"],
        since=day_of(said["since"]),
        until=day_of(said["until"]),
    )
    return asked, max(0, page - 1) * PAGE


def parameters_of(asked: Asked, start: int = 0) -> dict[str, str]:
    """The parameters of the address that asks for this."""
    said = {name: _text(getattr(asked, field)) for field, name in _NAMES.items()}
    if start:
        said["page"] = str(start // PAGE + 1)
    return {name: text for name, text in said.items() if text}


def address(viewer: Viewer, asked: Asked, start: int = 0) -> str:
    """The address of the list that is asked for."""
    return viewer.view.link("uploads", asked=parameters_of(asked, start))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _word(words: type[_Word], said: str | None) -> _Word | None:
    return words(said) if said in list(words) else None

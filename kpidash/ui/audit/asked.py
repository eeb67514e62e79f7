"""Which entries are shown, kept in the address: a link shows the same list to another person."""

from collections.abc import Mapping

from kpidash.services.audit_trail import Asked
from kpidash.ui.filtering import day_of
from kpidash.ui.viewer import Viewer

_NAMES = {"person": "person", "action": "action", "subject": "subject", "text": "find", "since": "since",
          "until": "until"}  # fmt: skip
"""Each field of Asked with its name in the address."""
BELOW, ABOVE = "below", "above"
"""The number next to which a page begins."""


def asked_of(parameters: Mapping[str, str]) -> tuple[Asked, int | None, int | None]:
    """What the address asks for, and next below or above which entry; what makes no sense is left out."""
    said = {field: (parameters.get(name) or "")[:200] or None for field, name in _NAMES.items()}
    asked = Asked(
        person=said["person"],
        action=said["action"],
        subject=said["subject"],
        text=said["text"] or "",
        since=day_of(said["since"]),
        until=day_of(said["until"]),
    )
    return asked, number_of(parameters.get(BELOW)), number_of(parameters.get(ABOVE))


def number_of(text: str | None) -> int | None:
    """The number of an entry."""
    said = text or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None


def parameters_of(asked: Asked) -> dict[str, str]:
    """The parameters of the address that asks for this."""
    said = {name: getattr(asked, field) for field, name in _NAMES.items()}
    return {name: str(value) for name, value in said.items() if value}


def address(viewer: Viewer, asked: Asked, **place: int) -> str:
    """The address of the list that is asked for; `place` is `below` or `above` an entry."""
    there = {name: str(number) for name, number in place.items()}
    return viewer.view.link("audit", asked=parameters_of(asked) | there)

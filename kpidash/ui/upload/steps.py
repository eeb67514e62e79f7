"""Where one is on the way from a file to stored values."""

from kpidash.ui.elements import Tree, element
from kpidash.ui.upload.desk import Desk

_STEPS = ("File", "Reading", "Changes", "Committed")


def steps(desk: Desk) -> Tree:
    """The steps, with the one on the screen marked."""
    at = _at(desk)
    items = [
        element("li", element("span", word), klass="past" if place < at else None,
                aria_current="step" if place == at else None, title=word)
        for place, word in enumerate(_STEPS)
    ]  # fmt: skip
    return element("ol", *items, klass="steps", aria_label="Steps of an upload")


def _at(desk: Desk) -> int:
    if desk.written is not None:
        return 2 if desk.written.receipt.conflicts else len(_STEPS)
    if desk.look is None:
        return 1 if desk.file else 0
    return 1 if desk.look.questions or desk.look.pages is None else 2

"""What is wrong with a form or a text, each problem with its place and what to do."""

import re

from kpidash.domain.differences import Kind
from kpidash.domain.problems import Problem
from kpidash.ingest.definitions import code_at
from kpidash.ui.blocks import table
from kpidash.ui.catalogue_editor import words
from kpidash.ui.catalogue_editor.asked import WORDS
from kpidash.ui.catalogue_editor.desk import Refused
from kpidash.ui.elements import Child, Tree, element
from kpidash.ui.sentences import begun

_MOST = 100
_PLACE = re.compile(r"(company|departments|kras|kpis)(?:\[([^\]]*)\])?(.*)")


def form_problems(refused: Refused) -> Tree:
    """The problems of a form by the names of its fields; those elsewhere by the definition they are in."""
    listed = [
        element("li", element("b", _field(refused, problem)), f": {_said(problem)}")
        for problem in refused.review.problems[:_MOST]
    ]
    return _outcome(
        len(refused.review.problems), "This cannot be yet", element("ul", *listed, klass="problems")
    )


def text_problems(refused: Refused) -> Tree:
    """The problems of a text by line and path, with what stands in the line."""
    lines = refused.review.content.decode("utf-8", "replace").splitlines()
    rows: list[tuple[Child, ...]] = []
    for problem in refused.review.problems[:_MOST]:
        line = problem.line or 0
        there = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        rows.append(
            (
                f"Line {problem.line}" if problem.line else "–",
                element("span", problem.path or "the text as a whole", klass="path"),
                problem.message,
                element("span", there if len(there) <= _SHOWN else there[:_SHOWN] + "…", klass="path"),
            )
        )
    heads = ("Place", "Field", "What is wrong", "What stands there")
    return _outcome(len(refused.review.problems), "This text cannot be used yet", table(heads, rows, "words"))


_SHOWN = 80


def _outcome(count: int, title: str, listed: Tree) -> Tree:
    number = "1 problem" if count == 1 else f"{count} problems"
    more = element("p", f"These are the first {_MOST}.") if count > _MOST else None
    return element(
        "section",
        element("h2", f"{title}: {number}"),
        element("p", "Nothing is written, and what you have entered is still here."),
        listed, more, klass="outcome bad", role="alert",
    )  # fmt: skip


def _field(refused: Refused, problem: Problem) -> str:
    """Where a problem is, in the words of the form."""
    kind = refused.asked.kind or Kind.COMPANY
    if problem.path.startswith(refused.path) and refused.path:
        return _within(kind, problem.path.removeprefix(refused.path).lstrip("."))
    found = _PLACE.fullmatch(problem.path)
    if found is None:
        return "Definitions"
    kind, field = Kind(found[1]), found[3].lstrip(".")
    if kind is Kind.COMPANY:
        return f"{begun(WORDS[kind])}, {_within(kind, field)}"
    return f"{begun(WORDS[kind])} {_name(refused, kind, found[2])}, {_within(kind, field)}"


def _name(refused: Refused, kind: Kind, place: str | None) -> str:
    """The name of another definition: by its number in the text, or its code where it stands in none."""
    code = place or ""
    if code.isdigit():
        code = code_at(refused.review.content, kind.value, int(code)) or code
    by_code = {one.code: one.name for one in getattr(refused.review.before, kind.value, ())}
    return f"“{by_code.get(code, code)}”"


def _within(kind: Kind, path: str) -> str:
    """A field by its label; an entry of a list with its row."""
    found = re.fullmatch(r"(\w*)(?:\[([0-9]+)\])?(?:\.(\w+))?", path)
    if found is None or not found[1]:
        return WORDS[kind]
    row = f", row {int(found[2]) + 1}" if found[2] else ""
    part = f", {found[3]}" if found[3] else ""
    return f"{words.label(kind, found[1])}{row}{part}"


def _said(problem: Problem) -> str:
    """The message in the words of the screen."""
    text = re.sub(r"^'\w+' is required$", "is needed", problem.message)
    return text.replace("at_risk", "at risk from").replace("on_target", "on target from")

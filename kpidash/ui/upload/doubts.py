"""What only the person knows: each doubt asked with cells of the file, and what was said last time."""

from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from kpidash.domain.period import Period
from kpidash.ingest.layout import Kind
from kpidash.ingest.periods import DateOrder
from kpidash.services.mappings import Answers
from kpidash.services.questions import Option, Question
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.formats import escaped
from kpidash.ui.upload.desk import Desk, heard
from kpidash.ui.upload.looking import Look
from kpidash.ui.upload.reading import ORDERS, SIGNS
from kpidash.ui.viewer import Viewer

_TITLES = {
    "date_order": "Which comes first in these dates?",
    "decimal": "Which sign separates the decimals?",
    "kind": "Actuals or targets?",
    "sheet": "Which sheet?",
}


def last_time(viewer: Viewer, desk: Desk, look: Look) -> None:
    """Offer the answers that somebody gave for a file with the same headers."""
    offer = look.preview.offered
    if offer is None or desk.answers or desk.answers.kind:
        return
    at = offer.saved_at.astimezone(ZoneInfo(viewer.catalogue.company.timezone))
    who = "you" if offer.actor == viewer.scope.actor else viewer.name(offer.actor)
    said = [element("li", text) for text in _said(viewer, offer.answers)]
    with st.container(border=True, key="last-time"):
        show(
            element("div",
                    element("b", f"As last time, by {who} on {viewer.formats.short_day(at.date())}?"),
                    element("p", "A file with these headers was uploaded before, and read like this:"),
                    element("ul", *said, klass="reasons"), klass="ask"),
            key="offer",
        )  # fmt: skip
        theirs = {name: getattr(offer.answers, name) for name in _KEPT}
        st.button("Yes, as last time", type="primary", key=f"last-time-{desk.round}", on_click=desk.answer,
                  kwargs=theirs)  # fmt: skip


def _said(viewer: Viewer, answers: Answers) -> list[str]:
    said = [
        f"‘{header}’ is {'left out' if meaning in ('', '-') else meaning}"
        for header, meaning in answers.mapping.items()
    ]
    known = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis}
    said += [f"‘{name}’ is the KPI {known.get(code, code)}" for name, code in answers.kpi_names.items()]
    if answers.date_order:
        said.append(f"days are written {ORDERS[answers.date_order.value]}")
    if answers.decimal:
        said.append(f"the decimal sign is {SIGNS[answers.decimal]}")
    shown = said[:_MOST]
    return [*shown, f"and {len(said) - _MOST} more"] if len(said) > _MOST else shown


_MOST = 6
_KEPT = ("kind", "mapping", "kpi_names", "date_order", "decimal")


def doubts(viewer: Viewer, desk: Desk, look: Look) -> None:
    """Every open question, one card each; an answer reads the file again."""
    for place, question in enumerate(look.questions):
        with st.container(border=True, key=f"question-{question.about}"):
            show(_question(question), key=f"about-{place}")
            words = {option.value: _option(viewer, question, option) for option in question.options}
            key = f"answer-{question.about}-{desk.round}"
            st.radio(
                _TITLES[question.about], list(words), index=None, key=key, format_func=words.__getitem__,
                label_visibility="collapsed", on_change=heard,
                args=(key, None, partial(_take, desk, question.about)),
            )  # fmt: skip


def _question(question: Question) -> Tree:
    cells = [part for cell in question.cells for part in (element("code", cell), " ")]
    match question.about:
        case "date_order" | "decimal":
            more = question.count - len(question.cells)
            line = element("p", "The file leaves it open: ", *cells, f"and {more} more" if more > 0 else None)
        case "kind":
            line = element(
                "p", "The file has both side by side. The other columns can be uploaded afterwards."
            )
        case _:
            line = element("p", "Several sheets of this workbook hold a table.")
    return element("div", element("b", _TITLES[question.about]), line, klass="ask")


def _option(viewer: Viewer, question: Question, option: Option) -> str:
    first = question.cells[0] if question.cells else ""
    match question.about:
        case "date_order":
            means = viewer.formats.period(option.means) if isinstance(option.means, Period) else option.value
            return f"{ORDERS[option.value].capitalize()}: {escaped(first)} is **{escaped(means)}**"
        case "decimal":
            sign = SIGNS[option.value].partition(":")[0].capitalize()
            if not isinstance(option.means, float):
                return sign
            least = min(float(one.means) for one in question.options if isinstance(one.means, float))
            means = viewer.formats.number(option.means, 3 if option.means == least else 0)
            return f"{sign}: {escaped(first)} is **{escaped(means)}**"
    return escaped(option.value.capitalize() if question.about == "kind" else option.value)


def _take(desk: Desk, about: str, answer: str) -> None:
    match about:
        case "date_order":
            desk.answer(date_order=DateOrder(answer))
        case "decimal":
            desk.answer(decimal=answer)
        case "kind":
            desk.answer(kind=Kind(answer))
        case "sheet":
            desk.say(sheet=answer)

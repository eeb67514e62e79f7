"""What each column means: the suggestion with its confidence and reason, and the person's own word."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from kpidash.charts.theme import STATUS
from kpidash.ingest.issues import IssueCode
from kpidash.ingest.layout import Kind
from kpidash.ingest.meanings import LEFT_OUT
from kpidash.services.seen_columns import SeenColumn
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.formats import escaped
from kpidash.ui.sentences import begun
from kpidash.ui.upload.desk import Desk, heard
from kpidash.ui.upload.looking import Look
from kpidash.ui.viewer import Viewer

_ROLES = {
    "kpi": "KPI (name or code)", "period": "Period", "value": "Value", "numerator": "Numerator",
    "denominator": "Denominator", "note": "Note", "target": "Target", "low": "Low end of the target",
    "high": "High end of the target", LEFT_OUT: "Leave it out",
}  # fmt: skip
_OF = {
    Kind.ACTUALS: ("kpi", "period", "value", "numerator", "denominator", "note"),
    Kind.TARGETS: ("kpi", "period", "target", "low", "high"),
}
_WHOLE = {"kpi": "All rows are of one KPI", "period": "All rows are of one period"}
_LIKELY = 0.3
_ALL = 24
"""Columns that get a line each; of more, only those that matter for a decision."""


def columns(viewer: Viewer, desk: Desk, look: Look) -> None:
    """The columns of the file, each with what it is read as; open ones are asked at once."""
    seen = look.preview.columns
    if not seen:
        return
    open_ = [one for one in seen if one.role is None]
    missing = _missing(look)
    known = len(seen) - len(open_)
    title = f"Columns: {known} of {len(seen)} understood"
    with st.expander(
        title, expanded=bool(open_ or missing), key=f"columns-{desk.round}-{bool(open_ or missing)}"
    ):
        _all_at_once(desk, open_)
        across = [one for one in seen if one.says]
        if across:
            show(_across(across), key="across")
        shown = [one for one in seen if not one.says]
        for place, one in enumerate(shown[:_ALL]):
            _line(viewer, desk, look, place, one)
        for role in missing:
            _whole(viewer, desk, role)


def _all_at_once(desk: Desk, open_: Sequence[SeenColumn]) -> None:
    """Take every suggestion for an open column that its name or its cells speak for."""
    likely = {one.name: one.guess.role for one in open_ if one.guess and one.guess.confidence >= _LIKELY}
    if not likely or len(set(likely.values())) < len(likely):
        return
    said = ", ".join(f"{escaped(name)} is {_ROLES.get(role, role).lower()}" for name, role in likely.items())
    st.button(
        f"Right: {said}", type="primary", key=f"likely-{desk.round}", on_click=desk.means, args=(likely,)
    )


def _across(across: Sequence[SeenColumn]) -> Tree:
    first, last = across[0], across[-1]
    what = f"{len(across)} columns hold one number each per row, from ‘{first.name}’ to ‘{last.name}’."
    return element(
        "p", what if len(across) > 1 else f"‘{first.name}’ holds one number per row.", klass="quiet"
    )


def _missing(look: Look) -> list[str]:
    """What no column says, or may say, and can be said for the whole file."""
    seen, issues = look.preview.columns, look.preview.issues.kept
    named = {one.column for one in issues if one.code is IssueCode.MISSING_COLUMN}
    named -= {one.guess.role for one in seen if one.role is None and one.guess}
    said = {role for role in _WHOLE if role in look.preview.answers.mapping}
    return [role for role in _WHOLE if role in named | said]


def _line(viewer: Viewer, desk: Desk, look: Look, place: int, one: SeenColumn) -> None:
    name, sure, choice = st.columns([3, 3, 3], vertical_alignment="center")
    with name:
        cells = [
            element("span", " "),
            *(part for cell in one.cells for part in (element("code", cell, klass="cellname"), " ")),
        ]
        show(
            element("div", element("b", one.name), element("small", *cells), klass="column"),
            key=f"column-{place}",
        )
    with sure:
        show(_sure(one, desk), key=f"sure-{place}")
    with choice:
        options = _options(viewer, look, one)
        now = _now(one, options)
        key = f"meaning-{desk.round}-{place}-{now}"
        st.selectbox(
            f"Meaning of {escaped(one.name)}", list(options), index=list(options).index(now) if now else None,
            format_func=options.__getitem__, key=key, label_visibility="collapsed",
            placeholder="Say what it is", on_change=heard, args=(key, now, partial(_means, desk, one.name)),
        )  # fmt: skip


def _means(desk: Desk, column: str, said: str) -> None:
    desk.means({column: said})


def _now(one: SeenColumn, options: dict[str, str]) -> str | None:
    return one.role if one.role in options else None


def _options(viewer: Viewer, look: Look, one: SeenColumn) -> dict[str, str]:
    dimensions = sorted({name for kpi in viewer.catalogue.kpis for name in kpi.dimensions})
    roles = {role: _ROLES[role] for role in _OF[look.preview.kind]}
    if look.preview.kind is Kind.ACTUALS:
        roles |= {name: f"Dimension: {name}" for name in dimensions}
    guess = one.guess.role if one.guess and one.role is None else None
    if guess in roles:
        roles = {
            guess: f"{roles[guess]} (likely)",
            **{role: word for role, word in roles.items() if role != guess},
        }
    others = {role: word for role, word in _ROLES.items() if role not in roles and role != LEFT_OUT}
    kpis = {kpi.code: f"Values of {kpi.name}" for kpi in viewer.catalogue.kpis if kpi.code not in roles}
    return {**roles, LEFT_OUT: _ROLES[LEFT_OUT], **others, **kpis}


def _sure(one: SeenColumn, desk: Desk) -> Tree:
    if one.name in desk.answers.mapping:
        return element("div", element("small", "You said so."), klass="sure")
    if one.guess is None:
        text = (
            "Left out."
            if one.role == LEFT_OUT
            else "It is named so."
            if one.role
            else "Nothing tells what it is."
        )
        return element("div", element("small", text), klass="sure")
    tone = STATUS["on_target" if one.role else "at_risk"].tone
    word = (
        f"{one.guess.confidence:.0%} sure"
        if one.role
        else f"{_ROLES.get(one.guess.role, one.guess.role)}? {one.guess.confidence:.0%} sure"
    )
    pill = element("span", word, klass=f"pill {tone}") if one.guess.confidence < 1 else None
    return element("div", pill, element("small", f"{begun(one.guess.reason)}."), klass="sure")


def _whole(viewer: Viewer, desk: Desk, role: str) -> None:
    """Say the KPI or the period once for all rows."""
    now = desk.answers.mapping.get(role)
    key = f"whole-{role}-{desk.round}"
    if role == "kpi":
        names = {kpi.code: kpi.name for kpi in viewer.catalogue.kpis if kpi.formula is None}
        st.selectbox(
            _WHOLE[role], list(names), index=list(names).index(now) if now in names else None, key=key,
            format_func=names.__getitem__, placeholder="No column names the KPI: which one is it?",
            on_change=heard, args=(key, now, partial(_means, desk, role)),
        )  # fmt: skip
    else:
        st.text_input(
            _WHOLE[role], value=now, key=key, on_change=heard, args=(key, now, partial(_means, desk, role)),
            placeholder="No column names the period: 2026-10, Q3 FY2026, 14 Oct 2026 …",
        )  # fmt: skip

"""The table of a change set: tabs with counts, search, sorting, and any number of rows, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from kpidash.ui.components import component

_grid = component("grid", js=("grid.js",), css=("grid.css",))

Cell = str | dict[str, str] | None
"""A text, or one with `sub` (small behind it), `tone` (a colour), `code` (a KPI to choose by it) or `href` (a
place in the app)."""


@dataclass(frozen=True, slots=True)
class Head:
    """One column; `width` is a track of a CSS grid; a `numeric` one is sorted from the greatest down."""

    id: str
    label: str
    width: str
    sort: bool = True
    numeric: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the table with its count in words; without rows (`none`) it cannot be chosen."""

    id: str
    label: str
    count: str
    none: bool = False
    tone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is drawn: `rows` are those from `start` on of `total`; `kind` names how they stack on a phone.

    `token` tells one file from the next, so that no rows of an earlier one stay.
    """

    kind: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    start: int
    total: int
    token: str
    words: dict[str, str | None] = field(default_factory=dict)


def draw(
    table: Table, tabs: Sequence[Tab], asked: dict[str, Any], *, key: str, on_ask: Callable[[Any], None]
) -> None:
    """Draw it; `on_ask` gets what people ask for next, before the page runs again."""
    data = {
        "kind": table.kind,
        "heads": [_plain(head) for head in table.heads],
        "tabs": [_plain(tab) for tab in tabs],
        "rows": table.rows,
        "start": table.start,
        "total": table.total,
        "token": table.token,
        "words": table.words,
        "asked": asked,
    }
    _grid(key=key, data=data, on_asked_change=lambda: on_ask(st.session_state[key]["asked"]))


def _plain(one: Head | Tab) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}

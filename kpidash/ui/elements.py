"""Screens as trees of elements, drawn by one component whose texts are text nodes.

A tree is JSON: `[tag, attributes, child, …]`, where a child is a tree or a text. The component
(`static/view.js`) creates elements from known tags and attributes only, so data can never become markup.
A link navigates inside the running app; with a modifier key it opens a tab as any link does. A button with
`data-send` sends that text to the page.
"""

from collections.abc import Callable
from typing import Any, NewType

import streamlit as st

from kpidash.charts.theme import STATUS
from kpidash.ui.components import component, packed

Tree = list[Any]
Child = Tree | str | None
Part = NewType("Part", bytes)
"""Trees ready to be sent: JSON with commas between them."""

_view = component(
    "view", js=("shapes.js", "view.js"), css=("view.css", "upload.css", "history.css", "catalogue.css")
)


def element(tag: str, *children: Child, **attributes: str | None) -> Tree:
    """An element: `element("a", "Sales", href="/department?code=sales", klass="name")`.

    Attributes that are None are left out, children that are None too; `klass` is the class, underscores
    stand for hyphens, and `var_x` sets the CSS variable `--x`.
    """
    given = {_attribute(name): value for name, value in attributes.items() if value is not None}
    return [tag, given, *(child for child in children if child is not None)]


def pack(*trees: Tree | None) -> Part:
    """The trees ready to be sent; those that are None are left out."""
    return Part(b",".join(packed(tree) for tree in trees if tree is not None))


def show(*trees: Tree | Part | None, key: str, sent: Callable[[str], None] | None = None) -> None:
    """Draw the trees one below the other; `key` tells this place of the page from the others.

    `sent` is called with the `data-send` of a button that was pressed, before the page runs again.
    """
    parts = [tree if isinstance(tree, bytes) else pack(tree) for tree in trees]
    data = b'{"trees":[%s]}' % b",".join(filter(None, parts))
    if sent is None:
        _view(key=key, data=data)
    else:
        _view(key=key, data=data, on_sent_change=lambda: sent(str(st.session_state[key]["sent"])))


def mark(status: str) -> Tree:
    """The shape of a status, without its word."""
    look = STATUS[status]
    return element("i", klass=f"mark {look.tone}", data_shape=status, aria_hidden="true")


def pill(status: str, text: str | None = None) -> Tree:
    """A status as shape, word and colour; `text` is written behind the word."""
    look = STATUS[status]
    words = f"{look.word} {text}" if text else look.word
    return element("span", mark(status), words, klass=f"pill {look.tone}")


def _attribute(name: str) -> str:
    if name == "klass":
        return "class"
    if name.startswith("var_"):
        return "--" + name.removeprefix("var_")
    return name.rstrip("_").replace("_", "-")

"""Parts of screens that are made once and kept: for all who may see the same, until the data changes.

A part is made of the viewer and of plain arguments, and of nothing else. It asks neither who looks, nor the
session, nor the clock: people with the same rights share it.
"""

# ruff: noqa: ARG001 - arguments that nothing reads are what the cache is keyed by

from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from kpidash.ui.elements import Part, Tree, pack
from kpidash.ui.session import Viewer
from kpidash.ui.strokes import Stroke

P = ParamSpec("P")
Given = TypeVar("Given")
Made = TypeVar("Made")


def kept(make: Callable[Concatenate[Viewer, P], Made]) -> Callable[Concatenate[Viewer, P], Made]:
    """The same function, run once for a viewer's `key` and arguments; nobody may change what it answers."""
    return _through(make, lambda made: made)


def part(
    make: Callable[Concatenate[Viewer, P], Iterable[Tree | None]],
) -> Callable[Concatenate[Viewer, P], Part]:
    """The same for trees of a screen, which are kept ready to be sent."""
    return _through(make, lambda trees: pack(*trees))


def column(
    make: Callable[Concatenate[Viewer, P], Iterable[Stroke]],
) -> Callable[Concatenate[Viewer, P], None]:
    """The same for strokes, which are made once and drawn in every run."""
    found = _through(make, list)

    def draw(viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> None:
        for stroke in found(viewer, *args, **kwargs):
            stroke.draw()

    return draw


def _through(
    make: Callable[Concatenate[Viewer, P], Given], finish: Callable[[Given], Made]
) -> Callable[Concatenate[Viewer, P], Made]:
    # A page defines its functions anew in every run: where they stand tells them apart.
    name = f"{make.__code__.co_filename}:{make.__code__.co_qualname}"

    def found(viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> Made:
        made: Made = _keep(lambda: finish(make(viewer, *args, **kwargs)), name, viewer.key, args, kwargs)
        return made

    return found


@st.cache_resource(max_entries=768, show_spinner=False)
def _keep(
    _make: Callable[[], Any], name: str, viewer: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    return _make()

"""How far a long piece of work has come, told to whoever watches it, and whether it is still wanted.

The stages of an upload say what they do with `advance`; a command line or a screen watches with `watching`.
Nothing is told, and nothing costs time, where nobody watches. Work in other threads is not seen unless these
run in a copy of the context.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class Cancelled(Exception):  # noqa: N818 - reads as what happened
    """The person no longer wants it; raised inside the work, so that its transaction is rolled back."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units (rows, unless the step says otherwise); a total of 0 is not known yet."""

    step: str
    done: int
    total: int


Watcher = Callable[[Progress], None]
"""Told of every step; raises Cancelled to stop the work."""

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` how far the work of this block has come."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def advance(step: str, done: int, total: int) -> None:
    """Say that `done` of `total` units of a step are done; raises Cancelled where nobody wants the rest."""
    watcher = _watcher.get()
    if watcher is not None:
        watcher(Progress(step, done, total))

"""Parts of screens that are made once and kept: for all who may see the same, until the data changes.

A part is made of the viewer and of plain arguments, and of nothing else. It asks neither who looks, nor the
session, nor the clock: people with the same rights share it.

When the data changes, every open screen wants its parts anew at once. So that none of them takes as long as
all together, few are made at a time, each by one of those who want it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from kpidash.services import tallies
from kpidash.ui.elements import Part, Tree, pack
from kpidash.ui.strokes import Stroke
from kpidash.ui.viewer import Viewer

P = ParamSpec("P")
Given = TypeVar("Given")
Made = TypeVar("Made")

_KEPT, _MADE = tallies.PARTS.labels("kept"), tallies.PARTS.labels("made")
MOST = 768
"""Parts that are kept; those that nobody asked for the longest are forgotten."""
AT_ONCE = 2
"""Threads that make parts at the same time: more would only wait for each other in between."""


class Parts:
    """What was made, by key; safe to share between threads."""

    def __init__(self, most: int = MOST, at_once: int = AT_ONCE) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(at_once)
        self._mine = threading.local()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What was made for `key`; made now where nobody has. What cannot be made is nobody's."""
        with self._lock:
            found = self._known.get(key)
        if found is None or not found.done():
            with self._turn():
                found, new = self._claim(key)
                if new:
                    _MADE.inc()
                    self._settle(key, found, make)
        else:
            _KEPT.inc()
        if found.exception() is not None:
            return make()
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
        return found.result()

    def forget(self) -> None:
        """Start anew, as a new process does."""
        with self._lock:
            self._known.clear()

    def _claim(self, key: Hashable) -> tuple[Future[Any], bool]:
        """Where the part will be, and whether it is for this thread to make it."""
        with self._lock:
            if key in self._known:
                return self._known[key], False
            self._known[key] = found = Future[Any]()
            while len(self._known) > self._most:
                self._known.popitem(last=False)
            return found, True

    def _settle(self, key: Hashable, found: Future[Any], make: Callable[[], Any]) -> None:
        try:
            found.set_result(make())
        except BaseException as problem:  # a run that is stopped ends by an exception, too
            with self._lock:
                self._known.pop(key, None)
            found.set_exception(problem)
            raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One of few; a part that another one is made of needs no turn of its own."""
        if getattr(self._mine, "turn", False):
            yield
            return
        with self._turns:
            self._mine.turn = True
            try:
                yield
            finally:
                self._mine.turn = False


parts = Parts()


@dataclass(frozen=True)
class Wanted:
    """A part that a screen shows: who sees it, and what makes it for them at another moment."""

    viewer: Viewer
    make: Callable[[Viewer], object]


_WANTED: ContextVar[dict[Hashable, Wanted] | None] = ContextVar("wanted", default=None)


@contextmanager
def noting() -> Iterator[dict[Hashable, Wanted]]:
    """Within, the parts that are asked for are noted, by their keys."""
    wanted: dict[Hashable, Wanted] = {}
    token = _WANTED.set(wanted)
    try:
        yield wanted
    finally:
        _WANTED.reset(token)


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
        key = (name, viewer.key, args, tuple(kwargs.items()))
        if (wanted := _WANTED.get()) is not None:
            wanted[key] = Wanted(viewer, lambda viewer: found(viewer, *args, **kwargs))
        made: Made = parts.get(key, lambda: finish(make(viewer, *args, **kwargs)))
        return made

    return found

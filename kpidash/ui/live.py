"""Screens that follow the data: one watcher per process, one small comparison per open screen."""

import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from kpidash.services.signed_in import signed_in_to
from kpidash.services.watching import watcher_of
from kpidash.ui import wording
from kpidash.ui.ahead import make_ahead
from kpidash.ui.asking import HEADER, again
from kpidash.ui.elements import Tree, element, show
from kpidash.ui.followers import Drawn, followers
from kpidash.ui.kept import Wanted
from kpidash.ui.viewer import Viewer

COMPARE_EVERY_S = (1.0, 15.0)
"""How often a screen is compared with the data by itself: where few are open, and at the least."""
MOST_COMPARED = 20
"""Comparisons in a second, of all open screens, that leave a process the time for those who act."""


@dataclass(frozen=True)
class Run:
    """A run of a screen: the id of its websocket, which it has on a server, and when it `began`
    (time.perf_counter).
    """

    connection: str
    began: float


@contextmanager
def running() -> Iterator[Run]:
    """Around each run of a screen."""
    run = Run(st.context.headers.get(HEADER) or "", time.perf_counter())
    with followers.running(run.connection):
        yield run


def pace() -> float:
    """Seconds until a screen is compared again."""
    shortest, longest = COMPARE_EVERY_S
    return min(longest, max(shortest, followers.open / MOST_COMPARED))


def follow(viewer: Viewer, parts: Mapping[Hashable, Wanted], run: Run, *, stays: bool = False) -> None:
    """Say that the screen is live, and run it again when what it shows has moved, or what its person may see.

    The kept `parts` that it shows are made ahead of the next run. A screen that `stays` is looked at although
    nobody touches it: so it keeps the session from ending.
    """
    watcher, codes, shown = watcher_of(viewer.database), viewer.shows, viewer.revision
    watcher.ahead, watcher.told = partial(make_ahead, followers), followers.wake

    def compare(began: float) -> None:
        if viewer.outdated:
            st.rerun()
        if stays and viewer.signed:
            signed_in_to(viewer.database).act(viewer.signed)
        seen = watcher.known.of(codes)
        if seen.revision > shown and not followers.will_ask(run.connection):
            st.rerun()
        followers.drawn(run.connection, Drawn(watcher, codes, shown, began, again(), parts))
        show(_state(seen.at if watcher.reachable else None), key="live")

    first = iter([run.began])
    st.fragment(lambda: compare(next(first, time.perf_counter())), run_every=pace())()


def _state(changed: datetime | None) -> Tree:
    """When the data changed, counted on by the browser; None while the database does not answer."""
    if changed is None:
        return element("p", "The database does not answer; showing the last state", klass="live broken")
    passed = datetime.now(UTC) - changed
    ago = element("span", wording.ago(passed), data_since=f"{passed.total_seconds():.0f}")
    return element("p", element("span", "Live: updated ", ago), klass="live")

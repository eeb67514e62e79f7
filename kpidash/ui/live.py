"""Screens that follow the data: one watcher per process, one small comparison per open screen."""

import threading
import time
import uuid
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from kpidash.services.signed_in import signed_in_to
from kpidash.services.watching import watcher_of
from kpidash.ui import wording
from kpidash.ui.ahead import screens
from kpidash.ui.elements import element, show
from kpidash.ui.kept import Wanted
from kpidash.ui.viewer import Viewer

COMPARE_EVERY_S = (1.0, 5.0)
"""How often a screen is compared with the data: where few are open, and at the least."""
MOST_COMPARED = 35
"""Comparisons in a second, of all open screens, that leave a process the time for those who act."""
AT_ONCE = 1
"""Screens that follow at the same time; what they show is mostly made already."""
LEASE_S = 3.0
"""A screen that was left while it followed gives its turn away after so long."""
_FOLLOWS = "follows"
"""The session-state key of the turn that a screen has taken to follow."""


class Turns:
    """Few open screens follow a change at a time: so people who act need not wait for all the others.

    Safe to share between threads.
    """

    def __init__(self, most: int = AT_ONCE, lease: float = LEASE_S) -> None:
        self._most = most
        self._lease = lease
        self._lock = threading.Lock()
        self._ends: list[float] = []

    def take(self) -> float | None:
        """A turn, None while others have them all."""
        with self._lock:
            now = time.monotonic()
            self._ends = [end for end in self._ends if now < end]
            if len(self._ends) >= self._most:
                return None
            self._ends.append(now + self._lease)
            return self._ends[-1]

    def give_back(self, turn: float) -> None:
        """Let the next one follow."""
        with self._lock:
            if turn in self._ends:
                self._ends.remove(turn)


_SESSION = "session"
"""The session-state key of what tells this open screen from others."""
turns = Turns()


@contextmanager
def following() -> Iterator[None]:
    """Around each run of a screen: one that followed a change has done so at its end."""
    turn: float | None = st.session_state.pop(_FOLLOWS, None)
    try:
        yield
    finally:
        if turn is not None:
            turns.give_back(turn)


class Pace:
    """How often each of the open screens is compared, so that many together do not ask too much."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}

    def of(self, session: str) -> float:
        """Seconds until this screen's next comparison; counts it among the open ones."""
        shortest, longest = COMPARE_EVERY_S
        now = time.monotonic()
        with self._lock:
            self._seen[session] = now
            if len(self._seen) > MOST_COMPARED:
                self._seen = {one: at for one, at in self._seen.items() if now - at < 4 * longest}
            return min(longest, max(shortest, len(self._seen) / MOST_COMPARED))


pace = Pace()


def follow(viewer: Viewer, parts: Mapping[Hashable, Wanted], *, stays: bool = False) -> None:
    """Say that the screen is live, and run it again when what it shows has moved, or what its person may see.

    The kept `parts` that it shows are made ahead of that. One that `stays` is looked at although nobody
    touches it: so it keeps the session from ending.
    """
    session = st.session_state.setdefault(_SESSION, uuid.uuid4().hex)
    watcher, codes, shown = watcher_of(viewer.database), viewer.shows, viewer.revision
    watcher.ahead = screens.make_ahead

    def compare() -> None:
        if viewer.outdated:
            st.rerun()
        if stays and viewer.signed:
            signed_in_to(viewer.database).act(viewer.signed)
        seen = watcher.known.of(codes)
        if seen.revision > shown and (turn := turns.take()) is not None:
            st.session_state[_FOLLOWS] = turn
            st.rerun()
        pace.of(session)
        screens.shows(session, parts)
        words = "The database does not answer; showing the last state"
        if watcher.reachable:
            words = f"Live: updated {wording.ago(datetime.now(UTC) - seen.at)}"
        show(element("p", words, klass="live" if watcher.reachable else "live broken"), key="live")

    st.fragment(compare, run_every=pace.of(session))()

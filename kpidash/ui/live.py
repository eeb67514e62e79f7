"""Screens that follow the data: one watcher per process, one small comparison per open screen."""

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from kpidash.services.watching import Watcher
from kpidash.ui import wording
from kpidash.ui.elements import element, show

COMPARE_EVERY_S = 1.5
LEASE_S = 3.0
"""A screen that was left while it followed gives its turn away after so long."""
_FOLLOWS = "follows"
"""The session-state key of the turn that a screen has taken to follow."""


class Turns:
    """One open screen follows a change at a time: so people who act need not wait for all the others.

    Safe to share between threads.
    """

    def __init__(self, lease: float = LEASE_S) -> None:
        self._lease = lease
        self._lock = threading.Lock()
        self._ends = 0.0

    def take(self) -> float | None:
        """The turn, None while another screen has it."""
        with self._lock:
            now = time.monotonic()
            if now < self._ends:
                return None
            self._ends = now + self._lease
            return self._ends

    def give_back(self, turn: float) -> None:
        """Let the next one follow."""
        with self._lock:
            if turn == self._ends:
                self._ends = 0.0


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


@st.fragment(run_every=COMPARE_EVERY_S)
def follow(watcher: Watcher, codes: Collection[str] | None, shown: int) -> None:
    """Say that the screen is live, and run it again when what it shows has moved past revision `shown`.

    What it shows are the KPIs `codes`, or everything where that is None.
    """
    seen = watcher.latest if codes is None else watcher.of(codes)
    if seen.revision > shown and (turn := turns.take()) is not None:
        st.session_state[_FOLLOWS] = turn
        st.rerun()
    words = "The database does not answer; showing the last state"
    if watcher.reachable:
        words = f"Live: updated {wording.ago(datetime.now(UTC) - seen.at)}"
    show(element("p", words, klass="live" if watcher.reachable else "live broken"), key="live")

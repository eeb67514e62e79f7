"""The open screens, which run again when what they show has moved, one after the other.

A screen runs when its browser asks for it, by itself only now and then. So that nobody waits for that, its
websocket hands on the question that the browser would ask (`ui/asking.py`), as soon as there is news: one
screen at a time, and while nobody waits for what they did.
"""

import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kpidash.services.watching import Watcher

if TYPE_CHECKING:  # what screens are made of is not to be imported before Streamlit runs
    from kpidash.ui.kept import Wanted

QUIET_S = 1.0
"""A screen whose person has just done something is left alone for so long: their own run comes first."""
LEASE_S = 3.0
"""A screen that takes longer does not keep the others waiting."""
GIVE_WAY_S = 1.0
"""For so long news waits for those who act, and nobody's deed is waited for any longer."""
OVERTAKEN_S = 3.0
"""Where screens are behind for longer than this, a change comes before all have the last: more are open than
the process can keep up with, and following leaves half of its time to everything else."""


@dataclass(frozen=True)
class Drawn:
    """What a screen shows: `codes` of KPIs, None for all, at the revision `shown`, in these kept `parts`.

    So a run says that `began` then (time.perf_counter). `again` is the message that asks for it once more.
    """

    watcher: Watcher
    codes: frozenset[str] | None
    shown: int
    began: float
    again: bytes
    parts: "Mapping[Hashable, Wanted]"

    @property
    def newest(self) -> int:
        """The revision of the newest change that concerns it."""
        return self.watcher.known.of(self.codes).revision


@dataclass
class _Screen:
    ask: Callable[[Drawn], None]
    acted: float = -math.inf
    ran: float = -math.inf
    """When the last run of it that has ended began."""
    asked: int = -1
    """The revision for which it was asked last."""
    drawn: Drawn | None = None
    finished: threading.Event = field(default_factory=threading.Event)

    def behind(self) -> bool:
        """Whether there is news for which it was not asked."""
        return self.drawn is not None and self.drawn.newest > max(self.drawn.shown, self.asked)

    def at_rest(self) -> bool:
        """Whether the last thing that its person did is on the screen, and that for a moment."""
        return self.idle() >= QUIET_S and self.drawn is not None and self.drawn.began > self.acted

    def waited_for(self) -> bool:
        """Whether its person waits for what they did."""
        return self.idle() < GIVE_WAY_S and self.ran < self.acted

    def idle(self) -> float:
        """Seconds since its person did something."""
        return time.perf_counter() - self.acted


class Followers:
    """The open screens by the ids of their websockets. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Screen] = OrderedDict()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._behind_since: float | None = None
        """When news came that not all have; None where they have."""

    def opened(self, connection: str, ask: Callable[[Drawn], None]) -> None:
        """A screen is connected; `ask` asks for what is drawn once more, unless its person acts meanwhile."""
        with self._news:
            self._known[connection] = _Screen(ask)
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="kpidash-followers", daemon=True)
                self._thread.start()

    def left(self, connection: str) -> None:
        """It is connected no more."""
        with self._news:
            screen = self._known.pop(connection, None)
        if screen is not None:
            screen.finished.set()

    def acted(self, connection: str) -> None:
        """Its person did something, which it has yet to show."""
        with self._news:
            if screen := self._known.get(connection):
                screen.acted = time.perf_counter()

    @contextmanager
    def running(self, connection: str) -> Iterator[None]:
        """Around each run of it: what it showed before does not count any more."""
        began = time.perf_counter()
        with self._news:
            screen = self._known.get(connection)
            if screen is not None:
                screen.drawn = None
        try:
            yield
        finally:
            if screen is not None:
                screen.ran = began
                screen.finished.set()
                self.wake()

    def drawn(self, connection: str, drawn: Drawn) -> None:
        """What it shows now."""
        with self._news:
            if screen := self._known.get(connection):
                screen.drawn = drawn

    def give_way(self, seconds: float) -> None:
        """Return when nobody waits for what they did, after so many seconds at the latest."""
        end = time.perf_counter() + seconds
        with self._news:
            while self._waited_for() and (left := end - time.perf_counter()) > 0:
                self._news.wait(left)

    @property
    def open(self) -> int:
        """How many there are."""
        return len(self._known)

    def parts(self) -> "list[Wanted]":
        """What they show, the parts of most screens first."""
        with self._news:
            shown = [screen.drawn.parts for screen in self._known.values() if screen.drawn is not None]
        count = Counter(key for parts in shown for key in parts)
        every = {key: one for parts in shown for key, one in parts.items()}
        return [every[key] for key, _ in count.most_common()]

    def will_ask(self, connection: str) -> bool:
        """Whether it is going to be asked for what is new; else it has to see to that by itself."""
        with self._news:
            screen = self._known.get(connection)
            return screen is not None and screen.behind() and screen.at_rest()

    def wake(self) -> None:
        """There may be news."""
        with self._news:
            self._news.notify_all()

    def _follow(self) -> None:
        while True:
            screen, drawn = self._next()
            began = time.perf_counter()
            screen.ask(drawn)
            screen.finished.wait(LEASE_S)
            ended, since = time.perf_counter(), self._behind_since
            if since is not None and ended - since > OVERTAKEN_S:
                time.sleep(min(ended - began, GIVE_WAY_S))

    def _next(self) -> tuple[_Screen, Drawn]:
        """The next screen to ask, that which was asked the longest ago; returns when there is one."""
        with self._news:
            while True:
                behind = [pair for pair in self._known.items() if pair[1].behind()]
                for connection, screen in behind if self._may_ask(behind) else ():
                    if screen.drawn is not None and screen.at_rest():
                        self._known.move_to_end(connection)
                        screen.asked = screen.drawn.newest
                        screen.finished.clear()
                        return screen, screen.drawn
                self._news.wait(QUIET_S / 2 if behind else None)

    def _may_ask(self, behind: Collection[object]) -> bool:
        """Whether nobody is in the way; who is may be so for a moment, not for ever."""
        if not behind:
            self._behind_since = None
            return False
        now = time.perf_counter()
        self._behind_since = since = now if self._behind_since is None else self._behind_since
        return now - since > GIVE_WAY_S or not self._waited_for()

    def _waited_for(self) -> bool:
        return any(screen.waited_for() for screen in self._known.values())


followers = Followers()

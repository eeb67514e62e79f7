"""What open screens show is made ahead of their hearing of a change, so that they only have to draw it.

Each screen tells which kept parts it shows. When values have changed, the thread that follows the database
makes those anew for the state that screens are about to be told of, the ones that most screens show first.
It stops in time for the change to be told soon: what is not made by then screens make as they need it.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kpidash.domain.access import NotPermitted
from kpidash.services.watching import Known
from kpidash.ui.kept import Wanted

_log = logging.getLogger("kpidash.ui")
AT_MOST_S = 0.4
"""For so long a change is kept back at the most."""
OPEN_S = 60.0
"""A screen that has not been compared with the data for so long is open no more."""


class _Shown(NamedTuple):
    seen: float
    parts: Mapping[Hashable, Wanted]


class Screens:
    """The open screens, with the parts that each of them shows. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: dict[str, _Shown] = {}

    def shows(self, session: str, parts: Mapping[Hashable, Wanted]) -> None:
        """A screen is open, and shows these parts."""
        with self._lock:
            self._shown.pop(session, None)
            self._shown[session] = _Shown(time.monotonic(), parts)  # the last one now
            self._forget()

    @property
    def open(self) -> int:
        """How many are open."""
        with self._lock:
            self._forget()
            return len(self._shown)

    def make_ahead(self, known: Known) -> None:
        """Make the parts of open screens that a change concerns, as `services.watching.Ahead` asks."""
        end = time.monotonic() + AT_MOST_S
        for one in self._parts():
            if time.monotonic() > end:
                return
            shown = one.viewer.known
            if shown.settled == known.settled and shown.of(one.viewer.shows) != known.of(one.viewer.shows):
                _make(one, known)

    def _parts(self) -> list[Wanted]:
        """What is shown, the parts of most screens first."""
        with self._lock:
            self._forget()
            found = list(self._shown.values())
        count = Counter(key for shown in found for key in shown.parts)
        every = {key: one for shown in found for key, one in shown.parts.items()}
        return [every[key] for key, _ in count.most_common()]

    def _forget(self) -> None:
        """Leave out the screens that are open no more; those not heard of the longest are first."""
        late = time.monotonic() - OPEN_S
        while self._shown and self._shown[first := next(iter(self._shown))].seen < late:
            del self._shown[first]


def _make(one: Wanted, known: Known) -> None:
    viewer = replace(one.viewer, known=known)
    if viewer.today != datetime.now(ZoneInfo(viewer.catalogue.company.timezone)).date():
        return
    try:
        one.make(viewer)
    except NotPermitted:
        return  # the screen finds out by itself
    except Exception:
        _log.exception("a part of a screen cannot be made ahead")


screens = Screens()

"""One processor for the threads that take turns at the interpreter, and all of them for long work.

Python runs one thread at a time. Where threads that hand it to each other every millisecond are on several
processors, each turn wakes a processor that sleeps: that takes longer than a turn should, most of all on
virtual machines. So they share one; it is another where other processes need it more.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import SystemRandom
from weakref import WeakSet

_log = logging.getLogger("kpidash.services")
LOOK_EVERY_S = (4.0, 8.0)
"""How often to look for a better one; by chance, so that two processes do not leave the same one at once."""
WORTH_IT = 0.25
"""By what share of a processor others must take less of another one before a process moves there."""
_TIMES, _THREADS = Path("/proc/stat"), Path("/proc/self/task")
_COUNTED, _WAITING = 8, slice(3, 5)
"""A processor's first eight times add up to all; the fourth and the fifth are those without work."""
_chance = SystemRandom()


class Processors:
    """Where the threads of this process run; safe to share between threads."""

    def __init__(self) -> None:
        self._every: frozenset[int] = frozenset()
        """Those that it may use, once its threads share one of them."""
        self._spread: WeakSet[threading.Thread] = WeakSet()

    def share_one(self) -> None:
        """Let all threads share one from now on, where the system can say so and there are more."""
        takes_turns = getattr(sys, "_is_gil_enabled", lambda: True)()
        if self._every or not takes_turns or not hasattr(os, "sched_setaffinity") or not _TIMES.exists():
            return
        every = frozenset(os.sched_getaffinity(0))
        if len(every) > 1:
            self._every = every
            threading.Thread(target=self._follow, name="kpidash-processors", daemon=True).start()

    def spread(self) -> None:
        """Let this thread run on any: it works for long, much of it outside the interpreter."""
        self._spread.add(threading.current_thread())
        if self._every:
            os.sched_setaffinity(0, self._every)

    def _follow(self) -> None:
        here = None
        before, own, at = _times(), time.process_time(), time.monotonic()
        time.sleep(min(LOOK_EVERY_S) / 4)
        while True:
            times, used, passed = _times(), time.process_time() - own, time.monotonic() - at
            taken = {
                one: _share(times[one], before[one]) for one in self._every & times.keys() & before.keys()
            }
            if here in taken:
                taken[here] = max(0.0, taken[here] - used / passed)
            before, own, at = times, own + used, at + passed
            if taken:
                there = best(taken, here)
                if there != here:
                    _log.info("threads share processor %d", there)
                self._settle(there)
                here = there
            time.sleep(_chance.uniform(*LOOK_EVERY_S))

    def _settle(self, here: int) -> None:
        """Let Python's threads run there; those that are spread, and those of libraries, anywhere."""
        own = {one.native_id for one in threading.enumerate() if one not in self._spread}
        for thread in _THREADS.iterdir():
            number = int(thread.name)
            with suppress(OSError):  # it has ended, or the processor is no more for this process
                os.sched_setaffinity(number, {here} if number in own else self._every)


def best(taken: Mapping[int, float], here: int | None) -> int:
    """The processor of which others take the least; `here` unless another is better by WORTH_IT."""
    least = min(taken, key=lambda one: (taken[one], _chance.random()))
    return here if here is not None and here in taken and taken[here] - taken[least] < WORTH_IT else least


def _times() -> dict[int, tuple[int, int]]:
    """For each processor how long it was at work, and how long it is there, in ticks."""
    found = {}
    for line in _TIMES.read_text().splitlines():
        name, *fields = line.split()
        if name.startswith("cpu") and name[3:].isdigit():
            times = [int(one) for one in fields[:_COUNTED]]
            found[int(name[3:])] = sum(times) - sum(times[_WAITING]), sum(times)
    return found


def _share(now: tuple[int, int], before: tuple[int, int]) -> float:
    busy, every = now[0] - before[0], now[1] - before[1]
    return busy / every if every > 0 else 0.0


processors = Processors()

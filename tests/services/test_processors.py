"""The threads of a process share one processor, and leave it where others need it more."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidash.services import processors as module
from kpidash.services.processors import best
from kpidash.settings import ROOT

SOON_S = 60.0
SCRIPT = """
import sys, threading
from pathlib import Path
from kpidash.services import processors as module
from tests.services.test_processors import where

processors = module.processors
module._TIMES = Path(sys.argv[1])
module.LOOK_EVERY_S = (0.5, 0.6)
spread, stop = threading.Event(), threading.Event()

def long_work():
    processors.spread()
    spread.set()
    stop.wait()

processors.share_one()
long, turns = threading.Thread(target=long_work), threading.Thread(target=stop.wait)
long.start(); turns.start(); spread.wait()

def places(thread):
    return ",".join(map(str, sorted(where(thread.native_id))))

for _ in sys.stdin:
    print(*map(places, (threading.main_thread(), turns, long)), flush=True)
stop.set()
"""


class Times:
    """A file that tells as /proc/stat does how long each processor was at work."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._at_work, self._idle = dict.fromkeys(where(), 0), dict.fromkeys(where(), 0)
        self.pass_with(set())

    def pass_with(self, busy: set[int]) -> None:
        """A second has passed, in which these were at work all the time and the others never."""
        for one in self._idle:
            (self._at_work if one in busy else self._idle)[one] += 100
        lines = [f"cpu{one} {self._at_work[one]} 0 0 {self._idle[one]} 0 0 0 0\n" for one in self._idle]
        new = self._file.with_suffix(".new")
        new.write_text("".join(lines))
        new.replace(self._file)


def where(thread: int = 0) -> set[int]:
    """The processors on which a thread may run; 0 where the system has no word for that."""
    return os.sched_getaffinity(thread) if hasattr(os, "sched_getaffinity") else {0}


class Process:
    """A process that keeps to one processor."""

    def __init__(self, running: subprocess.Popen[str], times: Times) -> None:
        self._running, self._times = running, times

    def places(self) -> list[set[int]]:
        """Where the main thread, one that takes turns, and one that works for long may run."""
        assert self._running.stdin
        assert self._running.stdout
        self._running.stdin.write("\n")
        self._running.stdin.flush()
        return [set(map(int, one.split(","))) for one in self._running.stdout.readline().split()]

    def until(self, wanted: set[int], busy: set[int]) -> list[set[int]]:
        """Where they may run once the main thread may run on one of the `wanted` alone, while `busy` are."""
        end = time.monotonic() + SOON_S
        while time.monotonic() < end:
            self._times.pass_with(busy)
            places = self.places()
            if len(places[0]) == 1 and places[0] <= wanted:
                return places
            time.sleep(0.1)
        raise AssertionError(f"the main thread may run on {self.places()[0]}, not on one of {wanted}")


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    times, pipe = Times(tmp_path / "stat"), subprocess.PIPE
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "stat")]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as running:
        yield Process(running, times)
        running.stdin.close()


def test_threads_share_a_processor_and_long_work_has_all(process):
    main, turns, long = process.until(where(), busy=set())
    assert main == turns
    assert long == where()


def test_the_processor_is_left_to_a_process_that_needs_it(process):
    (here,) = process.until(where(), busy=set())[0]
    main, turns, _ = process.until(where() - {here} or where(), busy={here})  # where there is another
    assert main == turns


def test_the_times_are_those_of_the_processors():
    if module._TIMES.exists():  # elsewhere nothing is shared
        assert where() <= module._times().keys()
        assert all(0 <= busy <= every for busy, every in module._times().values())


def test_the_processor_of_which_others_take_the_least_is_best():
    assert best({0: 0.5, 1: 0.1, 2: 0.3}, None) == 1
    assert best({0: 0.0, 1: 0.0, 2: 0.9}, None) in {0, 1}


def test_one_is_kept_as_long_as_another_is_not_much_better():
    assert best({0: 0.2, 1: 0.0}, 0) == 0
    assert best({0: 0.3, 1: 0.0}, 0) == 1
    assert best({1: 0.4}, 0) == 1

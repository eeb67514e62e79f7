"""The threads of a process share one processor, and leave it where others need it more."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from kpidash.services.processors import best

SEVERAL = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1
needs_several = pytest.mark.skipif(not SEVERAL, reason="needs Linux and two processors")

SCRIPT = """
import os, sys, threading, time
from kpidash.services import processors as module

processors = module.processors

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
    return ",".join(map(str, sorted(os.sched_getaffinity(thread.native_id))))

for _ in sys.stdin:
    print(*map(places, (threading.main_thread(), turns, long)), flush=True)
stop.set()
"""
SPIN = "import os, sys\nos.sched_setaffinity(0, {int(sys.argv[1])})\nwhile True: pass"


class Process:
    """A process that keeps to one processor."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running

    def places(self) -> list[set[int]]:
        """Where the main thread, one that takes turns, and one that works for long may run."""
        assert self._running.stdin
        assert self._running.stdout
        self._running.stdin.write("\n")
        self._running.stdin.flush()
        return [set(map(int, one.split(","))) for one in self._running.stdout.readline().split()]

    def until(self, wanted: set[int], seconds: float = 60.0) -> list[set[int]]:
        """Where they may run once the main thread may run on one of these alone."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            places = self.places()
            if len(places[0]) == 1 and places[0] <= wanted:
                return places
            time.sleep(0.1)
        raise AssertionError(f"the main thread may run on {self.places()[0]}, not on one of {wanted}")


@pytest.fixture
def process() -> Iterator[Process]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as running:
        yield Process(running)
        running.stdin.close()


@needs_several
def test_threads_share_a_processor_and_long_work_has_all(process):
    every = os.sched_getaffinity(0)
    main, turns, long = process.until(every)
    assert main == turns
    assert long == every


@needs_several
def test_the_processor_is_left_to_a_process_that_needs_it(process):
    every = os.sched_getaffinity(0)
    (here,) = process.until(every)[0]
    with subprocess.Popen([sys.executable, "-c", SPIN, str(here)]) as other:
        try:
            main, turns, _ = process.until(every - {here})
        finally:
            other.kill()
    assert main == turns


def test_the_processor_of_which_others_take_the_least_is_best():
    assert best({0: 0.5, 1: 0.1, 2: 0.3}, None) == 1
    assert best({0: 0.0, 1: 0.0, 2: 0.9}, None) in {0, 1}


def test_one_is_kept_as_long_as_another_is_not_much_better():
    assert best({0: 0.2, 1: 0.0}, 0) == 0
    assert best({0: 0.3, 1: 0.0}, 0) == 1
    assert best({1: 0.4}, 0) == 1

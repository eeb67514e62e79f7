"""Many people at once: `python -m bench.load [--tabs N] [--seconds S] [--on sqlite|postgresql]`.

One server process with the demo company; N tabs, each with a screen open through somebody's eyes, polling as
a browser does and acting every ten seconds; another process uploads new actuals every five. Printed: how long
opening, acting and polling take, how long a change takes to be on the screens, memory, and what went wrong.
At the end the changes stop, and each screen is compared with the same one opened anew: it must show the same.

A soak is `--tabs 50 --seconds 1800`.

The tabs speak Streamlit's protocol (tests/e2e/tab.py); they paint nothing.
"""

import argparse
import asyncio
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
from websockets.exceptions import ConnectionClosed

from bench.databases import fresh, load_demo, postgresql_place, sqlite_place
from bench.measure import Figure
from bench.start import await_answer, served
from kpidash.ui.startup import collect_rarely
from tests.e2e.tab import Broken, Tab

PLACES = {"sqlite": sqlite_place, "postgresql": postgresql_place}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
GOALS = {"opening": 3.0, "acting": 0.3, "live poll": 0.05, "a change on screen": 2.0}
"""Seconds at the 95th percentile."""
USUAL, GOALS_OF_MORE, MEMORY_MIB = 100, {"live poll": 0.3}, 1024
"""What is asked of up to so many people, and of more."""
ACT_EVERY_S, CHANGE_EVERY_S, OPEN_PER_S, SETTLE_S, CAUGHT_UP_S = 10.0, 5.0, 4.0, 5.0, 15.0
SCREENS = (
    ("", ""),
    ("", "window=quarter"),
    ("", "window=ytd"),
    ("department", "code=customer-service"),
    ("department", "code=sales"),
    ("kpi", "code=handle-time"),
    ("kpi", "code=sales-revenue"),
    ("scorecard", ""),
    ("health", ""),
)


class Person:
    """Somebody with a tab: looks at a screen, and at another one every ten seconds."""

    def __init__(self, address: str, number: int) -> None:
        self.tab = Tab(address)
        self.chance = Random(number)
        self.opened: list[float] = []
        self.acted: list[float] = []
        self.problems: list[str] = []
        self.place = SCREENS[number % len(SCREENS)]
        self.eyes = ""
        self.behind: list[str] = []

    async def work(self, delay: float, ready: float, seconds: float) -> None:
        """Open after `delay`, choose whose eyes; from `ready`, when all have, act for so many seconds."""
        begin = time.perf_counter()
        await asyncio.sleep(delay)
        try:
            self.opened.append(await self.tab.open(*self.place))
            people = [one for one in self.tab.options["Look as"] if not one.startswith("Administrator")]
            self.eyes = self.chance.choice(people)
            await self.tab.choose("Look as", self.eyes)
            waited = time.perf_counter() - begin
            await asyncio.sleep(max(0.0, ready - waited) + self.chance.uniform(0, ACT_EVERY_S))
            self.tab.polls.clear()
            self.tab.moved.clear()  # runs that follow the choice of a person are no changes
            while time.perf_counter() - begin < ready + seconds:
                self.place = self.chance.choice(SCREENS)
                self.acted.append(await self.tab.act(*self.place))
                await asyncio.sleep(ACT_EVERY_S * self.chance.uniform(0.8, 1.2))
        except (Broken, ConnectionClosed, OSError) as problem:
            self.problems.append(str(problem))
        self.problems += self.tab.errors

    async def stale(self) -> list[str]:
        """The parts of the screen that show something else than the same screen opened anew."""
        fresh = Tab(self.tab.address)
        await fresh.open(*self.place)
        await fresh.choose("Look as", self.eyes)
        shown, now = self.tab.texts, fresh.texts
        await fresh.close()
        await self.tab.close()
        return sorted(key for key, text in now.items() if key != "live" and shown.get(key) != text)


@dataclass
class Changes:
    """What another process uploads while people look: the moments (Unix time) at which it had."""

    process: subprocess.Popen[str]
    moments: list[float] = field(default_factory=list)

    def follow(self) -> None:
        """Note each line that it writes."""
        for line in self.process.stderr or ():
            if "calls so far" in line:
                self.moments.append(time.time())

    def stop(self) -> None:
        """No more changes."""
        self.process.terminate()
        self.process.wait()


@contextmanager
def changing(url: str) -> Iterator[Changes]:
    """The contact centre reports, every five seconds."""
    command = [sys.executable, "-m", "kpidash", "demo", "--live", "--every", str(CHANGE_EVERY_S),
               "--database-url", url]  # fmt: skip
    changes = Changes(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
    threading.Thread(target=changes.follow, daemon=True).start()
    try:
        yield changes
    finally:
        changes.stop()


@dataclass
class Memory:
    """MiB that the server has taken, looked at every second."""

    process: int
    seen: list[float] = field(default_factory=list)

    async def follow(self) -> None:
        """Look for as long as the task lives."""
        while True:
            lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
            self.seen.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024)
            await asyncio.sleep(1)

    @property
    def drift(self) -> float:
        """The mean of the last quarter ÷ that of the first."""
        quarter = max(1, len(self.seen) // 4)
        return float(np.mean(self.seen[-quarter:]) / np.mean(self.seen[:quarter]))


async def crowd(address: str, tabs: int, seconds: float, *, memory: Memory, changes: Changes) -> list[Person]:
    """So many people at work for so long; at the end their screens are compared."""
    people = [Person(address, number) for number in range(tabs)]
    ready = tabs / OPEN_PER_S + SETTLE_S
    watching = asyncio.create_task(memory.follow())
    await asyncio.gather(
        *(one.work(number / OPEN_PER_S, ready, seconds) for number, one in enumerate(people))
    )
    watching.cancel()
    changes.stop()
    await asyncio.sleep(CAUGHT_UP_S)
    for one in people:
        if not one.problems:
            one.behind = await one.stale()
    return people


def delays(people: Sequence[Person], changes: Changes) -> list[float]:
    """For each change the seconds until each screen that followed it by itself had.

    A screen whose person acted in between has followed by that; one that shows nothing of it need not.
    """
    found = []
    for one in people:
        for moment in changes.moments:
            at = bisect_left(one.tab.moved, moment)
            if at < len(one.tab.moved) and one.tab.moved[at] - moment < CHANGE_EVERY_S:
                found.append(one.tab.moved[at] - moment)
    return found


def seconds_of(people: Sequence[Person], changes: Changes) -> dict[str, Sequence[float]]:
    """The seconds of all that people waited for."""
    return {
        "opening": [second for one in people for second in one.opened],
        "acting": [second for one in people for second in one.acted],
        "live poll": [second for one in people for second in one.tab.polls],
        "a change on screen": delays(people, changes),
    }


def told(name: str, values: Sequence[float]) -> str:
    """A row of the table: milliseconds at the median, the 95th percentile, the most."""
    middle, high, most = (1000 * float(np.percentile(values, at)) for at in (50, 95, 100))
    return f"| {name} | {len(values)} | {middle:.0f} | {high:.0f} | {most:.0f} | {1000 * GOALS[name]:,.0f} |"


def report(people: Sequence[Person], changes: Changes, memory: Memory) -> Iterator[str]:
    """The table."""
    yield "| ms | times | p50 | p95 | most | goal (p95) |"
    yield "|---|---|---|---|---|---|"
    for name, values in seconds_of(people, changes).items():
        yield told(name, values)
    problems = [problem for one in people for problem in one.problems]
    stale = [(one.place, one.eyes, one.behind) for one in people if one.behind]
    yield (
        f"\n{len(changes.moments)} changes; {len(problems)} errors {problems[:3]}; "
        f"{len(stale)} stale screens {stale[:3]}; "
        f"memory at most {max(memory.seen):.0f} MiB, last ÷ first quarter {memory.drift:.2f}"
    )


def figures(crowds: Sequence[int], seconds: float = 60) -> Iterator[Figure]:
    """The 95th percentiles, memory, errors and stale screens of each crowd on each database."""
    for tabs in crowds:
        for name in PLACES:
            people, changes, memory = measured(name, tabs, seconds)
            base = {"database": NAMES[name]}
            for what, values in seconds_of(people, changes).items():
                goal = GOALS[what] if tabs <= USUAL else GOALS_OF_MORE.get(what)
                high = float(np.percentile(values, 95))
                yield Figure(f"{tabs} people: {what}, 95 %", "", high, goal=goal, **base)
            limit = MEMORY_MIB if tabs <= USUAL else None
            yield Figure(f"{tabs} people: memory", "", max(memory.seen), goal=limit, unit="MiB", **base)
            wrong = sum(len(one.problems) + bool(one.behind) for one in people)
            yield Figure(f"{tabs} people: errors, stale screens", "", wrong, goal=0, unit="", **base)


def measured(on: str, tabs: int, seconds: float) -> tuple[list[Person], Changes, Memory]:
    """So many people at work on a database."""
    with PLACES[on]() as place, fresh(place) as url:
        load_demo(url)
        with served(url) as (address, started, process):
            await_answer(address, started)
            memory = Memory(process)
            asyncio.run(Tab(address).open())  # the process has begun to serve
            collect_rarely()  # nor does a search for cycles stop all tabs at once where they are apart
            with changing(url) as changes:
                people = asyncio.run(crowd(address, tabs, seconds, memory=memory, changes=changes))
    return people, changes, memory


def main() -> None:
    """Print the table of one crowd on one database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tabs", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60, help="after the last has opened")
    parser.add_argument("--on", choices=PLACES, default="sqlite")
    given = parser.parse_args()
    found = measured(given.on, given.tabs, given.seconds)
    print(f"\n{given.tabs} tabs, {NAMES[given.on]}\n")
    print("\n".join(report(*found)))


if __name__ == "__main__":
    main()

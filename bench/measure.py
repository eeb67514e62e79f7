"""What a figure is: a time beside that of its reference, or a measure by itself; and how two are timed."""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

ROUNDS = 15
DATABASES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Figure:
    """One figure on one database (empty: on none in particular).

    With a `reference` it is a ratio of two times, given in seconds, and `goal` the most that it may be;
    without one it is `seconds` itself, in `unit`, and the goal is in that unit too.
    """

    name: str
    reference: str
    seconds: float
    reference_seconds: float = math.nan
    database: str = ""
    goal: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """How many times the reference it took."""
        return self.seconds / self.reference_seconds

    @property
    def measured(self) -> float:
        """What the goal is about: the ratio, or the measure by itself."""
        return self.ratio if self.reference else self.seconds

    @property
    def missed(self) -> bool:
        """Whether it is more than its goal, as it is written."""
        return self.goal is not None and round(self.measured, 2) > self.goal

    def __str__(self) -> str:
        """Ratio with the time in brackets, or the measure; bold where the goal is missed."""
        text = told(self.seconds, self.unit)
        if self.reference:
            text = f"{self.ratio:.2f} ({text})"
        return f"**{text}**" if self.missed else text


def told(amount: float, unit: str) -> str:
    """An amount as people read it; short times in milliseconds, a number of things without a unit."""
    if unit == "s" and amount < 10:
        return f"{1000 * amount:,.1f} ms" if amount < 0.1 else f"{1000 * amount:,.0f} ms"
    if not unit:
        return f"{amount:,.0f}"
    return f"{amount:,.0f} {unit}" if amount >= 10 else f"{amount:.2f} {unit}"


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """A row for each figure, its databases side by side, as they come; goals that are missed are bold."""
    rows: dict[tuple[str, str, str], dict[str, Figure]] = {}
    for one in figures:
        goal = "" if one.goal is None else _limit(one)
        rows.setdefault((one.name, one.reference, goal), {})[one.database] = one
    yield f"| figure | ÷ reference | goal | {' | '.join(DATABASES)} |"
    yield "|---|---|---|---|---|"
    for (name, reference, goal), found in rows.items():
        cells = [str(found.get(database, found.get("", ""))) for database in DATABASES]
        yield f"| {name} | {reference} | {goal} | {' | '.join(cells)} |"


def _limit(figure: Figure) -> str:
    limit = figure.goal or 0.0
    return f"≤ {limit:g}" if figure.reference else f"≤ {told(limit, figure.unit)}"


def compare(
    name: str,
    measured: Callable[[], object],
    reference: str,
    against: Callable[[], object],
    *,
    before: Callable[[], object] = lambda: None,
    database: str = "",
    goal: float | None = None,
) -> Figure:
    """Run both in turns, so that a noisy moment hits both; medians over ROUNDS after one warm-up.

    `before` each run of what is measured something may be made ready; that does not count.
    """
    measured(), against()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for run, kept in zip((measured, against), times, strict=True):
            before()
            start = time.perf_counter()
            run()
            kept.append(time.perf_counter() - start)
    middle, other = (statistics.median(kept) for kept in times)
    return Figure(name, reference, middle, other, database, goal)

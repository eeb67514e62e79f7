"""Timing two things side by side."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 15


@dataclass(frozen=True)
class Figure:
    """One row of the table: medians in seconds."""

    name: str
    reference: str
    seconds: float
    reference_seconds: float

    @property
    def ratio(self) -> float:
        """How many times the reference it took."""
        return self.seconds / self.reference_seconds


def compare(
    name: str,
    measured: Callable[[], object],
    reference: str,
    against: Callable[[], object],
    *,
    before: Callable[[], object] = lambda: None,
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
    return Figure(name, reference, statistics.median(times[0]), statistics.median(times[1]))

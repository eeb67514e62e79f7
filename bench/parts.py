"""The parts of the bench, each in a process of its own: what one leaves in memory would slow the next."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench import cold_start, growth, ingest, load, rerun, scorecard
from bench.measure import Figure

PARTS: dict[str, Callable[[bool], Iterator[Figure]]] = {
    "scored": lambda _full: scorecard.figures(),
    "reruns": lambda _full: rerun.figures(),
    "first": lambda _full: cold_start.figures(),
    "growth": lambda full: growth.figures(("S", "M", "L", "XL") if full else ("S", "L")),
    "crowd": lambda full: load.figures((100, 300) if full else (100,)),
    "uploads": lambda full: ingest.figures(full=full),
}


def measured(names: Sequence[str], *, full: bool) -> Iterator[Figure]:
    """The figures of some parts; on standard error each as soon as it is known."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
        for name in names:
            yield from alone.submit(_part, name, full).result()


def _part(name: str, full: bool) -> list[Figure]:
    found = []
    for figure in PARTS[name](full):
        print(f"{figure.name}, {figure.database}: {figure}", file=sys.stderr, flush=True)
        found.append(figure)
    return found

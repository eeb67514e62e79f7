"""`python -m bench [PART …] [--full]`: one table of every figure, its reference, the ratio and its goal.

Without a part: all of them, in about half an hour. With --full also what takes long: the largest company,
300 people, ten million rows.
"""

import argparse
import sys
from collections.abc import Callable, Iterator

from bench import cold_start, growth, ingest, load, rerun, scorecard
from bench.measure import Figure, table

PARTS: dict[str, Callable[[bool], Iterator[Figure]]] = {
    "scored": lambda _full: scorecard.figures(),
    "reruns": lambda _full: rerun.figures(),
    "first": lambda _full: cold_start.figures(),
    "growth": lambda full: growth.figures(("S", "M", "L", "XL") if full else ("S", "L")),
    "crowd": lambda full: load.figures((100, 300) if full else (100,)),
    "uploads": lambda full: ingest.figures(full=full),
}


def main() -> None:
    """Print the table; on standard error each figure as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--full", action="store_true")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    wanted = [part for name, part in PARTS.items() if not given.parts or name in given.parts]
    print("\n".join(table(_aloud(one for part in wanted for one in part(given.full)))))


def _aloud(figures: Iterator[Figure]) -> Iterator[Figure]:
    for figure in figures:
        print(f"{figure.name}, {figure.database}: {figure}", file=sys.stderr, flush=True)
        yield figure


if __name__ == "__main__":
    main()

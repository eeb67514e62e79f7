"""`python -m bench.fuzz [COUNT [SEED]]`: files of chance and spoilt files, and how often they were misread.

Three kinds of COUNT files each (10,000 by default). Random companies' files, whose meaning is known: each
cell has its right value or is asked about. Files of the corpus and of random companies after accidents: rows
or issues, never an exception. The same with one line spoilt: the other rows say what they said before. What
went wrong is printed with the seed that makes it again.
"""

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

from tests.ingest.mutations import any_file, changed, one_line_spoilt, said, spoilt
from tests.ingest.random_files import random_file
from tests.ingest.telling import verdict

SHOWN = 20
"""Misreadings printed in full."""
Told = tuple[str, object]
"""What became of a file, and what to print of it."""


def generated(seed: int) -> Iterator[Told]:
    """A random company's file, read, and read again with answers where it was asked about."""
    file = random_file(Random(seed))
    found = verdict(file)
    yield "rows", found.right
    if found.asked:
        yield "asked", ""
        found = verdict(file, {name: answer for name, answer in file.answers.items() if answer})
    if found.wrong or found.lost:
        yield "SILENTLY WRONG", (file.about, found.wrong[:3], found.lost[:3])
    elif found.issues:
        yield "refused or questions left", ""
    else:
        yield "right", ""


def accidents(seed: int) -> Iterator[Told]:
    """A spoilt file of the corpus."""
    chance = Random(seed)
    name, content, against = any_file(chance)
    rows, issues, evidence = said(name, spoilt(chance, content), against)
    if not rows and not issues and evidence:
        yield "a table without numbers", ""
    elif not rows and not issues:
        yield "NOTHING SAID", name
    elif any(not issue.message or issue.row < 1 for issue in issues.kept):
        yield "NO MESSAGE", name
    else:
        yield "rows and issues" if rows and issues else "rows" if rows else "issues", ""


def lines(seed: int) -> Iterator[Told]:
    """A file of the corpus with one line spoilt."""
    chance = Random(seed)
    while True:
        name, content, against = any_file(chance)
        before, _, _ = said(name, content, against)
        if found := one_line_spoilt(chance, content, before):
            break
    after, others, evidence = said(name, found[0], against)
    if wrong := changed(before, after, found[1]):
        yield "SILENTLY CHANGED", (name, found, wrong, [each.sentence for each in evidence])
    else:
        yield "issues" if others else "the others as before", ""


def run(what: str, each: Callable[[int], Iterator[Told]], seeds: range) -> None:
    """Print what became of so many files."""
    counts: Counter[str] = Counter()
    shown = []
    for seed in seeds:
        try:
            for outcome, about in each(seed):
                counts[outcome] += about if isinstance(about, int) else 1
                if outcome.isupper():
                    shown.append(f"  seed {seed}: {outcome}: {about}")
        except Exception:
            counts["EXCEPTION"] += 1
            shown.append(f"  seed {seed}: {traceback.format_exc()}")
    print(
        f"{what}, {len(seeds):,} files: "
        + "; ".join(f"{name} {count:,}" for name, count in counts.most_common())
    )
    for line in islice(shown, SHOWN):
        print(line)


def main(count: int = 10_000, seed: int = 0) -> None:
    """Run all three kinds."""
    for what, each in (("generated", generated), ("spoilt", accidents), ("one line spoilt", lines)):
        run(what, each, range(seed, seed + count))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))

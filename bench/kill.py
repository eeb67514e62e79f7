"""Uploads killed at random moments of their commit: `python -m bench.kill [--sqlite N] [--postgresql N]`.

The moments are spread evenly over the time that a commit takes; those of `--aimed` more kills over the time
of the COMMIT at its end. On SQLite the process that uploads is killed; on PostgreSQL in turns that process,
the server's process that works for it, and the whole server.
After each kill the upload has to be there whole or not at all, `verify` to be clean, and a retry with the
same idempotency key to leave it there once. Every second retry comes at once, every other after the server
has noticed.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping

from bench.databases import fresh, sqlite_place
from bench.killed_uploads import Outcome, Strike, client, killed
from bench.postgresql_crashes import own_server
from kpidash.store.engine import Database

ROWS = 20_000
PLACES = ("before", "inside", "committing", "after")


def outcomes(
    place: str, strikes: Mapping[str, Strike], times: int, *, rows: int, seed: int, aimed: bool
) -> list[Outcome]:
    """So many kills on a new database at a place."""
    if not times:
        return []
    with fresh(place) as url:
        database = Database(url)
        database.upgrade()
        database.dispose()
        return list(_said(killed(url, strikes, times, rows=rows, seed=seed, aimed=aimed)))


def _said(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """The same; what is wrong is printed at once."""
    for outcome in outcomes:
        if outcome.problems:
            print(f"{outcome.how}, {outcome.where}, {outcome.after:.4f} s: {'; '.join(outcome.problems)}")
        yield outcome


def rows_of(name: str, moments: str, found: list[Outcome]) -> Iterator[str]:
    """The table's rows of one database: for each thing that was killed, where it met it and what was left."""
    for how in dict.fromkeys(outcome.how for outcome in found):
        own = [outcome for outcome in found if outcome.how == how]
        met = [sum(outcome.where == place for outcome in own) for place in PLACES]
        whole = sum(outcome.whole for outcome in own)
        wrong = sum(bool(outcome.problems) for outcome in own)
        numbers = (len(own), *met, whole, len(own) - whole, wrong)
        yield f"| {name} | {how} | {moments} | {' | '.join(map(str, numbers))} |"


def main() -> None:
    """Print the table; exit 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sqlite", type=int, default=100)
    parser.add_argument("--postgresql", type=int, default=30)
    parser.add_argument("--aimed", type=int, default=15)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"Uploads that change {given.rows:,} values and add a quarter as many.\n")
    print(f"| database | killed | moments | kills | {' | '.join(PLACES)} | whole | absent | wrong |")
    print("|---" * 10 + "|", flush=True)
    wrong = False
    with sqlite_place() as sqlite, own_server() as (postgresql, crashes):
        on_server = {
            "client": client,
            "its server process": crashes.backend,
            "whole server": crashes.whole,
        }
        for name, place, strikes, times in (
            ("SQLite", sqlite, {"client": client}, given.sqlite),
            ("PostgreSQL", postgresql, on_server, given.postgresql),
        ):
            for moments, kills in (("whole commit", times), ("COMMIT", given.aimed)):
                aimed = moments == "COMMIT"
                found = outcomes(place, strikes, kills, rows=given.rows, seed=given.seed, aimed=aimed)
                print(*rows_of(name, moments, found), sep="\n", flush=True)
                wrong |= any(outcome.problems for outcome in found)
    sys.exit(wrong)


if __name__ == "__main__":
    main()

"""What a larger company costs: `python -m bench.growth [S M L XL] [--on sqlite|postgresql]`.

The services behind screens, in companies of each size (bench.make_company) in turns: the best of
some rounds, as whatever else the machine does only adds, beside that of size S.

- Department and KPI show the same number of KPIs whatever the size: those of one department, to its viewer.
- Company shows every KPI there is. For the same number it is measured on companies of as many actuals with
  the 60 KPIs of size S; "all KPIs" is the company as it is, with 60 to 2,000.
- The commit is of 1,000 rows, each time other values of the same keys.

Each screen is asked with nothing changed, and after a change that this process has not seen. Beside that, how
long each company took to build, through the bulk path of ingest, and what it takes on disk.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date

from bench.company_model import AS_OF
from bench.databases import fresh, postgresql_place, size_on_disk, sqlite_place
from bench.make_company import REGIONS, SIZES, make
from bench.measure import Figure
from kpidash.domain.access import Grant, Role, Scope, scope_of, system_scope
from kpidash.domain.calendars import day_number, day_of
from kpidash.services import catalogues, kpis, lineage, scorecards, segments, uploads
from kpidash.services.database import Database

ROUNDS = 9
DEPARTMENT, KPI = "dept-001", "kpi-0020"
ANYBODY = system_scope("bench")
PLACES = {"sqlite": sqlite_place, "postgresql": postgresql_place}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
GOAL = 1.5


@dataclass(frozen=True)
class Made:
    """A company of a size, one with as many actuals of 60 KPIs, and the viewer of a department."""

    whole: Database
    narrow: Database
    viewer: Scope
    actuals: int
    seconds: float
    disk: int


def company(database: Database) -> None:
    """What Company asks."""
    catalogues.catalogue(database, ANYBODY)
    for day in (AS_OF, date(2026, 9, 30)):
        scorecards.scorecard(database, ANYBODY, window="ytd", as_of=day)
    scorecards.trends(database, ANYBODY, as_of=AS_OF)


def department(made: Made) -> None:
    """What Department asks beside the scored company."""
    catalogues.catalogue(made.whole, made.viewer)
    segments.by_dimension(made.whole, made.viewer, DEPARTMENT, "region", window="2026-10", as_of=AS_OF)


def kpi(made: Made) -> None:
    """What KPI asks."""
    catalogues.catalogue(made.whole, made.viewer)
    kpis.detail(made.whole, made.viewer, KPI, window="2026-10", as_of=AS_OF)
    lineage.uploads_of(made.whole, made.viewer, KPI)
    lineage.point(made.whole, made.viewer, KPI, "2026-10-12", today=AS_OF)


SCREENS: dict[str, Callable[[Made], None]] = {
    "Company, 60 KPIs": lambda made: company(made.narrow),
    "Company, all KPIs": lambda made: company(made.whole),
    "Department": department,
    "KPI": kpi,
}


def change(database: Database, turn: int, rows: int = 1) -> Callable[[], None]:
    """The commit of other values for a daily KPI; its preview is made here."""
    last = day_number(AS_OF) - 1
    lines = [
        f"{KPI},{day_of(last - at // len(REGIONS))},P000,{REGIONS[at % len(REGIONS)]},{turn * 1000 + at}"
        for at in range(rows)
    ]
    content = "\n".join(["kpi,period,product,region,value", *lines]).encode()
    shown = uploads.preview(database, ANYBODY, "change.csv", content, today=AS_OF)

    def commit() -> None:
        receipt = uploads.commit(database, ANYBODY, shown)
        if receipt.state != "committed":
            raise RuntimeError(receipt.in_words())

    return commit


Seconds = dict[tuple[str, str], list[float]]


def measured(companies: dict[str, Made]) -> Seconds:
    """Seconds by what was asked and size, some rounds of each."""
    found: Seconds = {}
    for turn in range(1, ROUNDS + 1):
        for size, made in companies.items():
            note(found, ("Commit of 1,000 rows", size), change(made.whole, turn, 1000))
            for place, (name, screen) in enumerate(SCREENS.items()):
                for database in (made.whole, made.narrow):
                    change(database, 100 * turn + place)()
                note(found, (f"{name}, after a change", size), lambda made=made, screen=screen: screen(made))
                note(found, (f"{name}, nothing changed", size), lambda made=made, screen=screen: screen(made))
    return found


def note(found: Seconds, key: tuple[str, str], run: Callable[[], None]) -> None:
    """Run it and keep the time."""
    start = time.perf_counter()
    run()
    found.setdefault(key, []).append(time.perf_counter() - start)


def table(found: Seconds, sizes: Sequence[str]) -> Iterator[str]:
    """The best of each size, and that of the largest over that of the smallest."""
    yield f"| ms | {' | '.join(sizes)} | {sizes[-1]} ÷ {sizes[0]} |"
    yield "|---" * (len(sizes) + 2) + "|"
    for name in sorted({name for name, _ in found}):
        each = [1000 * min(found[name, size]) for size in sizes]
        yield f"| {name} | {' | '.join(f'{one:.0f}' for one in each)} | {each[-1] / each[0]:.2f} |"


def figures(sizes: Sequence[str]) -> Iterator[Figure]:
    """The best of the largest size over that of the smallest, on each database."""
    for database, _, found in measured_on(PLACES, sizes):
        for name in sorted({name for name, _ in found}):
            largest, smallest = (min(found[name, size]) for size in (sizes[-1], sizes[0]))
            goal = None if "all KPIs" in name else GOAL
            yield Figure(f"{name}: {sizes[-1]}", f"{sizes[0]}", largest, smallest, NAMES[database], goal)


def measured_on(
    databases: Iterable[str], sizes: Sequence[str]
) -> Iterator[tuple[str, dict[str, Made], Seconds]]:
    """On each of the databases the companies, and the times."""
    for database in databases:
        with PLACES[database]() as place, ExitStack() as stack:
            made = dict(companies(place, sizes, stack))
            yield database, made, measured(made)


def companies(place: str, sizes: Sequence[str], stack: ExitStack) -> Iterator[tuple[str, Made]]:
    """Make them all."""
    for name in sizes:
        size, kept, seconds = SIZES[name], [], []
        for shape in (size, replace(size, kpis=SIZES["S"].kpis)):
            database = Database(stack.enter_context(fresh(place)))
            stack.callback(database.dispose)
            start = time.perf_counter()
            count = make(database, shape)
            seconds.append(time.perf_counter() - start)
            kept.append(database)
        whole, narrow = kept
        known = catalogues.catalogue(whole, ANYBODY)
        viewer = scope_of("viewer", [Grant(Role.VIEWER, DEPARTMENT)], known)
        yield name, Made(whole, narrow, viewer, count, seconds[0], size_on_disk(whole.address))


def built(companies: dict[str, Made]) -> Iterator[str]:
    """What it took to build each, and what it takes."""
    yield "| size | actuals | built in | actuals/s | on disk | bytes an actual |"
    yield "|---" * 6 + "|"
    for name, made in companies.items():
        pace, each = made.actuals / made.seconds, made.disk / made.actuals
        yield (
            f"| {name} | {made.actuals:,} | {made.seconds:.1f} s | {pace:,.0f} "
            f"| {made.disk / 1e6:,.0f} MB | {each:.0f} |"
        )


def main() -> None:
    """Print the table of each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sizes", nargs="*", metavar="SIZE", default=["S", "M", "L"])
    parser.add_argument("--on", choices=PLACES)
    given = parser.parse_args()
    for database, made, found in measured_on([given.on] if given.on else PLACES, given.sizes):
        print(f"\n{NAMES[database]}\n")
        print("\n".join(built(made)), end="\n\n")
        print("\n".join(table(found, given.sizes)), flush=True)


if __name__ == "__main__":
    main()

"""The scored company of 500 KPIs against reading the rollup rows that it needs, and nothing else.

"Cold" is with nothing cached: definitions, targets and actuals come from the database each time. "Warm" is
with the definitions that the process remembers as long as nobody changes them.
"""

from collections.abc import Callable, Iterator
from datetime import date

import pandas as pd
from sqlalchemy import create_engine, make_url, text

from bench.company_model import AS_OF
from bench.databases import fresh, postgresql_place, sqlite_place
from bench.make_company import SIZES, make
from bench.measure import Figure, compare
from kpidash.domain.period import Window, add_months
from kpidash.domain.reach import months_needed
from kpidash.services import company
from kpidash.services import scored as scored_services
from kpidash.services.access import system_user
from kpidash.services.company import open_company
from kpidash.services.database import Database
from kpidash.services.scorecards import scorecard, trends, window_of
from kpidash.store import catalogue, rollups, targets

MONTHS = 25
COLD_GOAL = 6.0
SCOPE = system_user("bench")
ROWS = text("SELECT * FROM rollup_month LIMIT :count")


def figures() -> Iterator[Figure]:
    """The scorecard of the year to date, and 25 months of every KPI, cold and warm, on both databases."""
    for name, context in (("SQLite", sqlite_place), ("PostgreSQL", postgresql_place)):
        with context() as place, fresh(place) as url:
            database = Database(url)
            make(database, SIZES["M"])
            yield from _figures(name, database, url)
            database.dispose()


def _figures(name: str, database: Database, url: str) -> Iterator[Figure]:
    engine = create_engine(make_url(url).set(drivername=_DRIVERS[database.dialect]))
    scored: dict[str, tuple[Callable[[], object], str]] = {
        "scorecard of the year to date": (
            lambda: scorecard(database, SCOPE, window="ytd", as_of=AS_OF),
            "ytd",
        ),
        "25 months of all KPIs": (lambda: trends(database, SCOPE, as_of=AS_OF, months=MONTHS), "months"),
    }
    for what, (run, window) in scored.items():
        count = rows_needed(database, window)

        def read(count: int = count) -> pd.DataFrame:
            with engine.connect() as connection:
                return pd.read_sql(ROWS, connection, params={"count": count})

        reference = f"`read_sql` of its {count:,} rollups"
        for state, before, goal in (("cold", forget, COLD_GOAL), ("warm", scored_services.forget, None)):
            yield compare(
                f"500 KPIs: {what}, {state}",
                run,
                reference,
                read,
                before=before,
                database=name,
                goal=goal if window == "months" else None,
            )
    engine.dispose()


_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


def rows_needed(database: Database, window: str, day: date = AS_OF) -> int:
    """How many rollups a scorecard, or MONTHS months of all KPIs, are made of."""
    with database.read() as connection:
        opened = open_company(connection)
        asked = (
            Window("months", "months", add_months(day, 1 - MONTHS), add_months(day, 1))
            if window == "months"
            else window_of(opened, window, day)
        )
        reach = months_needed(opened.book, asked, day)
        months = reach.drop(columns="kpi").assign(kpi_id=opened.ids[reach["kpi"]])
        return len(rollups.read(connection, months))


def forget() -> None:
    """Forget everything that was made of definitions; what stays is the calendar of holidays."""
    scored_services.forget()
    catalogue.remembered.forget()
    company.opened.cache_clear()
    targets.period.cache_clear()

"""The scored demo company, nothing cached, against reading the rollup rows that it needs."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
from sqlalchemy import create_engine, text

from bench.measure import Figure, compare
from kpidash.services.access import system_user
from kpidash.services.database import open_database
from kpidash.services.demo.loading import load_demo
from kpidash.services.scorecards import scorecard, trends

AS_OF = date(2026, 10, 15)
MONTHS = "SELECT * FROM rollup_month WHERE month BETWEEN :first AND :last"


def figures() -> Iterator[Figure]:
    """The scorecard of a month and of the year to date, and the trends of thirteen months."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        database, scope = open_database(url), system_user("bench")
        load_demo(database, scope, as_of=AS_OF)
        engine = create_engine(url)
        month = (AS_OF.year - 1970) * 12 + AS_OF.month - 1

        def read(months: int) -> pd.DataFrame:
            with engine.connect() as connection:
                return pd.read_sql(
                    text(MONTHS), connection, params={"first": month - months + 1, "last": month}
                )

        for window, months in (("2026-10", 1), ("ytd", 7), ("r12", 12)):
            yield compare(
                f"scorecard, {window}",
                lambda window=window: scorecard(database, scope, window=window, as_of=AS_OF),
                f"pandas.read_sql of {months} months of rollups",
                lambda months=months: read(months),
            )
        yield compare(
            "trends of 13 months",
            lambda: trends(database, scope, as_of=AS_OF),
            "pandas.read_sql of 25 months of rollups",
            lambda: read(25),
        )
        database.dispose()
        engine.dispose()

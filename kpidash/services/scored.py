"""The scored company and how its KPIs ran, made once for all who look: each sees what is cut out of it.

Both are of the whole company, and nobody may change them. What was made before an upload of actuals holds on
where that changed nothing it was made of.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache

import numpy as np
import pandas as pd

from kpidash.domain.calendars import month_of
from kpidash.domain.period import THURSDAY, Window
from kpidash.domain.reach import months_needed
from kpidash.domain.scorecard import Scorecard, score
from kpidash.domain.series import monthly_points
from kpidash.services import points
from kpidash.services.company import OpenCompany, ask, open_company
from kpidash.services.points import Line
from kpidash.store.engine import Connection
from kpidash.store.movements import Movement
from kpidash.store.remembered import Remembered, only_actuals, state_of

_cards: Remembered[Scorecard] = Remembered(64)
_cards_of_then: Remembered[Scorecard] = Remembered(256)
_months: Remembered[pd.DataFrame] = Remembered(16)
_lines: Remembered[dict[str, Line]] = Remembered(16)


def card(connection: Connection, company: OpenCompany, window: Window, day: date) -> Scorecard:
    """The scorecard of everything in a window as of a day."""
    return _cards.settled(
        connection,
        state_of(connection, window, day),
        lambda: ask(
            connection,
            company,
            _reach(company, window, day),
            lambda actuals: score(company.book, window, day, actuals=actuals),
        ),
        _elsewhere(company, window, day),
    )


def card_of_then(connection: Connection, window: Window, day: date, known_at: datetime) -> Scorecard:
    """The same of what was known at a moment."""

    def make() -> Scorecard:
        company = open_company(connection, known_at=known_at)
        return ask(
            connection,
            company,
            _reach(company, window, day),
            lambda actuals: score(company.book, window, day, actuals=actuals),
            known_at=known_at,
        )

    def later(moves: Sequence[Movement]) -> bool:
        return only_actuals(moves) and all(one.at > known_at for one in moves)

    return _cards_of_then.settled(connection, state_of(connection, window, day, known_at), make, later)


def months(connection: Connection, company: OpenCompany, span: Window, day: date) -> pd.DataFrame:
    """Monthly points (`domain.series.monthly_points`) of all KPIs, as of a day."""
    return _months.settled(
        connection,
        state_of(connection, span, day),
        lambda: ask(
            connection,
            company,
            _reach(company, span, day),
            lambda actuals: monthly_points(company.book, span, day, actuals=actuals),
        ),
        _elsewhere(company, span, day),
    )


def lines(connection: Connection, company: OpenCompany, span: Window, day: date) -> dict[str, Line]:
    """The whole months of all KPIs, by their codes, as of a day."""
    return _lines.settled(
        connection,
        state_of(connection, span, day),
        lambda: points.lines(
            points.whole_months(months(connection, company, span, day), company.catalogue, day)
        ),
        _elsewhere(company, span, day),
    )


def forget() -> None:
    """Start anew, as a new process does."""
    _cards.forget()
    _cards_of_then.forget()
    _months.forget()
    _lines.forget()


@lru_cache(maxsize=64)
def _reach(company: OpenCompany, window: Window, day: date) -> pd.DataFrame:
    return months_needed(company.book, window, day)


def _elsewhere(company: OpenCompany, window: Window, day: date) -> Callable[[Sequence[Movement]], bool]:
    """Whether changes were of actuals that the window does not need."""

    def harmless(moves: Sequence[Movement]) -> bool:
        touched = [one.touched for one in moves if one.touched is not None]
        if len(touched) < len(moves):
            return False  # they may concern anything
        reach = _reach(company, window, day)
        months = reach[["first_month", "last_month"]].itertuples(index=False, name=None)
        bounds = dict(zip(company.ids[reach["kpi"]].tolist(), months, strict=True))
        return not any(kpi in bounds and _meets(bounds[kpi], days)
                       for one in touched for kpi, days in one.items())  # fmt: skip

    return harmless


def _meets(bounds: tuple[int, int], days: tuple[int, int]) -> bool:
    """Whether periods that begin on these days, both included, can belong to months between these."""
    first, last = month_of(np.array([days[0], days[1] + THURSDAY])).tolist()
    return bool(first <= bounds[1] and last >= bounds[0])

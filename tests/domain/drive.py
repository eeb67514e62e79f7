"""Asking the product's domain as the services do: months first, single periods only where it asks."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from kpidash.domain.actuals import Actuals
from kpidash.domain.book import Book
from kpidash.domain.calendars import day_number, month_of
from kpidash.domain.catalogue import Catalogue
from kpidash.domain.period import THURSDAY, Window
from kpidash.domain.reach import months_needed
from kpidash.domain.rollup import fold
from kpidash.domain.scorecard import Scorecard, score
from tests.domain.reference import Row

Answer = TypeVar("Answer")

KPI_FIELDS = (
    "code", "kra", "actual", "compared_actual", "target_to_date", "target_to_date_low", "target_to_date_high",
    "baseline_to_date", "target", "variance", "attainment", "score", "status", "periods", "compared_periods",
    "last_period",
)  # fmt: skip


def product_scorecard(
    catalogue: Catalogue, rows: list[Row], window: Window, as_of: date, holidays: Iterable[date] = ()
) -> dict[str, Any]:
    """The product's answer with the fields of `scorecard --json`."""
    book = Book.of(catalogue, [day_number(day) for day in holidays])
    return as_json(ask(book, rows, months_needed(book, window, as_of), partial(score, book, window, as_of)))


def ask(book: Book, rows: list[Row], needed: pd.DataFrame, question: Callable[..., Answer]) -> Answer:
    """The answer to `question`, a function of `actuals`.

    It is given the months `needed` and no others, and where it asks for single periods those of the months
    that it names and no others; after that it must not ask again.
    """
    weekly = book.rules["weekly"].to_numpy(np.bool_)
    periods = periods_of(book, rows)
    months = fold(periods, np.flatnonzero(weekly).tolist()).rename(columns={"kpi_id": "kpi"})
    months = _only_needed(months, needed)
    actuals = Actuals.of(months, weekly)
    answer = question(actuals=actuals)
    if actuals.unread:
        single = _only_named(periods.rename(columns={"kpi_id": "kpi"}), weekly, actuals.unread)
        actuals = Actuals.of(months, weekly, periods=single)
        answer = question(actuals=actuals)
        assert not actuals.unread, f"asked for periods a second time: {actuals.unread}"
    return answer


def periods_of(book: Book, rows: list[Row]) -> pd.DataFrame:
    """One row per KPI and native period, segments added up, as the store keeps them."""
    frame = pd.DataFrame(
        {
            "kpi_id": np.array([book.number[row.kpi] for row in rows], np.int64),
            "period": np.array([day_number(row.start) for row in rows], np.int64),
            "value": np.array([row.value for row in rows], np.float64),
            "numerator": np.array([row.numerator for row in rows], np.float64),
            "denominator": np.array([row.denominator for row in rows], np.float64),
        }
    )
    groups = frame.groupby(["kpi_id", "period"])
    columns = {
        "sum": groups["value"].sum(min_count=1),
        "count": groups["value"].count(),
        "min": groups["value"].min(),
        "max": groups["value"].max(),
        "numerator": groups["numerator"].sum(min_count=1),
        "denominator": groups["denominator"].sum(min_count=1),
    }
    return pd.DataFrame(columns).reset_index()


def as_json(card: Scorecard) -> dict[str, Any]:
    """The scorecard as plain values, missing numbers None and days as ISO 8601."""
    return {
        "company": {name: _plain(getattr(card.company, name)) for name in ("score", "status", "coverage")},
        "departments": _records(card.departments, ("code", "parent", "score", "status", "coverage")),
        "kras": _records(card.kras, ("code", "department", "score", "status", "coverage")),
        "kpis": _records(card.kpis, KPI_FIELDS),
        "hidden_reds": list(card.hidden_reds),
    }


def _only_needed(months: pd.DataFrame, needed: pd.DataFrame) -> pd.DataFrame:
    joined = months.merge(needed, on="kpi")
    inside = joined["month"].between(joined["first_month"], joined["last_month"])
    return joined.loc[inside, months.columns].reset_index(drop=True)


def _only_named(periods: pd.DataFrame, weekly: np.ndarray, unread: set[tuple[int, int]]) -> pd.DataFrame:
    anchor = periods["period"] + THURSDAY * weekly[periods["kpi"]]
    named = zip(periods["kpi"].tolist(), month_of(anchor.to_numpy(np.int64)).tolist(), strict=True)
    return periods[[pair in unread for pair in named]].reset_index(drop=True)


def _records(frame: pd.DataFrame, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: _plain(row[name]) for name in names} for row in frame.to_dict("records")]


def _plain(cell: Any) -> Any:
    if cell is None or pd.isna(cell):
        return None
    if isinstance(cell, pd.Timestamp | np.datetime64 | date):
        return pd.Timestamp(cell).date().isoformat()
    return cell.item() if isinstance(cell, np.generic) else cell

"""Texts of figures in the notation of the company: periods, ticks, and what a figure shows in words."""

from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

from kpidash.charts.scale import Notation
from kpidash.domain.catalogue import Kpi
from kpidash.domain.period import Frequency, period_containing
from kpidash.ui.formats import Formats, is_missing


def notation(formats: Formats, kpi: Kpi, frequency: Frequency) -> Notation:
    """How the figures of a KPI write values and periods of a frequency."""
    return Notation(
        write=lambda value: formats.value(value, kpi, missing="nothing known"),
        name=lambda start: period_name(formats, start, frequency),
        ticks=lambda starts: ticks(formats, starts, frequency),
    )


@lru_cache(maxsize=1 << 14)
def period_name(formats: Formats, start: pd.Timestamp, frequency: Frequency) -> str:
    """The period that starts on a day, in full."""
    return formats.period(period_containing(start.date(), frequency, formats.fiscal_year_start))


def ticks(formats: Formats, starts: Sequence[pd.Timestamp], frequency: Frequency) -> list[str]:
    """Short names of periods in order; the year below where it is another one than before."""
    texts, year = [], ""
    for start in starts:
        short, long = _tick(formats, start, frequency)
        texts.append(f"{short}<br>{long}" if long != year else short)
        year = long
    return texts


def _tick(formats: Formats, start: pd.Timestamp, frequency: Frequency) -> tuple[str, str]:
    match frequency:
        case Frequency.MONTHLY:
            return formats.short_month(start.date()), str(start.year)
        case Frequency.QUARTERLY:
            quarter, _, year = period_name(formats, start, frequency).partition(" ")
            return quarter, year
        case Frequency.YEARLY:
            return period_name(formats, start, frequency), ""
    return formats.short_day(start.date()), str(start.year)


def described(kpi: Kpi, points: pd.DataFrame, said: Notation, column: str, goal: str) -> str:
    """A figure over time in two sentences: how it runs, and how it stands against its `goal` column."""
    known = points.dropna(subset=[column])
    if known.empty:
        return f"{kpi.name}: nothing is reported for the periods shown."
    first, final = known.iloc[0], known.iloc[-1]
    values = known[column].to_numpy(float)
    least, most = known.iloc[int(values.argmin())], known.iloc[int(values.argmax())]
    against = _against(final, said, goal)
    return (
        f"{kpi.name} from {said.name(first['start'])} to {said.name(final['start'])}: "
        f"from {said.write(first[column])} to {said.write(final[column])}{against}. "
        f"Least {said.write(least[column])} ({said.name(least['start'])}), "
        f"most {said.write(most[column])} ({said.name(most['start'])})."
    )


def _against(row: pd.Series, said: Notation, goal: str) -> str:
    if not is_missing(row.get("low")):
        return f", with a target of {said.write(row['low'])} to {said.write(row['high'])}"
    return "" if is_missing(row.get(goal)) else f", with a target of {said.write(row[goal])}"

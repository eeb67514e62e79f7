"""Typed actuals → rows that may be stored, and findings for all others.

Every check looks at whole columns, and each row gets all of its findings, not only the first.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.calendars import day_number
from kpidash.domain.locking import values_held
from kpidash.domain.period import Frequency, add_months
from kpidash.ingest.checks import (
    Code,
    Rows,
    kpi_findings,
    locked_findings,
    number,
    number_findings,
    period_findings,
    surplus,
    unreadable_numbers,
)
from kpidash.ingest.duplicates import Checked, settled
from kpidash.ingest.issues import Finding, Mask, rejected
from kpidash.ingest.keys import packed
from kpidash.ingest.marks import mark_findings
from kpidash.ingest.parse import Parsed
from kpidash.ingest.periods import NO_PERIOD
from kpidash.ingest.segments import Segments, segments_of
from kpidash.ingest.terms import Terms

VALUES = ("value", "numerator", "denominator")
MONTHS_AHEAD = 1
"""Whole months after that of today for which actuals are taken: orders and rotas are known ahead. What has
not begun does not count on any screen until it has; what lies further ahead is a slip of the pen."""


def actuals(parsed: Parsed, terms: Terms) -> Checked:
    """The actuals of a parsed file that may be stored."""
    rows = Rows.of(parsed, terms)
    native = _native(rows)
    segments = segments_of(parsed.dimensions, len(parsed))
    findings = [
        *kpi_findings(rows),
        *_calculated(rows),
        *period_findings(rows),
        *_native_findings(rows, native),
        *_value_findings(rows),
        *(found for name in terms.dimensions for found in _dimension_findings(rows, name)),
    ]
    kept = np.flatnonzero(~rejected(findings, len(parsed)))
    return settled(
        rows, _ordered(rows, native, segments, kept), findings, values=VALUES, segments=segments.keys
    )


def _calculated(rows: Rows) -> Iterator[Finding]:
    yield from rows.find(
        Code.CALCULATED_KPI,
        "kpi",
        rows.terms.calculated[rows.kpi],
        lambda at: f"'{rows.code(at)}' is calculated from other KPIs; upload those.",
        once=True,
    )


def _native(rows: Rows) -> NDArray[np.int64]:
    """The start of each row's native period; NO_PERIOD where its label gives none."""
    parsed, company = rows.parsed, rows.terms.catalogue.company
    by_frequency = [
        np.append(parsed.periods.native(frequency, company.fiscal_year_start), NO_PERIOD)
        for frequency in Frequency
    ]
    return np.stack(by_frequency)[rows.terms.rank[rows.kpi], parsed.period.codes]


def _native_findings(rows: Rows, native: NDArray[np.int64]) -> Iterator[Finding]:
    """Labels that give no native period of the KPI, one of the future, or one that is closed."""
    parsed, terms = rows.parsed, rows.terms
    is_period = np.append(parsed.periods.ranks >= 0, False)[parsed.period.codes]
    found = native != NO_PERIOD
    misfit = rows.known & is_period & ~found
    yield from rows.find(Code.NOT_A_PERIOD, "period", misfit, lambda at: _misfit(rows, at))
    last = add_months(terms.today, 1 + MONTHS_AHEAD)
    future = rows.known & found & (native >= day_number(last))
    message = f"The period begins after the end of next month; today is {terms.today}."
    yield from rows.find(Code.PERIOD_IN_FUTURE, "period", future, message)
    if terms.locked:
        held = values_held(native * found, terms.rank[rows.kpi], terms.locked_months)
        yield from locked_findings(rows, held, rows.known & found)


def _misfit(rows: Rows, at: int) -> str:
    kpi = rows.terms.kpis[rows.kpi[at]]
    label = rows.cell("period")(at)
    if rows.parsed.periods.ranks[rows.parsed.period.codes[at]] > kpi.frequency.rank:
        return f"'{kpi.code}' is {kpi.frequency}; '{label}' is too coarse for it."
    return f"'{kpi.code}' is {kpi.frequency}; '{label}' lies in two of its periods."


def _value_findings(rows: Rows) -> Iterator[Finding]:
    terms = rows.terms
    reported = rows.known & ~terms.calculated[rows.kpi]
    ratio = terms.ratio[rows.kpi]
    yield from number_findings(rows, "value", reported & ~ratio)
    for role in ("numerator", "denominator"):
        yield from number_findings(rows, role, reported & ratio)
        yield from surplus(rows, role, reported & ~ratio, "is no ratio")
    # without a KPI nobody can say which numbers are needed, but no number is no number
    for role, numbers in rows.parsed.numbers.items():
        yield from unreadable_numbers(rows, role, numbers, ~reported)
    yield from mark_findings(rows, reported)
    yield from _quotient_findings(rows, reported & ratio)


def _quotient_findings(rows: Rows, ratio: Mask) -> Iterator[Finding]:
    nothing = number(rows, "denominator") == 0
    # 0 ÷ 0 says that nothing happened: a day without calls adds nothing to either side
    zero = ratio & nothing & (number(rows, "numerator") != 0)
    yield from rows.find(
        Code.ZERO_DENOMINATOR,
        "denominator",
        zero,
        "Nothing can be divided by zero; where nothing happened write 0 for both.",
    )
    at = np.flatnonzero(ratio & ~nothing)
    too_much = np.zeros(len(rows.parsed), dtype=bool)
    too_much[at] = np.isinf(_quotient(rows, at))
    yield from rows.find(Code.NOT_A_NUMBER, "numerator", too_much, "The ratio is too large to hold.")


def _quotient(rows: Rows, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """What ratio KPIs' numerators and denominators give (RULES.md §3); NaN for 0 ÷ 0."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scaled = rows.terms.scale[rows.kpi[at]] * number(rows, "numerator")[at]
        return scaled / number(rows, "denominator")[at]


def _dimension_findings(rows: Rows, name: str) -> Iterator[Finding]:
    declared = rows.terms.declares(name)[rows.kpi]
    labels = rows.parsed.dimensions.get(name)
    filled = np.zeros(len(rows.parsed), dtype=bool) if labels is None else labels.codes >= 0
    blank = rows.known & declared & ~filled
    yield from rows.find(
        Code.WRONG_DIMENSION, name, blank, lambda at: f"'{rows.code(at)}' is reported by {name}; fill it in."
    )
    surplus = rows.known & ~declared & filled
    yield from rows.find(
        Code.WRONG_DIMENSION,
        name,
        surplus,
        lambda at: f"'{rows.code(at)}' is not reported by {name}; leave the cell blank.",
    )


def _ordered(
    rows: Rows, native: NDArray[np.int64], segments: Segments, kept: NDArray[np.int64]
) -> pd.DataFrame:
    """The rows at the positions `kept`, sorted by key and then as the file has them."""
    kpi_id, period, segment = rows.terms.id[rows.kpi[kept]], native[kept], segments.codes[kept]
    (key,) = packed((kpi_id, period, segment))
    order = np.argsort(key, kind="stable")
    at = kept[order]
    ratio = rows.terms.ratio[rows.kpi[at]]
    parts = {name: np.where(ratio, number(rows, name)[at], np.nan) for name in ("numerator", "denominator")}
    quotient = _quotient(rows, at) if ratio.any() else np.nan
    notes = np.array([*rows.parsed.note.names, None], dtype=object)
    columns = {
        "key": key[order],
        "kpi_id": kpi_id[order],
        "period": period[order],
        "segment": segment[order],
        "value": np.where(ratio, quotient, number(rows, "value")[at]),
        **parts,
        # pandas would make NaN of the missing ones in a plain array
        "note": pd.Series(notes[rows.parsed.note.codes[at]], dtype=object),
        "row": rows.parsed.rows[at],
        "position": at,
    }
    return pd.DataFrame(columns, copy=False)

"""Typed targets → rows that may be stored, and findings for all others.

A target may be for any period, finer or coarser than the KPI's own and in the future, and for a calculated
KPI.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpidash.domain.locking import targets_held
from kpidash.domain.period import Frequency
from kpidash.ingest.checks import (
    Code,
    Rows,
    kpi_findings,
    locked_findings,
    number,
    number_findings,
    period_findings,
    surplus,
)
from kpidash.ingest.duplicates import Checked, settled
from kpidash.ingest.issues import Finding, rejected
from kpidash.ingest.keys import packed
from kpidash.ingest.marks import mark_findings
from kpidash.ingest.parse import Parsed
from kpidash.ingest.terms import Terms

VALUES = ("value", "low", "high")


def targets(parsed: Parsed, terms: Terms) -> Checked:
    """The targets of a parsed file that may be stored."""
    rows = Rows.of(parsed, terms)
    findings = [*kpi_findings(rows), *period_findings(rows), *_locked(rows), *_number_findings(rows)]
    kept = np.flatnonzero(~rejected(findings, len(parsed)))
    return settled(rows, _ordered(rows, kept), findings, values=VALUES)


def _locked(rows: Rows) -> Iterator[Finding]:
    if not rows.terms.locked or not len(rows.parsed):
        return
    readable = rows.known & np.append(rows.parsed.periods.ranks >= 0, False)[rows.parsed.period.codes]
    start, rank = (np.where(readable, column, 0) for column in _period(rows))
    yield from locked_findings(rows, targets_held(start, rank, rows.terms.locked_months), readable)


def _number_findings(rows: Rows) -> Iterator[Finding]:
    band = rows.terms.maintained[rows.kpi]
    yield from number_findings(rows, "target", rows.known & ~band)
    yield from surplus(rows, "target", rows.known & band, "is kept between a low and a high")
    for role in ("low", "high"):
        yield from number_findings(rows, role, rows.known & band)
        yield from surplus(rows, role, rows.known & ~band, "has one target value")
    yield from mark_findings(rows, rows.known)
    crossed = rows.known & band & (number(rows, "low") > number(rows, "high"))
    yield from rows.find(Code.NOT_A_NUMBER, "low", crossed, "The low is above the high.")


def _period(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First day and frequency rank of each row's period: a day means the native period that holds it."""
    parsed, company = rows.parsed, rows.terms.catalogue.company
    native_rank = rows.terms.rank[rows.kpi]
    by_frequency = [parsed.periods.native(frequency, company.fiscal_year_start) for frequency in Frequency]
    label = parsed.period.codes
    is_day = parsed.periods.ranks[label] == Frequency.DAILY.rank
    start = np.where(is_day, np.stack(by_frequency)[native_rank, label], parsed.periods.starts[label])
    return start, np.where(is_day, native_rank, parsed.periods.ranks[label])


def _ordered(rows: Rows, kept: NDArray[np.int64]) -> pd.DataFrame:
    """The rows at the positions `kept`, sorted by key and then as the file has them."""
    kpi_id = rows.terms.id[rows.kpi[kept]]
    start, rank = (column[kept] for column in _period(rows)) if len(kept) else (kept, kept)
    (key,) = packed((kpi_id, start, rank))
    order = np.argsort(key, kind="stable")
    at = kept[order]
    band = rows.terms.maintained[rows.kpi[at]]
    return pd.DataFrame(
        {
            "key": key[order],
            "kpi_id": kpi_id[order],
            "period": start[order],
            "kind": rank[order],
            "value": np.where(band, np.nan, number(rows, "target")[at]),
            "low": np.where(band, number(rows, "low")[at], np.nan),
            "high": np.where(band, number(rows, "high")[at], np.nan),
            # the file does not say how a target is spread over its parts
            "phasing": pd.Series([None] * len(at), dtype=object),
            "row": rows.parsed.rows[at],
            "position": at,
        }
    )

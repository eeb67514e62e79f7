"""Percent signs and currencies beside numbers: right for some KPIs, a slip for others."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from kpidash.domain.catalogue import Unit
from kpidash.ingest.checks import Code, Rows
from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import Finding, Mask

_MEANT = {
    "₹": {"INR"}, "Rs": {"INR", "PKR", "LKR", "NPR", "MUR"}, "€": {"EUR"}, "£": {"GBP"}, "¥": {"JPY", "CNY"},
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN"}, "US$": {"USD"},
    "₩": {"KRW"}, "₺": {"TRY"}, "zł": {"PLN"},
}  # fmt: skip
"""The currencies that each sign can mean; a code means itself."""


def mark_findings(rows: Rows, needed: Mask) -> Iterator[Finding]:
    """Percent signs on KPIs that are no percentages, and several currencies in one file."""
    percentages = np.array([*(kpi.unit is Unit.PERCENT for kpi in rows.terms.kpis), True])[rows.kpi]
    ratio = rows.terms.ratio[rows.kpi]
    foreign = foreign_money(rows)
    for role, numbers in rows.parsed.numbers.items():
        # the parts of a ratio are counts or sums, never percentages
        stray = needed & numbers.percent & (~percentages | ratio)
        yield from rows.find(Code.NOT_A_NUMBER, role, stray, partial(_stray_percent, rows, role))
        if len(_currencies(rows)) > 1:
            codes = numbers.money.codes
            strange = np.array([*(name in foreign for name in numbers.money.names), False])[codes]
            yield from rows.find(Code.NOT_A_NUMBER, role, needed & strange, partial(_foreign, rows, role))


def _stray_percent(rows: Rows, role: str, at: int) -> str:
    return f"'{rows.cell(role)(at)}' has a percent sign, and '{rows.code(at)}' takes no percentages here."


def _foreign(rows: Rows, role: str, at: int) -> str:
    own = rows.terms.catalogue.company.currency
    return f"'{rows.cell(role)(at)}' is in another currency than {own}; nothing is converted."


def foreign_money(rows: Rows) -> frozenset[str]:
    """The currencies of the file that cannot be the company's, as written."""
    own = rows.terms.catalogue.company.currency
    return frozenset(name for name in _currencies(rows) if own not in _MEANT.get(_sign(name), {name}))


def money_evidence(rows: Rows) -> Iterator[Evidence]:
    """That a foreign currency was taken for the company's own, where it is the only one of the file."""
    foreign = foreign_money(rows)
    if len(foreign) == 1 and len(_currencies(rows)) == 1:
        (name,), own = foreign, rows.terms.catalogue.company.currency
        sentence = f"Amounts are written in {name} and taken as {own}; nothing is converted."
        yield Evidence("currency", name, sentence)


def _currencies(rows: Rows) -> frozenset[str]:
    return frozenset(name for numbers in rows.parsed.numbers.values() for name in numbers.money.names)


def _sign(name: str) -> str:
    return "Rs" if name.rstrip(".").lower() == "rs" else name

"""Rows that are totals of other rows: left out where that is certain, asked about where it is not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from kpidash.ingest.checks import Code, Rows
from kpidash.ingest.evidence import Evidence, spoken
from kpidash.ingest.issues import Finding, Mask
from kpidash.ingest.keys import Whole, packed
from kpidash.ingest.labels import Labels
from kpidash.ingest.parse import Parsed
from kpidash.ingest.terms import UNKNOWN, Terms
from kpidash.ingest.vocabulary import is_total

_EXACTLY = 1e-9


@dataclass(frozen=True, slots=True)
class WithoutTotals:
    """The rows that are no totals; `asked` are those that may be and do not add up."""

    parsed: Parsed
    evidence: tuple[Evidence, ...] = ()
    asked: tuple[Finding, ...] = ()
    left_out: int = 0


def without_totals(parsed: Parsed, terms: Terms) -> WithoutTotals:
    """The file without rows such as `Grand total`.

    There is no KPI and no period of such a name, so those are certain. In a dimension column it may be a
    value like others: it is a total where it equals the sum of two or more other rows.
    """
    nothing = np.zeros(len(parsed), dtype=bool)
    named = _marked(parsed.kpi, lambda name: terms.find(name) == UNKNOWN) | _marked(parsed.period)
    suspects = {
        name: found
        for name, labels in parsed.dimensions.items()
        if (found := _marked(labels, partial(_new, terms, name))).any()
    }
    if not named.any() and not suspects:
        return WithoutTotals(parsed)
    rows = Rows.of(parsed, terms)
    dimension = np.logical_or.reduce([nothing, *suspects.values()]) & ~named
    sums = dimension & _adds_up(rows, suspects, dimension | named)
    findings = [
        found
        for name, where in suspects.items()
        for found in rows.find(
            Code.WRONG_DIMENSION, name, where & ~named & ~sums, partial(_not_the_sum, rows, name)
        )
    ]
    left_out = named | sums
    evidence = tuple(_evidence(parsed, named, sums))
    return WithoutTotals(parsed.kept(~left_out & ~dimension), evidence, tuple(findings), int(left_out.sum()))


def _new(terms: Terms, dimension: str, value: str) -> bool:
    return value not in terms.segment_values.get(dimension, frozenset())


def _marked(labels: Labels, also: Callable[[str], bool] | None = None) -> Mask:
    names = [is_total(name) and (also is None or also(name)) for name in labels.names]
    marked: Mask = np.array([*names, False])[labels.codes]
    return marked


def _adds_up(rows: Rows, suspects: Mapping[str, Mask], totals: Mask) -> Mask:
    """Where a row's number is the sum of those of two or more rows that differ in nothing else."""
    parsed = rows.parsed
    equal = np.zeros(len(parsed), dtype=bool)
    for name, where in suspects.items():
        others = [labels.codes for other, labels in parsed.dimensions.items() if other != name]
        (key,) = packed((rows.kpi, parsed.period.codes, *others))
        _, group = np.unique(key, return_inverse=True)
        equal |= where & _sums(parsed, group, ~totals)
    return equal


def _sums(parsed: Parsed, group: Whole, parts: Mask) -> Mask:
    count = np.bincount(group[parts], minlength=int(group.max(initial=-1)) + 1)[group]
    equal = count >= 2
    said = np.zeros(len(parsed), dtype=bool)
    for numbers in parsed.numbers.values():
        value = np.nan_to_num(numbers.values)
        total = np.bincount(group[parts], weights=value[parts], minlength=int(group.max()) + 1)[group]
        equal &= np.isclose(value, total, rtol=_EXACTLY, atol=0)
        said |= ~np.isnan(numbers.values)
    return equal & said


def _not_the_sum(rows: Rows, name: str, at: int) -> str:
    cell = rows.cell(name)(at)
    what = f"'{cell}' reads as a total of other rows and is not their sum"
    return f"{what}; leave the row out, or rename the {name}."


def _evidence(parsed: Parsed, named: Mask, sums: Mask) -> Iterator[Evidence]:
    for where, why in ((named, "there is no such KPI or period"), (sums, "they equal the sum of other rows")):
        if where.any():
            rows = sorted(set(parsed.rows[where].tolist()))
            yield Evidence("totals", str(len(rows)), f"Left out as totals: {spoken(rows)}; {why}.")

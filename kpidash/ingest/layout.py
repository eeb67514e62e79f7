"""Which column of a file means what: the shapes that CONTRACT.md names.

Every shape is a class of its own in the union `Layout`; `parse` has one reading for each. The tidy ones
are recognised by their headers, whatever their case and spacing; a mapping overrules the headers.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kpidash.ingest.issues import Issue, IssueCode, Issues


class Kind(StrEnum):
    """What a file holds."""

    ACTUALS = "actuals"
    TARGETS = "targets"


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyActuals:
    """One row per actual. Numbers are indices of columns; None where the file has no such column."""

    kpi: int
    period: int
    value: int | None
    numerator: int | None
    denominator: int | None
    dimensions: tuple[tuple[str, int], ...]
    note: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TidyTargets:
    """One row per target of a KPI and a period. Numbers are indices of columns."""

    kpi: int
    period: int
    target: int | None
    low: int | None
    high: int | None


Layout = TidyActuals | TidyTargets

_OWN_NAMES = {
    Kind.ACTUALS: ("kpi", "period", "value", "numerator", "denominator", "note"),
    Kind.TARGETS: ("kpi", "period", "target", "low", "high"),
}
_TARGET_MARKS = frozenset({"target", "low", "high"})
_ACTUAL_MARKS = frozenset({"value", "numerator", "denominator"})


def kind_of(columns: Collection[str], mapping: Mapping[str, str] | None = None) -> Kind:
    """What a file with these headers holds: targets where it has their columns and no values."""
    names = {named for named, _ in _named(columns, mapping or {})}
    return Kind.TARGETS if names & _TARGET_MARKS and not names & _ACTUAL_MARKS else Kind.ACTUALS


def recognise(
    columns: Collection[str],
    *,
    kind: Kind,
    dimensions: Collection[str] = (),
    mapping: Mapping[str, str] | None = None,
    blank: Collection[int] = (),
) -> tuple[Layout | None, Issues]:
    """The layout of a file with the headers `columns`, and what is wrong with them.

    `dimensions` are the names that KPIs declare. `mapping` gives the meaning of a header
    (`{"Umsatz": "value"}`); one mapped to nothing (`-`) is left out. Without `kpi`, `period`
    and a number there is no layout (`missing_column`); a header of no known meaning, or met twice, is an
    `unknown_column`. `blank` are the indices of columns without any text: those without a name do not matter.
    """
    by_name = {named: index for named, index in _named(columns, mapping or {}) if named}
    own = _OWN_NAMES[kind]
    spelled = {_folded(name): name for name in dimensions}
    if kind is Kind.TARGETS:
        spelled = {}
    issues = [
        *_strange_mapping(columns, mapping or {}),
        *_unknown(columns, mapping or {}, known={*own, *spelled}, blank=blank),
        *_missing(by_name, kind),
    ]
    found = Issues(tuple(issues), len(issues), whole=bool(issues))
    if any(issue.code is IssueCode.MISSING_COLUMN for issue in issues):
        return None, found
    of = by_name.get
    if kind is Kind.TARGETS:
        targets = TidyTargets(
            kpi=by_name["kpi"], period=by_name["period"], target=of("target"), low=of("low"), high=of("high")
        )
        return targets, found
    return TidyActuals(
        kpi=by_name["kpi"],
        period=by_name["period"],
        value=of("value"),
        numerator=of("numerator"),
        denominator=of("denominator"),
        dimensions=tuple((name, by_name[key]) for key, name in sorted(spelled.items()) if key in by_name),
        note=of("note"),
    ), found


def _named(columns: Collection[str], mapping: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Each column's meaning, as far as its name says it, and its index."""
    meanings = {_folded(header): _meaning(meaning) for header, meaning in mapping.items()}
    for index, column in enumerate(columns):
        yield meanings.get(_folded(column), _folded(column)), index


def _meaning(text: str) -> str:
    """What a header is mapped to, folded; nothing where it is to be left out."""
    return "" if text.strip() == "-" else _folded(text)


def _folded(name: str) -> str:
    return "_".join(name.split()).casefold()


def _unknown(
    columns: Collection[str], mapping: Mapping[str, str], *, known: Collection[str], blank: Collection[int]
) -> Iterator[Issue]:
    ignored = {_folded(header) for header, meaning in mapping.items() if not _meaning(meaning)}
    named = list(_named(columns, mapping))
    times = Counter(name for name, _ in named)
    for column, (name, index) in zip(columns, named, strict=True):
        if _folded(column) in ignored or (index in blank and not column.strip()):
            continue
        if not name:
            message = f"Column {index + 1} has no name; name it or delete it."
        elif name not in known:
            what = "neither a column of this kind of file nor a dimension of a KPI"
            message = f"'{column}' is {what}; map it, or map it to nothing (-)."
        elif times[name] > 1:
            message = f"{times[name]} columns mean '{name}'; keep one of them, or map the others to nothing."
        else:
            continue
        yield Issue(1, column, IssueCode.UNKNOWN_COLUMN, column, message)


def _strange_mapping(columns: Collection[str], mapping: Mapping[str, str]) -> Iterator[Issue]:
    headers = {_folded(column) for column in columns}
    for header, meaning in mapping.items():
        if _folded(header) not in headers:
            message = f"The mapping names '{header}' as '{meaning}', and the file has no such column."
            yield Issue(1, header, IssueCode.MISSING_COLUMN, None, message)


def _missing(present: Collection[str], kind: Kind) -> Iterator[Issue]:
    for name in ("kpi", "period"):
        if name not in present:
            message = f"The file has no column '{name}'; name one so, or map a column to it."
            yield Issue(1, name, IssueCode.MISSING_COLUMN, None, message)
    if kind is Kind.TARGETS:
        if "target" not in present and not {"low", "high"} <= set(present):
            message = "The file has no column 'target', and not both 'low' and 'high'."
            yield Issue(1, "target", IssueCode.MISSING_COLUMN, None, message)
    elif "value" not in present and not {"numerator", "denominator"} <= set(present):
        message = "The file has no column 'value', and not both 'numerator' and 'denominator'."
        yield Issue(1, "value", IssueCode.MISSING_COLUMN, None, message)

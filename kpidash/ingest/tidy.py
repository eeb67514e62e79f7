"""Tidy files: known by their headers alone, whatever their case and spacing; a mapping overrules these."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from kpidash.ingest.issues import Issue, IssueCode, Issues
from kpidash.ingest.layout import OWN_NAMES, Kind, Layout, TidyActuals, TidyTargets, kind_of_names


def kind_of(columns: Collection[str], mapping: Mapping[str, str] | None = None) -> Kind:
    """What a file with these headers holds: targets where it has their columns and no values."""
    return kind_of_names({named for named, _ in _named(columns, mapping or {})})


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
    own = OWN_NAMES[kind]
    spelled = {folded(name): name for name in dimensions}
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
    meanings = {folded(header): meaning_of(meaning) for header, meaning in mapping.items()}
    for index, column in enumerate(columns):
        yield meanings.get(folded(column), folded(column)), index


def meaning_of(text: str) -> str:
    """What a header is mapped to, folded; nothing where it is to be left out."""
    return "" if text.strip() == "-" else folded(text)


def folded(name: str) -> str:
    return "_".join(name.split()).casefold()


def _unknown(
    columns: Collection[str], mapping: Mapping[str, str], *, known: Collection[str], blank: Collection[int]
) -> Iterator[Issue]:
    ignored = {folded(header) for header, meaning in mapping.items() if not meaning_of(meaning)}
    named = list(_named(columns, mapping))
    times = Counter(name for name, _ in named)
    for column, (name, index) in zip(columns, named, strict=True):
        if folded(column) in ignored or (index in blank and not column.strip()):
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
    headers = {folded(column) for column in columns}
    for header, meaning in mapping.items():
        if folded(header) not in headers:
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

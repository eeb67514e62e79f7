"""The shape of a file: which of its columns mean what, told by headers and contents, or by the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kpidash.ingest import tidy
from kpidash.ingest.blocks import assembled
from kpidash.ingest.coarse import Calendar
from kpidash.ingest.columns import Column, Found, asked, resolved
from kpidash.ingest.evidence import Evidence
from kpidash.ingest.headings import Heading, double, single
from kpidash.ingest.issues import Issues
from kpidash.ingest.layout import Kind, Layout, TidyActuals, TidyTargets
from kpidash.ingest.mapping import Suggestion
from kpidash.ingest.meanings import Dictionary
from kpidash.ingest.terms import Terms
from kpidash.ingest.text_table import TextTable
from kpidash.ingest.vocabulary import spaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How to read a file, or without `layout` the issues that prevent it.

    `table` is the file below its header, `names` what to call its columns; `suggestions` is what each column
    may mean, and `evidence` which of that was taken. With `both_kinds` it has actuals and targets side by
    side, and nobody has said which of them are meant.
    """

    kind: Kind
    table: TextTable
    layout: Layout | None = None
    names: tuple[str, ...] = ()
    issues: Issues = field(default_factory=Issues)
    suggestions: tuple[Suggestion, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    both_kinds: bool = False


def shape_of(
    table: TextTable,
    terms: Terms,
    *,
    kind: Kind | None = None,
    mapping: Mapping[str, str] | None = None,
    calendar: Calendar | None = None,
) -> Shape:
    """The shape of a file for somebody who knows `terms`.

    `mapping` gives the meaning of headers (`{"Umsatz": "value"}`), of the whole file (`{"kpi": "csat"}`) and
    of KPIs as the file calls them. Exact headers of a tidy file are taken without a word; what is nearly
    certain is taken and said; all else is an issue that names the `--map` to add.
    """
    said = dict(mapping or {})
    plain = _tidy(table, terms, kind, said)
    if plain is not None:
        return plain
    start = terms.catalogue.company.fiscal_year_start
    calendar = calendar or Calendar(fiscal_year_start=start)
    words = Dictionary(terms, calendar, {spaced(header): meaning for header, meaning in said.items()})
    two = double(table, words)
    if two is not None:
        shape = _general(two[1], two[0], words, kind, said)
        if shape.layout is not None:
            return shape
    one = _general(table, single(table), words, kind, said)
    return one if two is None or one.layout is not None else shape


def _tidy(table: TextTable, terms: Terms, kind: Kind | None, said: Mapping[str, str]) -> Shape | None:
    """The shape of a file whose headers say exactly what they mean."""
    exact = kind or tidy.kind_of(table.columns, said)
    layout, issues = tidy.recognise(
        table.columns, kind=exact, dimensions=terms.dimensions, mapping=said, blank=table.blank_columns()
    )
    if not isinstance(layout, TidyActuals | TidyTargets) or issues:
        return None
    roles = {index: role for role, index in layout.as_blocks().columns.items()}
    roles |= {index: role for role, index in layout.as_blocks().blocks[0].numbers.items()}
    names = tuple(name.strip() for name in table.columns)
    exactly = (Suggestion(at, names[at], role, 1.0, "it is named so") for at, role in sorted(roles.items()))
    return Shape(kind=exact, table=table, layout=layout, names=names, suggestions=tuple(exactly))


def _general(
    table: TextTable,
    headings: Sequence[Heading],
    words: Dictionary,
    kind: Kind | None,
    said: Mapping[str, str],
) -> Shape:
    found: Found = resolved(table, headings, words, kind, said)
    names = tuple(heading.name or f"column {at + 1}" for at, heading in enumerate(headings))
    layout, issues = assembled(found, names, table.header_row)
    problems = (*asked(found, names, table.header_row), *issues)
    shape = Shape(
        kind=found.kind,
        table=table,
        names=names,
        suggestions=found.suggestions,
        evidence=found.evidence,
        issues=Issues(problems, len(problems), whole=bool(problems)),
        both_kinds=bool(found.both),
    )
    return shape if problems else replace(shape, layout=layout)


__all__ = ["Column", "Shape", "shape_of"]

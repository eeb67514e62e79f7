"""A table of text → what may be stored, the issues, and what was assumed: all pure stages in one call."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpidash.ingest import validate, validate_targets
from kpidash.ingest.checks import Rows
from kpidash.ingest.coarse import Calendar
from kpidash.ingest.duplicates import Checked
from kpidash.ingest.evidence import Evidence
from kpidash.ingest.issues import IssueCode, Issues, described
from kpidash.ingest.layout import Kind
from kpidash.ingest.locales import names_of, usual_decimal
from kpidash.ingest.marks import money_evidence
from kpidash.ingest.parse import Parsed, Reading, parse
from kpidash.ingest.periods import DateOrder
from kpidash.ingest.shapes import Shape, shape_of
from kpidash.ingest.terms import UNKNOWN, Terms
from kpidash.ingest.text_table import TextTable
from kpidash.ingest.totals import without_totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a file says. Without `checked` it cannot be read, and `issues` say why.

    `rows` counts what it reports (in a wide file several per row of the file); `kpi_suggestions` gives the
    nearest code for each name of a KPI that nobody knows, to be confirmed as `kpi_names`. Where it is
    `unsettled` other rows of the same file, if there were more, might settle what is doubtful in these.
    """

    shape: Shape
    rows: int
    issues: Issues
    evidence: tuple[Evidence, ...]
    checked: Checked | None = None
    kpi_suggestions: Mapping[str, str]
    unsettled: bool = False


_DOUBTS = {IssueCode.AMBIGUOUS_DECIMAL, IssueCode.AMBIGUOUS_PERIOD, IssueCode.DUPLICATE_KEY}


def outcome_of(
    table: TextTable,
    terms: Terms,
    *,
    kind: Kind | None = None,
    mapping: Mapping[str, str] | None = None,
    reading: Reading | None = None,
) -> Outcome:
    """The file as somebody who knows `terms` may upload it; `mapping` as for `shape_of`."""
    terms = _with_words(terms, mapping or {})
    reading = reading or reading_of(terms)
    calendar = Calendar(
        fiscal_year_start=reading.fiscal_year_start,
        names=reading.names or names_of(),
        today=reading.today,
        order=reading.date_order,
    )
    shape = shape_of(table, terms, kind=kind, mapping=mapping, calendar=calendar)
    evidence = (*table.evidence, *shape.evidence)
    if shape.layout is None:
        return Outcome(
            shape=shape, rows=len(table), issues=shape.issues, evidence=evidence, kpi_suggestions={}
        )
    parsed = parse(shape.table, shape.layout, reading=reading, names=shape.names)
    left = without_totals(parsed, terms)
    check = validate_targets.targets if shape.kind is Kind.TARGETS else validate.actuals
    checked = check(left.parsed, terms)
    money = money_evidence(Rows.of(left.parsed, terms))
    return Outcome(
        shape=shape,
        rows=len(parsed) - left.left_out,
        issues=described((*checked.findings, *left.asked)),
        evidence=(*evidence, *parsed.evidence, *left.evidence, *money),
        checked=checked,
        kpi_suggestions=_nearest(left.parsed, terms),
        unsettled=bool(left.asked) or any(found.code in _DOUBTS for found in checked.findings),
    )


def reading_of(terms: Terms, *, date_order: str | None = None, decimal: str | None = None) -> Reading:
    """How files of the company are read, with what the person said."""
    company = terms.catalogue.company
    return Reading(
        date_order=DateOrder(date_order) if date_order else None,
        decimal=decimal,
        usual_decimal=usual_decimal(company.locale),
        fiscal_year_start=company.fiscal_year_start,
        names=names_of(company.locale),
        today=terms.today,
    )


def _with_words(terms: Terms, mapping: Mapping[str, str]) -> Terms:
    """The terms with the mapping's left sides as names of KPIs, where their right sides are KPIs."""
    words = {name: code for name, code in mapping.items() if terms.find(code) != UNKNOWN}
    words = {
        name: terms.kpis[terms.find(code)].code for name, code in words.items() if terms.find(name) == UNKNOWN
    }
    return replace(terms, kpi_names={**words, **terms.kpi_names}) if words else terms


def _nearest(parsed: Parsed, terms: Terms) -> dict[str, str]:
    unknown = [name for name in parsed.kpi.names if terms.find(name) == UNKNOWN]
    near = {name: terms.nearest(name) for name in unknown[:_LOOKED_UP]}
    return {name: code for name, code in near.items() if code}


_LOOKED_UP = 200

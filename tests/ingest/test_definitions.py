"""Catalogue files over what is stored: partial files, pruning, and how the fields are read."""

from datetime import date
from pathlib import Path

import pytest

from kpidash.domain.catalogue import (
    Aggregation,
    Benchmark,
    Catalogue,
    Kpi,
    Level,
    Pace,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.period import parse_period
from kpidash.ingest.definitions import read_definitions

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*/catalogue.yaml"))

STORED = """\
company: {name: Meridian Services, currency: INR, fiscal_year_start: 4, holidays: IN}
departments:
  - {code: sales, name: Sales, weight: 2}
  - {code: north, name: North, parent: sales}
kras:
  - {code: share, department: sales, name: Expand market share, owner: head@example.com, horizon: 2028-03-31}
kpis:
  - code: revenue
    kra: share
    name: Revenue
    unit: currency
    direction: increase
    frequency: monthly
    aggregation: sum
    dimensions: [region]
    grace_days: 9
    owner: head@example.com
    targets:
      - {period: FY2026, value: 60, phasing: last_year}
      - {period: 2026-Q3, value: 20}
      - {period: 2026-10, value: 5}
      - {baseline: 100, from: 2026-04-01, change: -5%, due: 2026-09-30}
    benchmarks:
      - {name: Median, value: 4}
  - {code: leads, kra: share, name: Leads, unit: number, direction: increase, frequency: daily,
     aggregation: sum, level: operational, parent: revenue}
"""


def applied(text: str, stored: Catalogue, *, prune: bool = False) -> Catalogue:
    """The catalogue after a file that has no problems."""
    read = read_definitions(text, stored, prune=prune)
    assert read.problems == ()
    assert read.catalogue is not None
    return read.catalogue


@pytest.fixture
def stored() -> Catalogue:
    return applied(STORED, Catalogue.empty())


def period(label: str) -> PeriodTarget:
    return PeriodTarget(period=parse_period(label, 4), value=1)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.parent.name)
def test_the_worked_cases_read_without_problems(path: Path) -> None:
    assert applied(path.read_bytes().decode(), Catalogue.empty()).kpis


def test_absent_fields_of_a_new_kpi_have_their_defaults(stored: Catalogue) -> None:
    leads = stored.kpi("leads")
    assert (leads.level, leads.pace, leads.unit) == (Level.OPERATIONAL, Pace.LINEAR, Unit.NUMBER)
    assert (leads.on_target, leads.at_risk, leads.grace_days, leads.weight) == (1.0, 0.9, 5, 1.0)
    assert leads.targets == leads.benchmarks == leads.dimensions == ()


def test_a_relative_trajectory_ends_at_its_baseline_with_the_change(stored: Catalogue) -> None:
    assert stored.kpi("revenue").targets[-1] == Trajectory(
        baseline=100, begins=date(2026, 4, 1), due=date(2026, 9, 30), value=95, change=-0.05
    )


@pytest.mark.parametrize(("text", "change"), [("+20 %", 0.2), ("−5%", -0.05), ('"7.5%"', 0.075), ("0%", 0.0)])
def test_a_relative_change_is_written_in_percent(text: str, change: float, stored: Catalogue) -> None:
    target = f"{{baseline: 200, from: 2026-04-01, change: {text}, due: 2026-09-30}}"
    kpi = applied(f"kpis: [{{code: leads, targets: [{target}]}}]", stored).kpi("leads")
    assert kpi.targets[0] == Trajectory(
        baseline=200, begins=date(2026, 4, 1), due=date(2026, 9, 30), value=200 * (1 + change), change=change
    )


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5), ("+5", 5), ("-.5", -0.5), ("'5'", 5), ("5.", 5), ("1e3", 1000), ("007", 7)]
)
def test_numbers_are_read_as_digits_however_they_are_quoted(
    text: str, value: float, stored: Catalogue
) -> None:
    kpi = applied(f"kpis: [{{code: leads, targets: [{{period: 2026-10, value: {text}}}]}}]", stored).kpi(
        "leads"
    )
    assert kpi.targets == (PeriodTarget(period=parse_period("2026-10"), value=value),)


def test_words_that_look_like_something_else_stay_words(stored: Catalogue) -> None:
    text = "company: {holidays: NO, name: 1_000}\ndepartments: [{code: 007, name: yes, head: 2026-10}]"
    after = applied(text, stored)
    assert (after.company.holidays, after.company.name) == ("NO", "1_000")
    assert (after.department("007").name, after.department("007").head) == ("yes", "2026-10")


def test_an_empty_file_changes_nothing(stored: Catalogue) -> None:
    for text in ("", "# nothing\n", "kpis:", "company:\nkpis: []"):
        assert applied(text, stored) == stored


def test_what_a_file_does_not_mention_stays(stored: Catalogue) -> None:
    after = applied("kpis: [{code: revenue, grace_days: 3}]", stored)
    assert after.kpi("revenue").grace_days == 3
    assert after.kpi("revenue").owner == "head@example.com"
    assert after.kpi("revenue").targets == stored.kpi("revenue").targets
    assert (after.company, after.departments, after.kras) == (stored.company, stored.departments, stored.kras)
    assert after.kpi("leads") == stored.kpi("leads")


def test_a_partial_company_keeps_its_other_fields(stored: Catalogue) -> None:
    after = applied("company: {locale: en_IN}", stored).company
    assert (after.locale, after.currency, after.fiscal_year_start) == ("en_IN", "INR", 4)


def test_a_null_gives_a_field_its_default(stored: Catalogue) -> None:
    after = applied("kpis: [{code: revenue, grace_days: null, owner: ~, dimensions: }]", stored).kpi(
        "revenue"
    )
    assert (after.grace_days, after.owner, after.dimensions) == (5, None, ())


def test_stored_definitions_keep_their_order_and_new_ones_follow_in_the_order_of_the_file(
    stored: Catalogue,
) -> None:
    text = "departments: [{code: west, name: West}, {code: north, weight: 3}, {code: east, name: East}]"
    after = applied(text, stored)
    assert [one.code for one in after.departments] == ["sales", "north", "west", "east"]
    assert after.department("north").weight == 3


def test_targets_are_replaced_by_period_or_first_day_and_others_stay(stored: Catalogue) -> None:
    text = """
kpis:
  - code: revenue
    targets:
      - {period: 2026-10, value: 6}
      - {period: 2026-11, value: 7}
      - {baseline: 100, from: 2026-04-01, value: 90, due: 2026-12-31}
"""
    targets = {target.key: target for target in applied(text, stored).kpi("revenue").targets}
    assert len(targets) == 5
    assert targets[period("2026-10").key] == PeriodTarget(period=parse_period("2026-10"), value=6)
    assert targets[period("FY2026").key] == stored.kpi("revenue").targets[0]
    path = Trajectory(baseline=100, begins=date(2026, 4, 1), due=date(2026, 12, 31), value=90)
    assert targets[path.key] == path


def test_benchmarks_are_replaced_by_name_and_others_stay(stored: Catalogue) -> None:
    text = (
        "kpis: [{code: revenue, benchmarks: [{name: Leader, value: 9}, {name: Median, value: 5, source: X}]}]"
    )
    assert applied(text, stored).kpi("revenue").benchmarks == (
        Benchmark(name="Median", value=5, source="X"),
        Benchmark(name="Leader", value=9),
    )


def test_pruning_drops_what_the_file_does_not_have(stored: Catalogue) -> None:
    text = """
departments: [{code: sales, name: Sales}]
kras: [{code: share, department: sales, name: Share}]
kpis:
  - {code: margin, kra: share, name: Margin, unit: percent, direction: increase, frequency: monthly,
     aggregation: mean}
  - {code: revenue, kra: share, name: Revenue, unit: currency, direction: increase, frequency: monthly,
     aggregation: sum, targets: [{period: 2026-10, value: 6}]}
"""
    after = applied(text, stored, prune=True)
    assert after.company == stored.company
    assert [one.code for one in after.departments] == ["sales"]
    assert after.department("sales").weight == 1
    assert after.kra("share").owner is None
    assert [kpi.code for kpi in after.kpis] == ["margin", "revenue"]
    assert after.kpi("revenue").targets == (PeriodTarget(period=parse_period("2026-10"), value=6),)
    assert after.kpi("revenue").benchmarks == ()


def test_pruning_gives_absent_fields_of_a_company_their_default(stored: Catalogue) -> None:
    text = STORED.replace("company: {name: Meridian Services, currency: INR, ", "company: {")
    after = applied(text, stored, prune=True).company
    assert (after.name, after.currency, after.fiscal_year_start) == ("", "USD", 4)


def test_pruning_what_is_still_referred_to_is_refused(stored: Catalogue) -> None:
    text = STORED.replace("  - {code: sales, name: Sales, weight: 2}\n", "")
    problems = read_definitions(text, stored, prune=True).problems
    assert [(problem.path, problem.line) for problem in problems] == [
        ("departments[0].parent", 3),
        ("kras[0].department", 5),
    ]


def test_pruning_by_an_empty_file_is_refused(stored: Catalogue) -> None:
    [problem] = read_definitions("# nothing", stored, prune=True).problems
    assert "would remove every definition" in problem.message


def test_references_reach_from_the_file_to_what_is_stored(stored: Catalogue) -> None:
    text = "kras: [{code: speed, department: north, name: Answer fast}]\nkpis: [{code: leads, kra: speed}]"
    assert applied(text, stored).department_of(applied(text, stored).kpi("leads")).code == "north"


@pytest.mark.parametrize(
    ("text", "path", "line", "said"),
    [
        ("kpis: [{code: revenue, level: operational}]", "kpis[leads].parent", None, "operational"),
        ("kpis: [{code: revenue, direction: maintain}]", "kpis[0].direction", 1, "stored target FY2026"),
        ("kpis: [{code: revenue, on_target: 0.8}]", "kpis[0].on_target", 1, "at_risk (0.9)"),
        ("kpis: [{code: revenue, at_risk: 2}]", "kpis[0].at_risk", 1, "on_target (1)"),
        ("kpis: [{code: revenue, name: null}]", "kpis[0].name", 1, "required"),
        ("departments: [{code: sales, parent: north}]", "departments[0].parent", 1, "above itself"),
    ],
)
def test_a_file_that_does_not_go_with_what_is_stored_is_refused(
    stored: Catalogue, text: str, path: str, line: int | None, said: str
) -> None:
    found = {problem.path: problem for problem in read_definitions(text, stored).problems}
    assert found[path].line == line
    assert said in found[path].message


def test_stored_targets_keep_their_labels_when_the_fiscal_year_begins_in_another_month(
    stored: Catalogue,
) -> None:
    text = STORED.replace("fiscal_year_start: 4", "fiscal_year_start: 1")
    moved = applied("company: {fiscal_year_start: 1}", stored)
    assert moved == applied(text, stored) == applied(text, Catalogue.empty())
    labels = [
        target.period.label(1) for target in moved.kpi("revenue").targets if isinstance(target, PeriodTarget)
    ]
    assert labels == ["FY2026", "2026-Q3", "2026-10"]


def test_labels_are_read_by_the_fiscal_year_of_the_same_file() -> None:
    kpi = applied(STORED, Catalogue.empty()).kpi("revenue")
    assert isinstance(kpi, Kpi)
    assert isinstance(kpi.targets[0], PeriodTarget)
    assert kpi.targets[0].period.start == date(2026, 4, 1)


def test_bytes_and_text_and_repeated_parts_through_aliases_read_the_same() -> None:
    text = "departments: [{code: a, name: &name Überschuss}, {code: b, name: *name}]"
    expected = applied(text, Catalogue.empty())
    assert expected.department("b").name == "Überschuss"
    for encoding in ("utf-8", "utf-8-sig"):
        assert read_definitions(text.encode(encoding), Catalogue.empty()).catalogue == expected
    assert read_definitions(text.encode("latin-1"), Catalogue.empty()).problems[0].line is None


def test_an_aggregation_stays_what_it_was_stored_as(stored: Catalogue) -> None:
    assert applied("kpis: [{code: leads, name: Leads}]", stored).kpi("leads").aggregation is Aggregation.SUM

"""Every mistake in a catalogue file is told at once, with its path, its line and what to do."""

from pathlib import Path

import pytest

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.problems import Problem
from kpidash.ingest.definitions import read_definitions
from kpidash.ingest.definitions.reading import MOST_PROBLEMS

WRONG = Path(__file__).parent / "files" / "wrong_catalogue.yaml"

COMPANY = "company: {name: Meridian Services, fiscal_year_start: 4}"
DEPARTMENTS = "departments: [{code: sales, name: Sales}, {code: north, name: North, parent: sales}]"
KRAS = "kras: [{code: share, department: sales, name: Expand market share}]"
KPI = {
    "code": "revenue",
    "kra": "share",
    "name": "Revenue",
    "unit": "currency",
    "direction": "increase",
    "frequency": "monthly",
    "aggregation": "sum",
}
OTHERS = """\
- {code: leads, kra: share, name: Leads, unit: number,
   direction: increase, frequency: yearly, aggregation: sum}
- {code: calls, kra: share, name: Calls, unit: number,
   direction: increase, frequency: daily, aggregation: sum, level: operational}"""

HEAD = "\n".join([COMPANY, DEPARTMENTS, KRAS, "kpis:", OTHERS])
FIRST = HEAD.count("\n") + 2
"""The line in which the KPI of a case begins, one field in each."""


def problems(text: str) -> tuple[Problem, ...]:
    """What is wrong with a file on its own; a file without problems gives a catalogue, one with them none."""
    read = read_definitions(text, Catalogue.empty())
    assert (read.catalogue is None) == bool(read.problems)
    return read.problems


def with_kpi(**fields: str) -> str:
    """A file whose last KPI, `kpis[2]`, differs in `fields`."""
    lines = [f"{key}: {value}" for key, value in (KPI | fields).items()]
    return HEAD + "\n- " + "\n  ".join(lines)


def test_the_base_of_these_cases_is_right() -> None:
    assert problems(with_kpi()) == ()


def test_a_file_with_many_mistakes_tells_them_all_with_path_and_line() -> None:
    found = [(problem.path, problem.line) for problem in problems(WRONG.read_text())]
    assert found == [
        ("company.currency", 3),
        ("company.timezone", 4),
        ("company.fiscal_year_start", 5),
        ("departments[1].parent", 8),
        ("departments[2].code", 9),
        ("kras[0].weight", 11),
        ("kras[1].department", 12),
        ("kpis[0].kra", 15),
        ("kpis[0].aggregation", 20),
        ("kpis[0].formual", 21),
        ("kpis[0].targets[0].period", 23),
        ("kpis[0].targets[1].000", 24),
        ("kpis[0].targets[2].change", 25),
        ("kpis[1].formula", 33),
        ("kpis[1].at_risk", 35),
        ("kpis[1].targets[0].value", 37),
        ("kpis[2].code", 38),
        ("kpis[2].aggregation", 38),
        ("kpis[3].frequency", 50),
        ("kpis[3].targets[0].low", 53),
    ]


def test_a_problem_reads_as_a_sentence_with_its_place() -> None:
    found = {problem.path: str(problem) for problem in problems(WRONG.read_text())}
    assert found["kpis[0].aggregation"] == (
        "line 20: kpis[0].aggregation: 'summ' is not an aggregation; "
        "use one of sum, mean, last, min, max, ratio"
    )
    assert found["kpis[0].formual"].endswith("did you mean 'formula'?")
    assert found["departments[1].parent"].endswith("there is no department 'slaes'; did you mean 'sales'?")
    assert found["kpis[2].code"].endswith("already given in line 14")
    assert str(Problem("", None, "too large")) == "too large"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "Revenue", "only a-z, 0-9 and -"),
        ("code", "a" * 101, "only a-z, 0-9 and -"),
        ("code", "null", "'code' is required"),
        ("name", "", "'name' is required"),
        ("name", "~", "'name' is required"),
        ("name", "'  '", "'name' is required"),
        ("name", "[Revenue]", "single value"),
        ("name", '"bell \\a"', "control character"),
        ("name", '"nothing \\0"', "control character"),
        ("name", "x" * 5001, "at most 5000"),
        ("kra", "shares", "did you mean 'share'"),
        ("unit", "rupees", "currency, percent, number, duration, ratio"),
        ("direction", "up", "increase, decrease, maintain"),
        ("frequency", "Monthly", "daily, weekly, monthly, quarterly, yearly"),
        ("aggregation", "summ", "sum, mean, last, min, max, ratio"),
        ("level", "high", "strategic, operational"),
        ("indicator", "lag", "leading, lagging"),
        ("pace", "days", "linear, workdays"),
        ("decimals", "10", "from 0 to 9"),
        ("decimals", "1.5", "whole number"),
        ("decimals", "-1", "whole number"),
        ("grace_days", "-1", "whole number"),
        ("grace_days", "0x10", "whole number"),
        ("grace_days", "9" * 5000, "whole number"),
        ("weight", "0", "above 0"),
        ("weight", "-2", "above 0"),
        ("weight", ".nan", "not a number"),
        ("weight", ".inf", "not a number"),
        ("weight", "1e400", "too large"),
        ("weight", "9" * 400, "too large"),
        ("weight", "1_000", "without separators"),
        ("weight", "1,5", "without separators"),
        ("weight", "٣", "not a number"),
        ("weight", "yes", "not a number"),
        ("on_target", "0", "above 0"),
        ("on_target", "0.85", "at_risk (0.9) must not be above on_target (0.85)"),
        ("at_risk", "1.01", "must not be above on_target (1)"),
        ("formula", "'{calls} +'", "the formula ends"),
        ("formula", "'{call}'", "no KPI 'call'; did you mean 'calls'"),
        ("formula", "'{revenue} * 2'", "its own result"),
        ("formula", "'{leads} * 2'", "'leads' is yearly, coarser than this monthly KPI"),
        ("parent", "lead", "did you mean 'leads'"),
        ("parent", "calls", "'calls' is operational"),
        ("parent", "revenue", "drive itself"),
        ("dimensions", "region", "must be a list"),
        ("targets", "{period: 2026-10, value: 1}", "must be a list"),
        ("benchmarks", "Median", "must be a list"),
        ("colour", "red", "not a key here; the keys here are code, kra"),
        ("grace_day", "1", "did you mean 'grace_days'"),
    ],
)
def test_a_wrong_field_of_a_kpi_is_one_problem_in_its_line(field: str, value: str, said: str) -> None:
    [problem] = problems(with_kpi(**{field: value}))
    order = list(KPI | {field: value})
    assert problem.path == f"kpis[2].{field}"
    assert problem.line == FIRST + order.index(field)
    assert said in problem.message


@pytest.mark.parametrize("frequency", ["daily", "weekly"])
def test_year_ago_is_for_months_and_longer(frequency: str) -> None:
    [problem] = problems(with_kpi(formula="'year_ago({calls})'", frequency=frequency, aggregation="mean"))
    if frequency == "daily":
        assert problem.path == "kpis[2].formula"
    assert "monthly, quarterly or yearly" in problem.message


@pytest.mark.parametrize(
    ("target", "path", "said"),
    [
        ("{period: 2026-13, value: 1}", ".period", "not a period"),
        ("{period: October, value: 1}", ".period", "write a day"),
        ("{period: 2026-02-30, value: 1}", ".period", "not a period"),
        ("{value: 1}", ".period", "required"),
        ("{period: 2026-10}", "", "needs a value, or low and high"),
        ("{period: 2026-10, value: null}", "", "needs a value, or low and high"),
        ("{period: 2026-10, value: x}", ".value", "not a number"),
        ("{period: 2026-10, value: 1, low: 1, high: 2}", ".value", "not both"),
        ("{period: 2026-10, low: 1}", ".high", "required"),
        ("{period: 2026-10, low: 1, high: 2}", ".low", "this one (increase) needs a value"),
        ("{period: 2026-10, low: 3, high: 2}", ".low", "low is above high"),
        ("{period: 2026-10, value: 1, phasing: evenly}", ".phasing", "use last_year"),
        ("{period: 2026-10, value: 1, note: x}", ".note", "not a key here"),
        ("{period: 2026-10, value: 5,000}", ".000", "without commas"),
        ("{period: 2026-10, value: 1, baseline: 1}", ".baseline", "not a key here"),
        ("{from: 2026-04-01, value: 1, due: 2026-09-30}", ".baseline", "required"),
        ("{baseline: 1, value: 1, due: 2026-09-30}", ".from", "required"),
        ("{baseline: 1, value: 1, from: 2026-04-01}", ".due", "required"),
        ("{baseline: 1, from: 2026-04-01, due: 2026-09-30}", "", "exactly one of value and change"),
        (
            "{baseline: 1, from: 2026-04-01, due: 2026-09-30, value: 1, change: 5%}",
            "",
            "exactly one of value and change",
        ),
        (
            "{baseline: 1, from: 2026-04-01, due: 2026-09-30, change: -0.05}",
            ".change",
            "in percent, as in -5%",
        ),
        ("{baseline: 1, from: 2026-04-01, due: 2026-09-30, change: '%'}", ".change", "in percent"),
        ("{baseline: 1e300, from: 2026-04-01, due: 2026-09-30, change: 1e300%}", ".change", "in percent"),
        (
            f"{{baseline: 1e300, from: 2026-04-01, due: 2026-09-30, change: 1{'0' * 100}%}}",
            ".change",
            "too large",
        ),
        (f"{{baseline: 1, from: 2026-04-01, due: 2026-09-30, change: {'9' * 400}%}}", ".change", "too large"),
        ("{baseline: 1, from: 2026-09-30, due: 2026-09-30, value: 2}", ".due", "must be after"),
        ("{baseline: 1, from: 2026-04, due: 2026-09-30, value: 2}", ".from", "like 2026-09-30"),
        ("{baseline: 1, from: 2026-04-31, due: 2026-09-30, value: 2}", ".from", "no day of the calendar"),
        ("{baseline: 1, from: 20260401, due: 2026-09-30, value: 2}", ".from", "like 2026-09-30"),
        ("{baseline: 1, from: 2026-04-01, due: 2026-09-30, value: 2, phasing: last_year}", ".phasing", "key"),
        ("2026-10", "", "keys with values"),
    ],
)
def test_a_wrong_target_is_one_problem_at_its_place(target: str, path: str, said: str) -> None:
    [problem] = problems(with_kpi(targets=f"\n  - {{period: 2025-10, value: 1}}\n  - {target}"))
    assert (problem.path, problem.line) == (f"kpis[2].targets[1]{path}", FIRST + len(KPI) + 2)
    assert said in problem.message


@pytest.mark.parametrize(
    ("target", "path", "said"),
    [
        ("{period: 2026-10, value: 1}", ".value", "low and high instead of a value"),
        ("{baseline: 1, from: 2026-04-01, due: 2026-09-30, value: 2}", ".baseline", "no trajectory"),
    ],
)
def test_a_maintain_kpi_has_bands_only(target: str, path: str, said: str) -> None:
    [problem] = problems(with_kpi(direction="maintain", targets=f"[{target}]"))
    assert problem.path == f"kpis[2].targets[0]{path}"
    assert said in problem.message


@pytest.mark.parametrize("frequency", ["daily", "weekly", "monthly", "quarterly", "yearly"])
@pytest.mark.parametrize("aggregation", ["sum", "mean", "last"])
def test_phasing_is_accepted_also_where_no_rule_gives_it_a_meaning(frequency: str, aggregation: str) -> None:
    target = "[{period: FY2026, value: 1, phasing: last_year}]"
    found = problems(with_kpi(frequency=frequency, aggregation=aggregation, targets=target))
    assert not found


@pytest.mark.parametrize(
    "second",
    ["{period: 2026-10, value: 2}", "{baseline: 2, from: 2026-04-01, due: 2026-12-31, change: 5%}"],
)
def test_a_target_given_twice_is_a_problem_that_names_the_first(second: str) -> None:
    first = "{period: 2026-10, value: 1}", "{baseline: 1, from: 2026-04-01, due: 2026-09-30, value: 2}"
    listed = "".join(f"\n  - {target}" for target in [*first, second])
    [problem] = problems(with_kpi(targets=listed))
    assert (problem.path, problem.line) == ("kpis[2].targets[2]", FIRST + len(KPI) + 3)
    assert "already in line 1" in problem.message


@pytest.mark.parametrize(
    ("field", "value", "path", "said"),
    [
        ("dimensions", "[region, Region]", "kpis[2].dimensions[1]", "given twice"),
        ("dimensions", "[region, period]", "kpis[2].dimensions[1]", "cannot name a dimension"),
        ("dimensions", "[null]", "kpis[2].dimensions[0]", "empty"),
        ("dimensions", "[[region]]", "kpis[2].dimensions[0]", "single value"),
        ("benchmarks", "[{name: Median}]", "kpis[2].benchmarks[0].value", "required"),
        ("benchmarks", "[{value: 1}]", "kpis[2].benchmarks[0].name", "required"),
        ("benchmarks", "[{name: M, value: x}]", "kpis[2].benchmarks[0].value", "not a number"),
        ("benchmarks", "[{name: M, value: 1}, {name: M, value: 2}]", "kpis[2].benchmarks[1]", "already"),
        ("benchmarks", "[Median]", "kpis[2].benchmarks[0]", "keys with values"),
    ],
)
def test_a_wrong_entry_of_a_list_is_one_problem(field: str, value: str, path: str, said: str) -> None:
    [problem] = problems(with_kpi(**{field: value}))
    assert problem.path == path
    assert said in problem.message


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("company: {currency: inr}", "company.currency", "as in INR"),
        ("company: {locale: en-IN}", "company.locale", "as in en_IN"),
        ("company: {locale: IN}", "company.locale", "as in en_IN"),
        ("company: {holidays: India}", "company.holidays", "as in IN"),
        ("company: {timezone: Mars/Olympus}", "company.timezone", "known time zone"),
        ("company: {timezone: ../../etc/passwd}", "company.timezone", "known time zone"),
        ("company: {timezone: America}", "company.timezone", "known time zone"),
        ("company: {fiscal_year_start: 0}", "company.fiscal_year_start", "from 1 to 12"),
        ("company: {fiscal_year_start: April}", "company.fiscal_year_start", "from 1 to 12"),
        ("company: Meridian", "company", "keys with values"),
        ("departments: {code: sales, name: Sales}", "departments", "must be a list"),
        ("departments: [sales]", "departments[0]", "keys with values"),
        ("departments: [{code: a, name: A, parent: a}]", "departments[0].parent", "above itself"),
        ("departments: [{code: a, name: A, kra: x}]", "departments[0].kra", "not a key here"),
        ("departments: [{code: a, name: A}, {code: a, name: B}]", "departments[1].code", "line 1"),
        ("departments: [{name: A}]", "departments[0].code", "required"),
        ("kras: [{code: a, department: x, name: A}]", "kras[0].department", "no department 'x'"),
        ("departmnets: []", "departmnets", "did you mean 'departments'"),
        ("company: {name: A}\ncompany: {name: B}", "company", "already given in line 1"),
        ("? [a]\n: 1", "", "a key must be a word"),
        ("null: 1", "", "a key must be a word"),
    ],
)
def test_wrong_parts_of_a_file_are_one_problem_each(text: str, path: str, said: str) -> None:
    [problem] = problems(text)
    assert problem.path == path
    assert said in problem.message


@pytest.mark.parametrize("horizon", ["2028-3-31", "31.03.2028", "2028-02-30", "2028"])
def test_a_horizon_is_a_day(horizon: str) -> None:
    [problem] = problems(
        f"{DEPARTMENTS}\nkras: [{{code: a, department: sales, name: A, horizon: {horizon}}}]"
    )
    assert problem.path == "kras[0].horizon"


def test_every_department_of_a_circle_is_told() -> None:
    listed = "\n".join(
        f"- {{code: {one}, name: X, parent: {above}}}" for one, above in ["ab", "bc", "ca", "da"]
    )
    found = problems(f"departments:\n{listed}")
    assert [problem.path for problem in found] == [f"departments[{index}].parent" for index in range(3)]


def test_a_definition_with_another_mistake_still_counts_for_references() -> None:
    text = with_kpi(parent="leads").replace("frequency: yearly", "frequency: annual")
    assert [problem.path for problem in problems(text)] == ["kpis[0].frequency"]


@pytest.mark.parametrize("mistake", ["valeu: 1", "value: x"])
def test_a_file_of_nothing_but_mistakes_is_told_up_to_a_bound(mistake: str) -> None:
    targets = "".join(
        f"\n  - {{period: {year}-01, {mistake}}}" for year in range(1000, 1000 + 2 * MOST_PROBLEMS)
    )
    found = problems(with_kpi(targets=targets))
    assert len(found) == MOST_PROBLEMS + 1
    assert "more problems" in found[-1].message

"""Formulas of calculated KPIs: what they mean, what is missing, and what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidash.domain.formula import DEEPEST, LONGEST, FormulaError, Input, parse_formula

VALUES = {
    Input("a"): 6.0,
    Input("b"): 4.0,
    Input("zero"): 0.0,
    Input("gone"): math.nan,
    Input("huge"): 1e308,
    Input("a", year_ago=True): 5.0,
    Input("gross-profit"): 30.0,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a}", 6),
        ("{a} + {b} * 2", 14),
        ("({a} + {b}) * 2", 20),
        ("{a} - {b} - 1", 1),
        ("{a} / {b} / 2", 0.75),
        ("-{a} * -2", 12),
        ("--{a}", 6),
        ("2 - -{a}", 8),
        ("{gross-profit} / {a} * 100", 500),
        ("{gross-profit}-{a}", 24),
        ("abs({b} - {a})", 2),
        ("min({a}, {b}, 5)", 4),
        ("max({a},{b})+1", 7),
        ("({a} / year_ago({a}) - 1) * 100", 20),
        (" {  a } \n+\t.5 ", 6.5),
        ("{a} * 1.5e1", 90),
    ],
)
def test_a_formula_is_arithmetic_on_kpis(text: str, expected: float) -> None:
    assert parse_formula(text).evaluate(VALUES) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "{a} / {zero}",
        "{zero} / {zero}",
        "{a} / ({b} - 4)",
        "{gone} + 1",
        "{gone} * 0",
        "min({gone}, {a})",
        "max({a}, {gone})",
        "abs({gone})",
        "{huge} * 10",
        "1 / ({huge} * 10)",
        "{huge} + {huge} - {huge}",
    ],
)
def test_missing_inputs_division_by_zero_and_overflow_are_missing(text: str) -> None:
    assert math.isnan(parse_formula(text).evaluate(VALUES))


def test_an_infinite_input_is_missing() -> None:
    assert math.isnan(parse_formula("1 / {a}").evaluate({Input("a"): math.inf}))


def test_a_formula_names_its_inputs_and_which_of_them_a_year_ago() -> None:
    formula = parse_formula("{a} / year_ago({a}) + {b} + {b}")
    assert formula.inputs == {Input("a"), Input("a", year_ago=True), Input("b")}


def test_formulas_are_equal_and_hashable_by_what_they_say() -> None:
    assert len({parse_formula("{a}+{b}"), parse_formula("{a}+{b}"), parse_formula("{b}+{a}")}) == 2
    assert parse_formula("{a}") is parse_formula("{a}")


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("", 0, "the formula ends"),
        ("{a} +", 5, "expected a number"),
        ("{a} {b}", 4, "expected an operator"),
        ("({a}", 4, "')'"),
        ("{a})", 3, "there is ')'"),
        ("{A}", 0, "{A}"),
        ("{a", 0, "{a"),
        ("revenue * 2", 0, "in braces"),
        ("sqrt({a})", 0, "abs, min, max, year_ago"),
        ("{a} ** 2", 5, "there is '*'"),
        ("{a} × 2", 4, "there is '×'"),
        ("abs({a}, {b})", 7, "')'"),
        ("min()", 4, "there is ')'"),
        ("year_ago({a} + 1)", 13, "')'"),
        ("year_ago(1)", 9, "year_ago({revenue})"),
        ("1.2.3 * {a}", 0, "1.2.3"),
        ("1,5 * {a}", 1, "there is ','"),
        ("1e999 * {a}", 0, "not so large"),
        ("100", 0, "at least one KPI"),
        ("{a}.real", 3, "expected an operator"),
        ("__import__('os')", 0, "in braces"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text: str, position: int, said: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse_formula(text)
    assert refused.value.position == position
    assert said in refused.value.message


@pytest.mark.parametrize("opening", ["(", "-", "abs(", "min(1,"])
def test_deep_nesting_is_refused_and_not_a_crash(opening: str) -> None:
    with pytest.raises(FormulaError, match="levels deep"):
        parse_formula(opening * (DEEPEST + 1) + "{a}")
    with pytest.raises(FormulaError, match=r"at most|levels deep"):
        parse_formula(opening * 100_000)


def test_long_sums_are_evaluated_and_longer_ones_refused() -> None:
    terms = (LONGEST - 3) // 2
    assert parse_formula("1+" * terms + "{a}").evaluate(VALUES) == terms + 6
    with pytest.raises(FormulaError, match=str(LONGEST)):
        parse_formula("1+" * LONGEST + "{a}")


@given(st.text("{}()+-*/,. 0123ea_gomxinbsyr\n", max_size=60))
def test_any_text_is_a_formula_or_a_sentence_about_its_mistake(text: str) -> None:
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        outcome: float = error.position - len(text)
    else:
        outcome = formula.evaluate(dict.fromkeys(formula.inputs, 2.0))
    assert not math.isinf(outcome)


finite = st.floats(-1e6, 1e6)


@given(finite, finite, finite)
def test_formulas_agree_with_arithmetic(a: float, b: float, c: float) -> None:
    values = {Input("a"): a, Input("b"): b, Input("c"): c}
    assert parse_formula("{a} + {b} * {c} - {a}").evaluate(values) == a + b * c - a
    assert parse_formula("max({a}, min({b}, -{c}))").evaluate(values) == max(a, min(b, -c))

"""Numbers are read strictly, and asked about where they can be read in two ways."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidash.ingest.numbers import numbers_of, read_numbers

NAN = math.nan


def numbers(cells, **reading):
    return numbers_of({"value": pa.chunked_array([pa.array(cells, pa.string())])}, **reading)["value"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1.0), ("-1", -1.0), ("+1.5", 1.5), (" 2.50 ", 2.5), ("\u00a05\t", 5.0),
        ("007", 7.0), (".5", 0.5),
        ("1.", 1.0), ("1e5", 1e5), ("1.5E-3", 0.0015), ("-0", 0.0), ("1.234", 1.234), ("0.1", 0.1),
        ("17976931348623157e292", 1.7976931348623157e308), ("9007199254740993", 9007199254740992.0),
        ("1,234.5", 1234.5), ("1,234,567", 1234567.0), ("5,00,000", 500000.0), ("12,34,567.89", 1234567.89),
        ("1.234,5", 1234.5), ("1.234.567", 1234567.0), ("1,5", 1.5), ("0,234", 0.234), ("1234,567", 1234.567),
        ("-1.234,50", -1234.5),
    ],
)  # fmt: skip
def test_cells_that_can_be_read_in_one_way_only(cell, value):
    found = numbers([cell])
    assert found.values.tolist() == [value]
    assert not found.wrong.any()
    assert not found.doubtful.any()


@pytest.mark.parametrize(
    "cell",
    ["abc", "inf", "-Infinity", "nan", "NaN", "0x10", "1_000", "TRUE",
     "NA", "null", "٣", "１", "1e400", "-1e999",
     ".", "-", "+-1", "--1", "1 2", "1e", "e5", "1.2.3", "1,2,3",
     "1,23,4", "=1+1", "1;2", "1e5.5", "1,234e5", "2026-10-01",
     "#N/A", "#DIV/0!", "–", "—", "n/a", "(−5)", "(5", "5)", "+5-", "- -5", "−−5", "-(5)",
     "1 23", "1 2345", "0 123", "1 234'567", "1'23", "1''234", "12 %%", "%12%", "$12 %", "$5€", "5 km",
     "5 X", "1e3k", "5 kk", "5 % lakh", "Cr 5", "k", "%", "₹", "()", "(%)", "٥٦", "५", "1½",
     "5,00,00", "5 00 000", "1 234.567.890", "Rs", "5 Dr", "5 ‰"],
)  # fmt: skip
def test_cells_that_are_no_numbers(cell):
    found = numbers([cell])
    assert found.wrong.tolist() == [True]
    assert np.isnan(found.values[0])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1 234,56", 1234.56), ("1\u00a0234,56", 1234.56), ("1\u202f234,56", 1234.56),
        ("1 234 567", 1234567.0), ("1 234.5", 1234.5), ("1 234,567", 1234.567),
        ("1'234.56", 1234.56), ("1’234’567", 1234567.0), ("12'345,6", 12345.6),
        ("(123)", -123.0), ("(1,234.5)", -1234.5), ("( 5 )", -5.0), ("−5", -5.0), ("- 5", -5.0),
        ("123-", -123.0), ("1.5−", -1.5), ("+5", 5.0), ("5.", 5.0), ("1e3", 1000.0),
        ("12 %", 12.0), ("12%", 12.0), ("%12", 12.0), ("(12 %)", -12.0), ("(12)%", -12.0), ("0.925", 0.925),
        ("₹5,00,000", 500000.0), ("₹ 5,00,000.50", 500000.5), ("Rs. 500/-", 500.0), ("Rs 500", 500.0),
        ("INR 500", 500.0), ("500 INR", 500.0), ("€5", 5.0), ("12,50 €", 12.5), ("$5", 5.0), ("-$5", -5.0),
        ("$-5", -5.0), ("($5)", -5.0), ("$(5)", -5.0), ("£1.2", 1.2), ("US$ 7", 7.0),
        ("1.5k", 1500.0), ("2K", 2000.0), ("1.2M", 1.2e6), ("3 m", 3e6), ("1.1bn", 1.1e9),
        ("1.5 L", 150000.0), ("2.75 lakh", 275000.0),
        ("1.2 Cr", 1.2e7), ("0.3 crore", 3e6), ("₹1.2 Cr.", 1.2e7),
        ("1,5 Mio.", 1.5e6), ("-0.1k", -100.0), ("(1.1 lakh)", -110000.0), ("1.005k", 1005.0),
    ],
)  # fmt: skip
def test_what_stands_around_the_digits_is_understood(cell, value):
    found = numbers([cell])
    assert found.values.tolist() == [value]
    assert not found.wrong.any()
    assert not found.doubtful.any()


@pytest.mark.parametrize("cell", ["1,234", "(1,234)", "$1,234", "1,234 %", "1,234k", "-1,234", "1,234-"])
def test_affixes_leave_the_decimal_sign_in_doubt(cell):
    assert numbers([cell]).doubtful.tolist() == [True]
    assert numbers([cell, "1,5"]).doubtful.tolist() == [False, False]


def test_percent_signs_and_currencies_are_noted():
    found = numbers(["5", "12 %", "₹7", "8 €", ""])
    assert found.percent.tolist() == [False, True, False, False, False]
    assert found.money.of(found.money.codes) == ["", "", "₹", "€", ""]


def test_a_credit_beside_a_debit_is_no_crore():
    assert numbers(["5 Cr", "7 Dr"]).wrong.tolist() == [True, True]


def test_words_for_large_numbers_give_the_float_of_the_exact_decimal():
    cells = ["1.1k", "0.07 lakh", "1.005 Cr", "2.675 bn"]
    assert numbers(cells).values.tolist() == [1100.0, 7000.0, 10050000.0, 2675000000.0]


def test_what_was_assumed_is_said():
    _, said = read_numbers({"value": pa.chunked_array([["1,5", "2 lakh"]])})
    assert [each.what for each in said] == ["decimal", "scale"]
    assert "'1,5'" in said[0].sentence
    assert read_numbers({"value": pa.chunked_array([["1.5", "2"]])})[1] == ()


def test_blank_cells_are_neither_numbers_nor_wrong():
    found = numbers(["", "  ", "1"])
    assert found.blank.tolist() == [True, True, False]
    assert not found.wrong.any()
    assert found.values.tolist()[2] == 1.0


def test_minus_zero_is_zero():
    assert math.copysign(1, numbers(["-0.0"]).values[0]) == 1.0


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,234"], [NAN]),
        (["1,234", "1.5"], [1234.0, 1.5]),
        (["1,234", "1,5"], [1.234, 1.5]),
        (["1,234", "2,345,678"], [1234.0, 2345678.0]),
        (["1,234", "1.234,56"], [1.234, 1234.56]),
        (["1.234", "2.345.678"], [1234.0, 2345678.0]),
        (["1.234", "1,5"], [1234.0, 1.5]),
        (["1.234", "1,234"], [NAN, NAN]),
        (["1.234", "1,234", "1.5", "1,5", "1,234.5", "7"], [NAN, NAN, 1.5, NAN, 1234.5, 7.0]),
    ],
)
def test_the_other_cells_tell_or_the_person_is_asked(cells, values):
    found = numbers(cells)
    assert np.array_equal(found.values, values, equal_nan=True)
    assert found.doubtful.tolist() == np.isnan(values).tolist()


def test_all_columns_of_a_file_share_one_decimal_sign():
    columns = {"numerator": pa.chunked_array([["1,234"]]), "denominator": pa.chunked_array([["2,5"]])}
    assert numbers_of(columns)["numerator"].values.tolist() == [1.234]


@pytest.mark.parametrize(
    ("decimal", "values"),
    [(".", [1234.0, NAN, 1.234, 1.5, 1234.5, NAN]), (",", [1.234, 1.5, 1234.0, NAN, NAN, 1234.5])],
)
def test_a_given_decimal_sign_leaves_no_doubt(decimal, values):
    found = numbers(["1,234", "1,5", "1.234", "1.5", "1,234.5", "1.234,5"], decimal=decimal)
    assert np.array_equal(found.values, values, equal_nan=True)
    assert found.wrong.tolist() == np.isnan(values).tolist()


def test_where_the_locale_writes_commas_a_lone_point_is_in_doubt_unless_the_file_tells():
    assert numbers(["1.234"], usual=",").doubtful.tolist() == [True]
    assert numbers(["1.234", "0.5"], usual=",").values.tolist() == [1.234, 0.5]


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20), st.sampled_from(".,")
)
def test_every_float_comes_back_as_it_was(values, decimal):
    found = numbers([f"{value!r}" for value in values])
    assert found.values.tolist() == [value + 0.0 for value in values]
    short = [round(value, 2) for value in values if abs(value) < 1e12]
    grouped = [
        f"{value:,.2f}".translate(str.maketrans(",.", ".," if decimal == "," else ",.")) for value in short
    ]
    assert numbers(grouped, decimal=decimal).values.tolist() == [value + 0.0 for value in short]

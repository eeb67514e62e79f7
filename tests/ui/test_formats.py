"""Numbers, days and periods as people of different countries write them."""

from datetime import date

import pytest

from kpidash.domain.catalogue import Aggregation, Company, Direction, Kpi, Unit
from kpidash.domain.period import Frequency, Period, Window
from kpidash.ui.formats import Formats, escaped

INDIA = Formats("en_IN", "INR", 4)
AMERICA = Formats("en_US", "USD")
GERMANY = Formats("de_DE", "EUR")


def kpi(unit: Unit, **more: object) -> Kpi:
    return Kpi(
        code="k", kra="a", name="K", unit=unit, direction=Direction.INCREASE,
        frequency=Frequency.MONTHLY, aggregation=Aggregation.SUM, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("formats", "number", "text"),
    [
        (INDIA, 46_200_000, "₹4.62 Cr"),
        (INDIA, 510_000, "₹5.1 L"),
        (INDIA, 99_999, "₹1 L"),
        (INDIA, 9_999_999, "₹1 Cr"),
        (INDIA, -46_200_000, "−₹4.62 Cr"),
        (INDIA, 12_345_678_901, "₹1,230 Cr"),
        (INDIA, 45_300, "₹45.3 K"),
        (AMERICA, 1_200_000, "$1.2M"),
        (AMERICA, 999_999, "$1M"),
        (AMERICA, 950, "$950"),
        (AMERICA, 2.5e13, "$25T"),
        (GERMANY, 12_345_678, "12,3 Mio. €"),
        (GERMANY, 123_456, "123.456 €"),
    ],
)
def test_compact_amounts_round_before_they_choose_their_word(formats: Formats, number: float, text: str):
    assert formats.compact(number, currency=True).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("formats", "number", "text"),
    [(INDIA, 92.5, "92.5%"), (GERMANY, 12.3, "12,3 %"), (INDIA, -0.001, "0.0%"), (INDIA, -3.2, "−3.2%")],
)
def test_percentages_are_percent_points_in_the_pattern_of_the_locale(
    formats: Formats, number: float, text: str
):
    assert formats.value(number, kpi(Unit.PERCENT)).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (372, "6 m 12 s"), (360, "6 m"), (45, "45 s"), (59.7, "1 m"), (3_599.6, "1 h"), (7_380, "2 h 3 m"),
        (100_000, "1 d 4 h"), (-372, "−6 m 12 s"), (0, "0 s"),
    ],
)  # fmt: skip
def test_times_read_in_their_two_greatest_units(seconds: float, text: str):
    assert INDIA.duration(seconds).replace("\u00a0", " ") == text


def test_exact_amounts_group_by_lakh_and_crore():
    assert INDIA.value(500_000, kpi(Unit.CURRENCY), exact=True) == "₹5,00,000"
    assert INDIA.value(-500_000, kpi(Unit.CURRENCY), exact=True) == "−₹5,00,000"
    assert INDIA.value(1_234_567, kpi(Unit.NUMBER, unit_label="calls"), exact=True) == "12,34,567\u00a0calls"


def test_a_currency_of_letters_stands_apart_from_its_number():
    formats = Formats("en_GB", "SAR")
    assert formats.compact(113_000, currency=True) == "SAR\u00a0113K"
    assert formats.compact(-113_000, currency=True) == "−SAR\u00a0113K"
    assert Formats("en_IN", "INR").compact(1.2e7, currency=True) == "₹1.2\u00a0Cr"


def test_a_person_may_read_the_company_in_the_formats_of_their_browser():
    company = Company(name="Meridian", currency="INR", locale="en_IN")
    assert Formats.of(company).compact(5e7, currency=True) == "₹5\u00a0Cr"
    theirs = Formats.of(company, "de-DE")
    assert theirs.compact(5e7, currency=True) == "50\u00a0Mio.\u00a0₹"
    assert (Formats.of(company).place, theirs.place) == ("English (India)", "German (Germany)")
    assert Formats.of(company, "no such place").place == "English (United States)"


def test_a_missing_value_says_why_it_is_missing():
    assert INDIA.value(None, kpi(Unit.NUMBER)) == "no data yet"
    assert INDIA.value(float("nan"), kpi(Unit.CURRENCY), missing="no target") == "no target"


@pytest.mark.parametrize(
    ("unit", "number", "text"),
    [
        (Unit.PERCENT, -1.5, "−1.5 points"), (Unit.CURRENCY, 4_800_000, "+₹48 L"),
        (Unit.NUMBER, 0, "±0"), (Unit.DURATION, -12, "−12 s"),
    ],
)  # fmt: skip
def test_variances_carry_a_true_sign(unit: Unit, number: float, text: str):
    assert INDIA.variance(number, kpi(unit)).replace("\u00a0", " ") == text


def test_periods_and_windows_read_as_people_say_them():
    quarter = Period(Frequency.QUARTERLY, date(2026, 10, 1), date(2027, 1, 1))
    assert INDIA.period(quarter) == "Q3 FY2026"
    assert INDIA.period(Period(Frequency.MONTHLY, date(2026, 10, 1), date(2026, 11, 1))) == "Oct 2026"
    assert INDIA.day(date(2026, 10, 14)) == "14 Oct 2026"
    assert INDIA.window(Window("ytd", "ytd", date(2026, 4, 1), date(2026, 10, 15))) == "FY2026 to date"


def test_text_from_data_is_shown_literally_where_markdown_is_read():
    assert escaped("**R&D** [x](y)") == r"\*\*R&D\*\* \[x\]\(y\)"


def test_an_unknown_locale_reads_as_american_english():
    assert Formats("xx_YY", "USD").compact(1_200_000, currency=True) == "$1.2M"

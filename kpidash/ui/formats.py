"""Numbers, days and periods in the company's locale and currency: the one place that writes them.

Patterns come from CLDR through Babel. Compact numbers are rounded first and get their pattern after that,
as CLDR says; Babel does it the other way round and writes 99,999 as 100K where 1L is due.
"""

import math
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

from kpidash.domain.catalogue import Company, Kpi, Unit
from kpidash.domain.period import Frequency, Period, Window, fiscal_year, period_containing

MINUS = "−"
NO_BREAK = "\u00a0"
NO_DATA = "no data yet"
MOST_PLACES = 7
MOST_ATTAINED = 10.0
COMPACT_FROM = 100_000
"""Numbers without a currency are written out below this."""


@dataclass(frozen=True)
class Formats:
    """How one company writes things. Every method answers `missing` for None and nan."""

    locale_name: str = "en_US"
    currency: str = "USD"
    fiscal_year_start: int = 1

    @classmethod
    def of(cls, company: Company, locale: str | None = None) -> "Formats":
        """The formats of a company, in another locale than its own where one is chosen."""
        return _shared(locale or company.locale, company.currency, company.fiscal_year_start)

    @cached_property
    def place(self) -> str:
        """The language and the country whose formats these are: English (India)."""
        return str(self.locale.get_display_name("en"))

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale; an unknown one reads as American English."""
        try:
            return Locale.parse(self.locale_name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            return Locale.parse("en_US")

    def value(
        self, number: Any, kpi: Kpi, *, missing: str = NO_DATA, exact: bool = False, bare: bool = False
    ) -> str:
        """A value of the KPI in its unit; large ones compact unless `exact`; `bare` without calls."""
        if is_missing(number):
            return missing
        written = _written(self, float(number), kpi.unit, kpi.decimals, exact)
        return f"{written}{'' if bare else _suffix(kpi)}"

    def span(self, low: Any, high: Any, kpi: Kpi, *, exact: bool = False, bare: bool = False) -> str:
        """A range, its unit named once: 12 to 20 days."""
        first = self.value(low, kpi, exact=exact, bare=True)
        return f"{first} to {self.value(high, kpi, exact=exact, bare=bare)}"

    def variance(self, number: Any, kpi: Kpi, *, missing: str = NO_DATA) -> str:
        """A signed variance, + favourable; percent KPIs in points."""
        if is_missing(number):
            return missing
        sign = "+" if number > 0 else MINUS if number < 0 else "±"
        return f"{sign}{self.distance(number, kpi)}"

    def distance(self, number: float, kpi: Kpi) -> str:
        """How far apart two values of the KPI are, without a sign."""
        if kpi.unit is Unit.PERCENT:
            return f"{self.number(abs(number), max(kpi.decimals, 1))}{NO_BREAK}points"
        return f"{_written(self, float(abs(number)), kpi.unit, kpi.decimals, False)}{_suffix(kpi)}"

    def share(self, number: Any, *, missing: str = NO_DATA, decimals: int = 0) -> str:
        """A share like an attainment: 0.902 reads 90%."""
        if is_missing(number):
            return missing
        spaced = re.sub(r"[#,0.]+", "#,##0" + _places(decimals), self.locale.percent_formats[None].pattern)
        rounded = round(float(number), decimals + 2) + 0.0  # no negative zero
        return _true_minus(format_percent(rounded, spaced, locale=self.locale))

    def attained(self, number: Any, *, missing: str = "not scored") -> str:
        """An attainment; one that just misses never reads as 100%, absurd ones are not written out."""
        if not is_missing(number) and not 0 <= number < MOST_ATTAINED:
            return f"below {self.share(0)}" if number < 0 else f"over {self.share(MOST_ATTAINED)}"
        places = 0
        while not is_missing(number) and number < 1 <= round(number, places + 2) and places < MOST_PLACES:
            places += 1
        return self.share(number, missing=missing, decimals=places)

    def number(self, number: Any, decimals: int = 0, *, missing: str = NO_DATA) -> str:
        """A plain number with exactly `decimals` places."""
        if is_missing(number):
            return missing
        pattern = self.locale.decimal_formats[None].pattern.partition(".")[0]
        rounded = round(float(number), decimals) + 0.0  # no negative zero
        return _true_minus(format_decimal(rounded, pattern + _places(decimals), locale=self.locale))

    def ordinal(self, number: int) -> str:
        """A place in a row, in the language of the screens: 1st, 22nd, 13th."""
        return f"{self.number(number)}{_ORDINALS[_ENGLISH.ordinal_form(number)]}"

    def score(self, number: Any, *, missing: str = "not scored") -> str:
        """A score of 0 to 120."""
        return self.number(number, 1, missing=missing)

    def compact(self, number: float, *, currency: bool = False) -> str:
        """Three digits and the locale's short word: ₹4.62 Cr, $1.2M, 12,3 Mio."""
        rounded = _significant(number)
        step, before, zeros, after = self._compact_pattern(abs(rounded), currency)
        if not step:
            return self._currency(number, 0) if currency else self.number(number)
        shown = rounded / (step // 10 ** (zeros - 1))
        digits = format_decimal(shown, self.locale.decimal_formats[None].pattern, locale=self.locale)
        symbol = self.symbol if currency else ""
        return _sign_first(_true_minus(_apart(f"{before}{digits}{after}".replace("¤", symbol).strip())))

    def _compact_pattern(self, size: float, currency: bool) -> tuple[int, str, int, str]:
        """Step, text before, number of digits and text after, for a number of this size; step 0 for none."""
        formats = self.locale.compact_currency_formats if currency else self.locale.compact_decimal_formats
        patterns = {int(step): found.pattern for step, found in formats["short"]["other"].items()}
        step = max((one for one in patterns if one <= size), default=0)
        indian = self.locale.territory == "IN" and self.locale.language == "en"
        if indian:  # people write 1,200 Cr where CLDR has 1.2KCr
            step = min(step, 10_000_000)
        before, zeros, after = re.findall(r"^([^0]*)(0*)([^0]*)", patterns.get(step, ""))[0]
        after = after.replace("'", "")
        if not after.replace("¤", "").strip():
            return 0, "", 0, ""
        return step, before, len(zeros), NO_BREAK + after if indian else after

    @cached_property
    def symbol(self) -> str:
        """The currency's symbol, ₹."""
        text = format_currency(0, self.currency, "¤", locale=self.locale)
        return "".join(sign for sign in text if not sign.isdigit()).strip()

    def duration(self, seconds: float, decimals: int = 0) -> str:
        """The two greatest units of a time: 6 m 12 s."""
        sign, rest = (MINUS, -seconds) if seconds < 0 else ("", seconds)
        if round(rest, decimals) < 60:
            return f"{sign}{self.number(rest, decimals)}{NO_BREAK}s"
        whole = round(rest)
        for size, name, below, finer in _UNITS:
            if whole >= size:
                big, small = divmod(round(whole / below) * below, size)
                parts = [f"{big}{NO_BREAK}{name}"]
                if small:
                    parts.append(f"{small // below}{NO_BREAK}{finer}")
                return sign + NO_BREAK.join(parts)
        return f"{sign}{whole}{NO_BREAK}s"

    def day(self, day: date | None, *, missing: str = "never") -> str:
        """A day with its year: 14 Oct 2026."""
        return missing if day is None else str(format_date(day, "medium", locale=self.locale))

    def short_day(self, day: date) -> str:
        """A day without its year: 14 Oct."""
        return str(format_skeleton("MMMd", day, locale=self.locale))

    def latest(self, day: Any, frequency: Frequency, *, missing: str = "nothing yet") -> str:
        """The period that starts on a day (a timestamp or NaT), as the latest that was reported."""
        if is_missing(day) or day != day:
            return missing
        if frequency is Frequency.DAILY:
            return self.short_day(day)
        period = period_containing(date(day.year, day.month, day.day), frequency, self.fiscal_year_start)
        return (
            f"week of {self.short_day(period.start)}"
            if frequency is Frequency.WEEKLY
            else self.period(period)
        )

    def short_month(self, day: date) -> str:
        """A month without its year: Oct."""
        return str(format_skeleton("MMM", day, locale=self.locale))

    def month(self, day: date) -> str:
        """A month: Oct 2026."""
        return str(format_skeleton("yMMM", day, locale=self.locale))

    def period(self, period: Period) -> str:
        """A period in words: 14 Oct 2026, week 43 of 2026, Oct 2026, Q3 FY2026, FY2026."""
        match period.frequency:
            case Frequency.DAILY:
                return self.day(period.start)
            case Frequency.WEEKLY:
                year, week, _ = period.start.isocalendar()
                return f"week {week} of {year}"
            case Frequency.MONTHLY:
                return self.month(period.start)
        year = fiscal_year(period.start, self.fiscal_year_start)
        if period.frequency is Frequency.YEARLY:
            return f"FY{year}"
        return f"Q{(period.start.month - self.fiscal_year_start) % 12 // 3 + 1} FY{year}"

    def window(self, window: Window) -> str:
        """A window in words: Oct 2026, Q3 FY2026, year to date, last 12 months."""
        match window.kind:
            case "month":
                return self.month(window.start)
            case "quarter":
                return self.period(Period(Frequency.QUARTERLY, window.start, window.end))
            case "year":
                return self.period(Period(Frequency.YEARLY, window.start, window.end))
            case "ytd":
                return f"FY{fiscal_year(window.start, self.fiscal_year_start)} to date"
        return "last 12 months"

    def in_unit(self, number: float, unit: Unit, decimals: int, exact: bool) -> str:
        """A number in a unit."""
        match unit:
            case Unit.CURRENCY:
                return self._currency(number, decimals) if exact else self._short_currency(number, decimals)
            case Unit.PERCENT:
                return self.share(number / 100, decimals=max(decimals, 1))
            case Unit.DURATION:
                return self.duration(number, decimals)
        if not exact and abs(number) >= COMPACT_FROM:
            return self.compact(number)
        return self.number(number, decimals)

    def _short_currency(self, number: float, decimals: int) -> str:
        if abs(number) < COMPACT_FROM:
            return self._currency(number, decimals)
        return self.compact(number, currency=True)

    def _currency(self, number: float, decimals: int) -> str:
        rounded = round(number, decimals) + 0.0
        pattern = self.locale.currency_formats["standard"].pattern.split(";")[0]
        pattern = pattern.replace("0.00", "0" + _places(decimals))
        text = format_currency(rounded, self.currency, pattern, locale=self.locale, currency_digits=False)
        return _sign_first(_true_minus(_apart(text)))


_ENGLISH = Locale("en")
_ORDINALS = {"one": "st", "two": "nd", "few": "rd", "other": "th"}
_UNITS = ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "m"), (60, "m", 1, "s"))


@lru_cache(maxsize=64)
def _shared(locale: str, currency: str, fiscal_year_start: int) -> Formats:
    """One for all who read the same way: it finds its locale once."""
    return Formats(locale, currency, fiscal_year_start)


@lru_cache(maxsize=1 << 16)
def _written(formats: Formats, number: float, unit: Unit, decimals: int, exact: bool) -> str:
    """Written once: charts and tables show the same numbers again and again."""
    return formats.in_unit(number, unit, decimals, exact)


def is_missing(number: Any) -> bool:
    """Whether there is no value."""
    return number is None or (isinstance(number, float) and math.isnan(number))


def escaped(text: str) -> str:
    """Text from data as Markdown shows it literally, for labels and messages that parse Markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+-.!|~$:" else sign for sign in text)


def _suffix(kpi: Kpi) -> str:
    return f"{NO_BREAK}{kpi.unit_label}" if kpi.unit_label and kpi.unit in (Unit.NUMBER, Unit.RATIO) else ""


def _places(decimals: int) -> str:
    return "." + "0" * decimals if decimals else ""


def _significant(number: float, digits: int = 3) -> float:
    if number == 0:
        return 0.0
    return round(number, digits - 1 - math.floor(math.log10(abs(number))))


def _true_minus(text: str) -> str:
    return text.replace("-", MINUS)


def _apart(text: str) -> str:
    """A space between a currency of letters and its number, as CLDR wants it: SAR 5."""
    return re.sub(r"(?<=[^\W\d_])(?=-?\d)", NO_BREAK, text)


def _sign_first(text: str) -> str:
    """The sign before the currency's symbol: −₹5."""
    return MINUS + text.replace(MINUS, "", 1) if MINUS in text[1:] else text

"""Numbers and periods in the ways in which people write them, each with what it means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from babel.dates import format_date, format_skeleton

from kpidash.domain.period import Frequency, Period

SPACES = " \u00a0\u202f\u2009"
SCALES = {
    "k": 3, "K": 3, " thousand": 3, "M": 6, " mn": 6, " Mio": 6, " million": 6, "bn": 9, " Mrd": 9,
    " lakh": 5, "L": 5, " lakhs": 5, " Cr": 7, " crore": 7, "Cr": 7,
}  # fmt: skip
NEGATIVES = ("-{}", "\u2212{}", "({})", "{}-", "- {}")


@dataclass(frozen=True)
class Style:
    """How the numbers of a file are written: decimal sign, sign between groups, their size."""

    decimal: str
    group: str
    indian: bool = False

    def write(self, value: Decimal) -> str:
        """The digits of a number that is not negative."""
        whole, _, part = format(value, "f").partition(".")
        if self.group and len(whole) > 3:
            head, tail = whole[:-3], whole[-3:]
            size = 2 if self.indian else 3
            first = len(head) % size or size
            groups = [head[:first], *(head[at : at + size] for at in range(first, len(head), size)), tail]
            whole = self.group.join(groups)
        return whole + (self.decimal + part if part else "")


def styles() -> list[Style]:
    """The styles of files."""
    spaced = [Style(",", sign) for sign in SPACES]
    own = [Style(".", ","), Style(".", ","), Style(".", ",", indian=True), Style(".", "'")]
    return [Style(".", ""), Style(".", ""), *own, Style(",", "."), Style(",", "."), Style(",", ""), *spaced]


@dataclass(frozen=True)
class Decoration:
    """What stands around digits. `unit` is a currency or a percent sign, put before or behind."""

    unit: str = ""
    before: bool = False
    gap: str = ""
    negative: str = "-{}"
    scale: str = ""

    def around(self, digits: str, *, negative: bool) -> str:
        """The digits with everything else."""
        text = digits + self.scale
        if self.unit:
            text = self.unit + self.gap + text if self.before else text + self.gap + self.unit
        return self.negative.format(text) if negative else text


def decoration(chance: Random, currency: str, *, money: bool, percent: bool) -> Decoration:
    """One way to decorate the numbers of a column."""
    negative = chance.choice(NEGATIVES)
    gap = chance.choice(["", " ", "\u00a0"])
    kind = chance.random()
    if percent and kind < 0.5:
        return Decoration("%", before=False, gap=gap, negative=chance.choice(("-{}", "\u2212{}")))
    if money and kind < 0.5:
        signs = {"INR": ["₹", "Rs.", "Rs", "INR"], "EUR": ["€", "EUR"], "USD": ["$", "US$", "USD"]}
        plain = negative if negative in {"-{}", "\u2212{}", "({})"} else "-{}"
        return Decoration(
            chance.choice(signs[currency]), before=chance.random() < 0.6, gap=gap, negative=plain
        )
    if not percent and kind > 0.85:
        return Decoration(scale=chance.choice(list(SCALES)), negative=chance.choice(NEGATIVES[:3]))
    return Decoration(negative=negative)


def value(chance: Random) -> Decimal:
    """A number of some size with up to three decimals."""
    places = chance.choice([0, 0, 0, 1, 2, 2, 3])
    size = chance.choice([1, 2, 3, 4, 5, 6, 7, 9])
    number = Decimal(chance.randrange(10 ** (size + places))).scaleb(-places)
    return -number if chance.random() < 0.15 else number


def scaled(number: Decimal, scale: str) -> Decimal:
    """What a number means with a word such as lakh behind it."""
    return number.scaleb(SCALES[scale] if scale else 0)


Write = Callable[[Period], str]


@dataclass(frozen=True)
class Labels:
    """How each frequency's periods are written, and the order of days, where the labels have one."""

    of: dict[Frequency, Write]
    order: str | None
    serials: bool = False


def labels(chance: Random, locale: str, start: int) -> Labels:
    """One notation for each frequency; `start` is the fiscal year's first month."""
    order = chance.choice(["dmy", "mdy"])
    sign = chance.choice("/.-") if order == "dmy" else "/"
    days, ordered = _days(chance, locale, order, sign)
    serials = chance.random() < 0.08
    if serials:
        days, ordered = _serial, False
    of = {
        Frequency.DAILY: days,
        Frequency.WEEKLY: chance.choice([_weeks(chance), days]),
        Frequency.MONTHLY: chance.choice([_months(chance, locale), _months(chance, locale), days]),
        Frequency.QUARTERLY: chance.choice([_quarters(chance, start), days]),
        Frequency.YEARLY: chance.choice([_years(chance, start), days]),
    }
    if serials:
        of = dict.fromkeys(of, days)
    return Labels(of, order if ordered else None, serials)


def _serial(period: Period) -> str:
    return str(period.start.toordinal() - date(1899, 12, 30).toordinal())


def _days(chance: Random, locale: str, order: str, sign: str) -> tuple[Write, bool]:
    within = chance.random() < 0.3

    def day(period: Period) -> date:
        return period.end - timedelta(days=1) if within else period.start

    short = "%d{0}%m{0}%Y" if order == "dmy" else "%m{0}%d{0}%Y"
    if chance.random() < 0.2:
        short = short.replace("%Y", "%y")
    forms: list[tuple[Write, bool]] = [
        (lambda period: day(period).isoformat(), False),
        (lambda period: f"{day(period):%Y/%m/%d}", False),
        (lambda period: f"{day(period):%Y%m%d}", False),
        (lambda period: f"{day(period).isoformat()} 00:00:00", False),
        (lambda period: f"{day(period):{short.format(sign)}}", True),
        (lambda period: f"{day(period):{short.format(sign)}}", True),
        (lambda period: f"{day(period):%d %b %Y}", False),
        (lambda period: f"{day(period):%b} {day(period).day}, {day(period).year}", False),
        (lambda period: f"{day(period):%d-%b-%y}", False),
        (lambda period: format_date(day(period), "long", locale=locale), False),
        (lambda period: format_date(day(period), "EEE d MMM y", locale="en"), False),
    ]
    return chance.choice(forms)


def _months(chance: Random, locale: str) -> Write:
    return chance.choice(
        [
            lambda period: f"{period.start:%Y-%m}",
            lambda period: f"{period.start:%m/%Y}",
            lambda period: f"{period.start:%b %Y}",
            lambda period: f"{period.start:%B %Y}",
            lambda period: f"{period.start:%b-%y}",
            lambda period: f"{period.start:%Y%m}",
            lambda period: f"{period.start:%Y} {period.start:%B}",
            lambda period: format_skeleton("yMMMM", period.start, locale=locale),
            lambda period: format_skeleton("yMMM", period.start, locale=locale),
        ]
    )


def _weeks(chance: Random) -> Write:
    form = chance.choice(["{0}-W{1:02d}", "KW {1}/{0}", "W{1:02d} {0}", "Week {1}, {0}", "{0} KW{1:02d}"])
    return lambda period: form.format(*period.start.isocalendar()[:2])


def _quarters(chance: Random, start: int) -> Write:
    forms = ["{0}-Q{1}", "Q{1} {0}", "Q{1}/{0}", "{0} Q{1}", "Q{1} FY{0}"]
    if start != 1:
        forms += ["Q{1} {0}-{2:02d}", "Q{1} FY{3:02d}"]
    form = chance.choice(forms)

    def write(period: Period) -> str:
        year, quarter = period.label(start).split("-Q")
        return form.format(year, quarter, (int(year) + 1) % 100, int(year) % 100)

    return write


def _years(chance: Random, start: int) -> Write:
    forms = ["FY{0}", "FY {0}", "Fiscal Year {0}"]
    if start != 1:
        forms += ["{0}-{1:02d}", "FY{0}-{1:02d}", "{0}/{2}", "FY{3:02d}"]
    form = chance.choice(forms)

    def write(period: Period) -> str:
        year = int(period.label(start).removeprefix("FY"))
        return form.format(year, (year + 1) % 100, year + 1, year % 100)

    return write

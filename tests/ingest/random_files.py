"""Random companies and their files, with what each file means: (KPI, first day, region) → value."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from babel import Locale
from babel.numbers import get_decimal_symbol

from kpidash.domain.catalogue import Aggregation, Catalogue, Company, Department, Direction, Kpi, Kra, Unit
from kpidash.domain.period import Frequency, Period, period_containing
from kpidash.ingest.terms import Terms
from tests.ingest.random_notations import Decoration, Labels, decoration, labels, scaled, styles, value
from tests.ingest.random_writing import written

TODAY = date(2026, 10, 15)
LOCALES = (
    "en_US",
    "en_IN",
    "en_GB",
    "de_DE",
    "fr_FR",
    "hi_IN",
    "es_ES",
    "it_IT",
    "pl_PL",
    "pt_BR",
    "nl_NL",
    "ja_JP",
)
CURRENCIES = {"en_US": "USD", "en_IN": "INR", "hi_IN": "INR"}
NAMES = ("revenue", "cost", "visits", "defects", "csat", "handle-time", "orders", "share", "churn", "stock")
REGIONS = (
    ("North", "South", "East", "West"),
    ("NA", "007", "1e400", "True"),
    ("Zürich", "Île-de-France", "São Paulo", "Köln"),
    ("Łódź", "Kraków", "Gdańsk", "Wrocław"),
    ("Москва", "Казань", "Самара", "Тверь"),
    ("東京", "大阪府", "名古屋", "北海道"),
    ("उत्तर", "दक्षिण", "पूर्व", "पश्चिम"),
    ("a,b", 'the "old" one', "semi;colon", "=1+1"),
)
Key = tuple[str, str, str]


@dataclass(frozen=True)
class RandomFile:
    """A file, the company whose it is, what it means and what a person would answer when asked."""

    name: str
    content: bytes
    catalogue: Catalogue
    truth: Mapping[Key, float]
    answers: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)

    def terms(self) -> Terms:
        """The company as somebody who may do everything sees it."""
        codes = frozenset(kpi.code for kpi in self.catalogue.kpis)
        ids = {kpi.code: at for at, kpi in enumerate(self.catalogue.kpis, start=1)}
        return Terms(catalogue=self.catalogue, ids=ids, visible=codes, uploadable=codes, today=TODAY)


def company(chance: Random) -> Catalogue:
    """A company of four to ten KPIs."""
    locale = chance.choice(LOCALES)
    kpis = []
    for name in chance.sample(NAMES, chance.randint(4, len(NAMES))):
        ratio = name == "csat"
        unit = chance.choice([Unit.NUMBER, Unit.NUMBER, Unit.CURRENCY, Unit.PERCENT])
        kpis.append(
            Kpi(
                code=name,
                kra="all",
                name=name.replace("-", " ").title(),
                unit=Unit.PERCENT if ratio else unit,
                direction=Direction.INCREASE,
                frequency=chance.choice(list(Frequency)),
                aggregation=Aggregation.RATIO if ratio else Aggregation.SUM,
                dimensions=("region",) if chance.random() < 0.4 else (),
            )
        )
    return Catalogue(
        company=Company(
            name="Any",
            locale=locale,
            currency=CURRENCIES.get(locale, "EUR"),
            fiscal_year_start=chance.choice([1, 1, 4, 4, 7, 10]),
        ),
        departments=(Department(code="all", name="All"),),
        kras=(Kra(code="all", department="all", name="All"),),
        kpis=tuple(kpis),
    )


@dataclass
class _Making:
    """What the cells of one file are written with."""

    chance: Random
    catalogue: Catalogue
    labels: Labels
    regions: Sequence[str]
    named: bool
    truth: dict[Key, float] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        usual = get_decimal_symbol(Locale.parse(self.catalogue.company.locale))
        self.style = self.chance.choice(styles())
        self.usual = "," if usual == "," else "."
        self.decorations: dict[str, Decoration] = {}

    def kpi(self, kpi: Kpi) -> str:
        return kpi.name if self.named else kpi.code

    def period(self, period: Period) -> str:
        return self.labels.of[period.frequency](period)

    def number(self, kpi: Kpi, *, positive: bool = False, role: str = "value") -> tuple[str, Decimal]:
        """A cell and what it means."""
        money = kpi.unit is Unit.CURRENCY
        percent = kpi.unit is Unit.PERCENT and kpi.aggregation is not Aggregation.RATIO
        if kpi.code not in self.decorations:
            currency = self.catalogue.company.currency
            self.decorations[kpi.code] = decoration(self.chance, currency, money=money, percent=percent)
        around = self.decorations[kpi.code] if role == "value" else Decoration()
        number = value(self.chance)
        number = abs(number) + 1 if positive else number
        text = around.around(self.style.write(abs(number)), negative=number < 0)
        self.texts.append(text)
        return text, scaled(number, around.scale)

    def key(self, kpi: Kpi, period: Period, region: str) -> Key:
        return kpi.code, period.start.isoformat(), region


def periods(chance: Random, frequency: Frequency, start: int, count: int) -> list[Period]:
    """Some periods that have ended, the earliest first."""
    days = [TODAY - timedelta(days=chance.randrange(40, 900)) for _ in range(count)]
    found = {period_containing(day, frequency, start) for day in days}
    ended = [period for period in found if period.end <= TODAY]
    return sorted(ended, key=lambda period: period.start)


def random_file(chance: Random) -> RandomFile:
    """A file of any shape, notation and way of writing."""
    catalogue = company(chance)
    start = catalogue.company.fiscal_year_start
    making = _Making(
        chance,
        catalogue,
        labels(chance, catalogue.company.locale, start),
        chance.choice(REGIONS),
        named=chance.random() < 0.3,
    )
    shape = chance.choice([_tidy, _tidy, _tidy, _wide_by_period, _wide_by_kpi, _two_rows])
    rows = shape(making)
    settle(making, rows)
    content, name, about = written(chance, rows, regions=making.regions)
    if chance.random() < 0.1:
        content, name = gzip.compress(content), f"{name}.gz"
    about |= {"shape": shape.__name__, "style": making.style, "locale": catalogue.company.locale}
    answers = {"decimal": making.style.decimal, "date_order": making.labels.order}
    return RandomFile(name, content, catalogue, making.truth, answers, about)


def settle(making: _Making, rows: list[list[str]]) -> None:
    """Where a comma is the decimal sign and the company's is a point, let one cell of the file say so.

    `1.234` alone is 1.234 to a company that writes numbers so: nobody can tell that it was meant otherwise.
    """
    telling = any(making.style.decimal == "," and "," in text for text in making.texts)
    if making.style.decimal == "." or making.usual == "," or telling:
        return
    making.truth.clear()
    rows[1:] = []


def _tidy(making: _Making) -> list[list[str]]:
    chance, start = making.chance, making.catalogue.company.fiscal_year_start
    kpis = chance.sample(making.catalogue.kpis, chance.randint(1, len(making.catalogue.kpis)))
    parts = any(kpi.aggregation is Aggregation.RATIO for kpi in kpis)
    where = any(kpi.dimensions for kpi in kpis)
    header = [
        "kpi",
        "period",
        "value",
        *(["numerator", "denominator"] if parts else []),
        *(["region"] if where else []),
    ]
    rows = []
    for kpi in kpis:
        for period in periods(chance, kpi.frequency, start, chance.randint(1, 8)):
            regions = chance.sample(making.regions, chance.randint(1, 3)) if kpi.dimensions else [""]
            for region in regions:
                cells = {"kpi": making.kpi(kpi), "period": making.period(period), "region": region}
                if kpi.aggregation is Aggregation.RATIO:
                    cells["numerator"], upper = making.number(kpi, role="numerator")
                    cells["denominator"], lower = making.number(kpi, positive=True, role="denominator")
                    number = 100.0 * (float(upper) + 0.0) / float(lower)
                else:
                    cells["value"], meant = making.number(kpi)
                    number = float(meant) + 0.0
                making.truth[making.key(kpi, period, region)] = number
                rows.append([cells.get(name, "") for name in header])
    if chance.random() < 0.5:
        chance.shuffle(rows)
    return _in_order(chance, [header, *rows])


def _in_order(chance: Random, rows: list[list[str]]) -> list[list[str]]:
    order = list(range(len(rows[0])))
    if chance.random() < 0.3:
        chance.shuffle(order)
    titled = chance.choice([str.lower, str.title, str.upper])
    return [[titled(rows[0][at]) for at in order], *([row[at] for at in order] for row in rows[1:])]


def _plain(making: _Making) -> list[Kpi]:
    return [kpi for kpi in making.catalogue.kpis if kpi.aggregation is Aggregation.SUM]


def _of_one_frequency(making: _Making) -> list[Kpi]:
    frequency = making.chance.choice([kpi.frequency for kpi in _plain(making)])
    return [kpi for kpi in _plain(making) if kpi.frequency is frequency]


def _wide_by_period(making: _Making) -> list[list[str]]:
    chance = making.chance
    kpis = _of_one_frequency(making)
    across = periods(
        chance, kpis[0].frequency, making.catalogue.company.fiscal_year_start, chance.randint(2, 8)
    )
    where = any(kpi.dimensions for kpi in kpis)
    rows = [["kpi", *(["region"] if where else []), *map(making.period, across)]]
    for kpi in kpis:
        for region in chance.sample(making.regions, 2) if kpi.dimensions else [""]:
            cells = [_cell(making, kpi, period, region) for period in across]
            rows.append([making.kpi(kpi), *([region] if where else []), *cells])
    return rows


def _wide_by_kpi(making: _Making) -> list[list[str]]:
    chance = making.chance
    kpis = _of_one_frequency(making)
    kpis = [kpi for kpi in kpis if kpi.dimensions == kpis[0].dimensions]
    down = periods(
        chance, kpis[0].frequency, making.catalogue.company.fiscal_year_start, chance.randint(2, 8)
    )
    where = bool(kpis[0].dimensions)
    rows = [["period", *(["region"] if where else []), *map(making.kpi, kpis)]]
    for period in down:
        for region in chance.sample(making.regions, 2) if where else [""]:
            cells = [_cell(making, kpi, period, region) for kpi in kpis]
            rows.append([making.period(period), *([region] if where else []), *cells])
    return rows


def _two_rows(making: _Making) -> list[list[str]]:
    """Periods above, KPIs below them; without dimensions, or the rows are regions."""
    chance = making.chance
    kpis = _of_one_frequency(making)
    kpis = [kpi for kpi in kpis if kpi.dimensions == kpis[0].dimensions]
    across = periods(
        chance, kpis[0].frequency, making.catalogue.company.fiscal_year_start, chance.randint(2, 4)
    )
    where = bool(kpis[0].dimensions)
    if not where:
        return _wide_by_period(making)
    upper, lower = [""], ["region"]
    for period in across:
        upper += [making.period(period), *[""] * (len(kpis) - 1)]
        lower += [making.kpi(kpi) for kpi in kpis]
    rows = [upper, lower]
    rows += [
        [region, *(_cell(making, kpi, period, region) for period in across for kpi in kpis)]
        for region in chance.sample(making.regions, 3)
    ]
    return rows


def _cell(making: _Making, kpi: Kpi, period: Period, region: str) -> str:
    if making.chance.random() < 0.1:
        return ""
    text, meant = making.number(kpi)
    making.truth[making.key(kpi, period, region)] = float(meant) + 0.0
    return text

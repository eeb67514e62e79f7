"""Companies that the demo does not show, each as a catalogue and actuals, for pictures of their screens."""

from collections.abc import Iterable
from dataclasses import dataclass

FIRST, LAST = 1, 11
"""The months of 2026 that have actuals, both included."""
LONG = "Share of the orders that were delivered complete, undamaged and on the day that was first promised"


@dataclass(frozen=True)
class Odd:
    """A company's files, and which of its screens are worth a picture."""

    catalogue: str
    actuals: str
    screens: tuple[str, ...]


def companies() -> dict[str, Odd]:
    """By name: one KPI alone, many KPIs, names of all kinds, numbers of all kinds."""
    return {"one": _one(), "many": _many(), "names": _names(), "numbers": _numbers()}


def _kpi(code: str, kra: str, name: str, **fields: str) -> str:
    said = {
        "unit": "number", "direction": "increase", "frequency": "monthly", "aggregation": "sum",
        "targets": target(100, months=12),
    } | fields  # fmt: skip
    rest = ", ".join(f"{field}: {value}" for field, value in said.items())
    return f'  - {{code: {code}, kra: {kra}, name: "{name}", {rest}}}'


def target(value: float, *, months: int = 1) -> str:
    """The target of the year; `months` times that of a month where months add up."""
    return f"[{{period: FY2026, value: {value * months:f}}}]"


def _file(values: Iterable[tuple[str, float]]) -> str:
    """Each KPI's value in every month, a little more each time."""
    rows = [
        f"{code},2026-{month:02d},{value * (0.9 + 0.02 * month):.9g}"
        for code, value in values
        for month in range(FIRST, LAST + 1)
    ]
    return "\n".join(["kpi,period,value", *rows, ""])


def _one() -> Odd:
    lines = [
        'company: {name: "Corner Bakery", currency: EUR, locale: fr_FR}',
        "departments: [{code: shop, name: Shop}]",
        "kras: [{code: sell, department: shop, name: Sell bread}]",
        "kpis:",
        _kpi("bread", "sell", "Bread sold"),
    ]
    return Odd("\n".join(lines), _file([("bread", 96)]), ("/", "/kpi?code=bread", "/scorecard"))


def _many() -> Odd:
    departments, kras, kpis, values = [], [], [], []
    for at in range(20):
        departments.append(f"{{code: d{at}, name: Department {at + 1}}}")
        kras += [f"{{code: d{at}-k{one}, department: d{at}, name: Key result {one + 1}}}" for one in range(5)]
        for one in range(25):
            code = f"d{at}-m{one}"
            level = "operational" if one else "strategic"
            kpis.append(_kpi(code, f"d{at}-k{one % 5}", f"Measure {at + 1}.{one + 1}", level=level))
            values.append((code, 70.0 + (at * 7 + one * 11) % 45))
    lines = [
        'company: {name: "Group of Twenty", currency: USD, locale: en_US}',
        f"departments: [{', '.join(departments)}]",
        f"kras: [{', '.join(kras)}]",
        "kpis:",
        *kpis,
    ]
    return Odd("\n".join(lines), _file(values), ("/", "/?level=all", "/scorecard", "/department?code=d3"))


def _names() -> Odd:
    lines = [
        'company: {name: "شركة الأفق للخدمات اللوجستية والتجارة المحدودة", currency: SAR, locale: en_GB}',
        "departments:",
        '  - {code: sales, name: "المبيعات والتسويق"}',
        '  - {code: supply, name: "Beschaffungs- und Lieferkettenmanagement einschließlich Exportkontrolle"}',
        '  - {code: tokyo, name: "東京支社カスタマーサクセス部門"}',
        "kras:",
        '  - {code: market, department: sales, name: "زيادة الحصة السوقية في المنطقة"}',
        f'  - {{code: promise, department: supply, name: "{LONG}"}}',
        '  - {code: care, department: tokyo, name: "お客様の満足度を高める"}',
        "kpis:",
        _kpi("revenue", "market", "إيرادات المبيعات (Sales)", unit="currency"),
        _kpi("kept", "promise", LONG, unit="percent", aggregation="mean", targets=target(100)),
        _kpi(
            "donau", "promise", "Donaudampfschifffahrtsgesellschaftskapitänsmützenbestand", aggregation="last"
        ),
        _kpi("calls", "care", "一次解決率", unit="percent", aggregation="mean", targets=target(100)),
        _kpi("weiter", "care", "נתוני לקוחות חדשים"),
    ]
    values = [("revenue", 101), ("kept", 96), ("donau", 80), ("calls", 88), ("weiter", 103)]
    return Odd(
        "\n".join(lines), _file(values), ("/", "/department?code=supply", "/kpi?code=revenue", "/scorecard")
    )


def _numbers() -> Odd:
    lines = [
        'company: {name: "Outer Limits", currency: INR, locale: en_IN}',
        "departments: [{code: d, name: Treasury}]",
        "kras: [{code: k, department: d, name: Keep the books}]",
        "kpis:",
        _kpi("profit", "k", "Net profit", unit="currency", targets=target(-5e7, months=12)),
        _kpi("assets", "k", "Assets managed", unit="currency", aggregation="last", targets=target(9.5e13)),
        _kpi("dust", "k", "Particles per litre", direction="decrease", aggregation="mean", decimals="5",
             targets=target(0.00004)),
        _kpi("none", "k", "Accidents", direction="decrease", targets=target(0)),
        _kpi("wait", "k", "Longest wait", unit="duration", direction="decrease", aggregation="max",
             targets=target(372)),
    ]  # fmt: skip
    values = [("profit", -123_456_789.5), ("assets", 99_999_999_999_999), ("dust", 0.000031), ("none", 0),
              ("wait", 86_399)]  # fmt: skip
    return Odd("\n".join(lines), _file(values), ("/", "/kpi?code=profit", "/kpi?code=assets", "/scorecard"))

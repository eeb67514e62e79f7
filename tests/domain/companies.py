"""Companies of a few lines, so that a test shows all that matters to it."""

from datetime import date
from typing import Any

from kpidash.domain.catalogue import (
    Aggregation,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    PeriodTarget,
    Unit,
)
from kpidash.domain.period import Frequency, parse_period, parse_window
from tests.domain.drive import product_scorecard
from tests.domain.reference import Row


def kpi(code: str = "sales", **fields: Any) -> Kpi:
    """A KPI; what a test does not say is a monthly number of the KRA `growth` to increase and to add up."""
    known = {
        "kra": "growth",
        "name": code,
        "unit": Unit.NUMBER,
        "direction": Direction.INCREASE,
        "frequency": Frequency.MONTHLY,
        "aggregation": Aggregation.SUM,
    }
    return Kpi(code=code, **{**known, **fields})


def target(period: str, value: float | None = None, **fields: Any) -> PeriodTarget:
    """A target of a period by its label, in a company whose year starts in January."""
    return PeriodTarget(period=parse_period(period), value=value, **fields)


def actual(period: str, value: float | None = None, kpi: str = "sales", **fields: Any) -> Row:
    """An actual of a period by its label."""
    return Row(kpi, parse_period(period).start, value=value, **fields)


def company(
    kpis: list[Kpi], departments: list[Department] | None = None, kras: list[Kra] | None = None
) -> Catalogue:
    """A company of one department with the KRA `growth`, or of those given."""
    return Catalogue(
        company=Company(),
        departments=tuple(departments or [Department(code="shop", name="Shop")]),
        kras=tuple([Kra(code="growth", department="shop", name="Growth")] if kras is None else kras),
        kpis=tuple(kpis),
    )


def ask(asked: Kpi | Catalogue, rows: list[Row], window: str, as_of: str) -> dict[str, Any]:
    """The scorecard of a company, or the line of its only KPI."""
    day = date.fromisoformat(as_of)
    catalogue = company([asked]) if isinstance(asked, Kpi) else asked
    card = product_scorecard(catalogue, rows, parse_window(window, day), day)
    return card["kpis"][0] if isinstance(asked, Kpi) else card

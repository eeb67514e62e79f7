"""The second reading of the rules gives the worked answers."""

import csv
from datetime import date
from typing import Any

import holidays
import pytest

from kpidash.domain.catalogue import (
    Aggregation,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    Pace,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.period import Frequency, parse_period, parse_window
from tests.domain.reference import Reference, Row
from tests.golden_cases import GoldenCase, differences, golden_cases

ENUMS = {
    "unit": Unit,
    "direction": Direction,
    "frequency": Frequency,
    "aggregation": Aggregation,
    "pace": Pace,
}
PLAIN = ("code", "kra", "name", "formula", "weight", "on_target", "at_risk", "grace_days")


@pytest.mark.parametrize("case", golden_cases(), ids=str)
def test_the_second_reading_gives_the_worked_answers(case: GoldenCase) -> None:
    catalogue = catalogue_of(case.catalogue)
    rows = rows_of(case, catalogue)
    days_off = frozenset(
        holidays.country_holidays(str(catalogue.company.holidays), years=range(2022, 2028)).keys()
    )
    for expected in case.scorecards:
        as_of = date.fromisoformat(expected["ask"]["as_of"])
        window = parse_window(expected["ask"]["window"], as_of, catalogue.company.fiscal_year_start)
        answer = Reference(catalogue, rows, window, as_of, days_off).scorecard()
        answer["as_of"] = as_of.isoformat()
        answer["window"] = {
            "kind": window.kind,
            "start": window.start.isoformat(),
            "end": window.end.isoformat(),
        }
        assert differences(expected, answer) == [], expected["ask"]


def catalogue_of(written: dict[str, Any]) -> Catalogue:
    company = Company(**written["company"])
    return Catalogue(
        company=company,
        departments=tuple(Department(**one) for one in written["departments"]),
        kras=tuple(Kra(**one) for one in written["kras"]),
        kpis=tuple(kpi_of(one, company.fiscal_year_start) for one in written["kpis"]),
    )


def kpi_of(written: dict[str, Any], fiscal_year_start: int) -> Kpi:
    targets = (target_of(one, fiscal_year_start) for one in written.get("targets", []))
    return Kpi(
        targets=tuple(targets),
        **{name: written[name] for name in PLAIN if name in written},
        **{name: enum(written[name]) for name, enum in ENUMS.items() if name in written},
    )


def target_of(written: dict[str, Any], fiscal_year_start: int) -> PeriodTarget | Trajectory:
    if "baseline" not in written:
        period = parse_period(str(written["period"]), fiscal_year_start)
        return PeriodTarget(**{**written, "period": period})
    begins, due = (date.fromisoformat(str(written[name])) for name in ("from", "due"))
    value = written.get("value")
    if value is None:
        value = written["baseline"] * (1 + float(written["change"].rstrip("%")) / 100)
    return Trajectory(baseline=written["baseline"], begins=begins, due=due, value=value)


def rows_of(case: GoldenCase, catalogue: Catalogue) -> list[Row]:
    with case.actuals_file.open(encoding="utf-8", newline="") as file:
        return [row_of(written, catalogue) for written in csv.DictReader(file)]


def row_of(written: dict[str, str], catalogue: Catalogue) -> Row:
    kpi = catalogue.kpi(written["kpi"])
    reference = Reference(catalogue, [], parse_window("FY2026", date(2026, 1, 1)), date(2026, 1, 1))
    day = parse_period(written["period"], catalogue.company.fiscal_year_start).start
    numbers = {name: float(written[name]) for name in ("value", "numerator", "denominator") if written[name]}
    segment = f"{written.get('region')}/{written.get('client')}"
    return Row(kpi.code, reference.period_of(day, kpi.frequency)[0], segment, **numbers)

"""Definitions refuse what is impossible, and the catalogue knows how they hang together."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kpidash.domain.catalogue import (
    Aggregation,
    Benchmark,
    Catalogue,
    Company,
    Department,
    Direction,
    Kpi,
    Kra,
    Level,
    PeriodTarget,
    Trajectory,
    Unit,
)
from kpidash.domain.period import Frequency, parse_period


def kpi(code: str = "revenue", **fields: Any) -> Kpi:
    required = {
        "kra": "share",
        "name": "Revenue",
        "unit": Unit.CURRENCY,
        "direction": Direction.INCREASE,
        "frequency": Frequency.MONTHLY,
        "aggregation": Aggregation.SUM,
    }
    return Kpi(code=code, **(required | fields))


def target(label: str, **goal: Any) -> PeriodTarget:
    return PeriodTarget(period=parse_period(label), **goal)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(
        company=Company(name="Meridian Services", fiscal_year_start=4),
        departments=(
            Department(code="service", name="Customer Service"),
            Department(code="north", name="North", parent="service"),
            Department(code="delhi", name="Delhi", parent="north"),
            Department(code="sales", name="Sales"),
        ),
        kras=(
            Kra(code="share", department="sales", name="Expand market share"),
            Kra(code="speed", department="delhi", name="Answer fast"),
            Kra(code="growth", department="sales", name="Grow"),
        ),
        kpis=(kpi("revenue"), kpi("handle-time", kra="speed"), kpi("leads")),
    )


def test_a_subtree_holds_the_department_itself_and_everything_below_it(catalogue: Catalogue) -> None:
    assert catalogue.subtree("service") == {"service", "north", "delhi"}
    assert catalogue.subtree("delhi") == {"delhi"}


def test_departments_kras_and_kpis_are_found_by_what_they_belong_to(catalogue: Catalogue) -> None:
    assert [one.code for one in catalogue.children(None)] == ["service", "sales"]
    assert [one.code for one in catalogue.children("service")] == ["north"]
    assert [kra.code for kra in catalogue.kras_of("sales")] == ["share", "growth"]
    assert [one.code for one in catalogue.kpis_of("share")] == ["revenue", "leads"]
    assert catalogue.kpis_of("growth") == ()
    assert catalogue.department_of(catalogue.kpi("handle-time")).code == "delhi"
    assert [one.code for one in catalogue.kpis_in({"sales", "north"})] == ["revenue", "leads"]
    assert catalogue.codes_below("service") == catalogue.codes_below("delhi") == {"handle-time"}
    assert catalogue.codes == {"revenue", "handle-time", "leads"}


def test_the_kpis_of_an_owner_are_found_whatever_the_case(catalogue: Catalogue) -> None:
    kpis = tuple(
        replace(one, owner="Anna@Example.com" if one.code != "leads" else None) for one in catalogue.kpis
    )
    owned = replace(catalogue, kpis=kpis)
    assert owned.owned_by("anna@example.com") == ("revenue", "handle-time")
    assert owned.owned_by("ben@example.com") == ()


def test_an_unknown_code_is_a_key_error(catalogue: Catalogue) -> None:
    for find in (catalogue.kpi, catalogue.kra, catalogue.department, catalogue.subtree):
        with pytest.raises(KeyError):
            find("nothing")
    assert catalogue.has_kpi("revenue")
    assert not catalogue.has_kpi("nothing")
    assert catalogue.has_department("sales")
    assert not catalogue.has_department("revenue")


def test_equal_catalogues_are_equal_and_hash_alike_whatever_was_looked_up(catalogue: Catalogue) -> None:
    same = replace(catalogue)
    same.subtree("service")
    assert same == catalogue
    assert hash(same) == hash(catalogue)


@pytest.mark.parametrize(
    ("field", "entities", "reason"),
    [
        ("kpis", (kpi("a"), kpi("a")), "more than one KPI"),
        ("kpis", (kpi("a", kra="shar"),), "no KRA 'shar'; did you mean 'share'"),
        ("kpis", (kpi("a", parent="b"),), "no KPI 'b'"),
        ("kpis", (kpi("a", parent="b"), kpi("b", level=Level.OPERATIONAL)), "operational"),
        ("kpis", (kpi("a", parent="b"), kpi("b", parent="a")), "drive itself"),
        ("kpis", (kpi("a", formula="{b}"), kpi("b", formula="{a} + 1")), "its own result"),
        ("kpis", (kpi("a", formula="{b}"), kpi("b", frequency=Frequency.YEARLY)), "coarser"),
        ("kpis", (kpi("a", formula="year_ago({b})", frequency=Frequency.DAILY),), "no KPI 'b'"),
        ("kras", (Kra(code="a", department="nothing", name="A"),), "no department 'nothing'"),
        ("departments", (Department(code="sales", name="Sales", parent="nothing"),), "no department"),
        ("departments", (Department(code="sales", name="Sales", parent="sales"),), "above itself"),
    ],
)
def test_a_catalogue_refuses_flawed_references(
    catalogue: Catalogue, field: str, entities: tuple[Any, ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(catalogue, **{field: entities})


def test_a_kpi_keeps_its_targets_in_order_of_time() -> None:
    late, early, year = target("2026-10", value=1), target("2026-01", value=2), target("FY2026", value=3)
    path = Trajectory(baseline=1, begins=date(2020, 1, 1), due=date(2021, 1, 1), value=2)
    assert kpi(targets=(path, late, year, early)).targets == (early, year, late, path)


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "Revenue"},
        {"code": ""},
        {"weight": 0},
        {"weight": -1},
        {"weight": float("nan")},
        {"weight": float("inf")},
        {"at_risk": 1.1},
        {"at_risk": 0},
        {"grace_days": -1},
        {"decimals": 10},
        {"formula": "{a} +"},
        {"targets": (target("2026-10", value=1), target("2026-10", value=2))},
        {"targets": (target("2026-10", low=1, high=2),)},
        {"direction": Direction.MAINTAIN, "targets": (target("2026-10", value=1),)},
    ],
)
def test_a_kpi_refuses_what_is_impossible(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        kpi(**fields)


@pytest.mark.parametrize(
    "goal",
    [
        {},
        {"value": 1, "low": 0, "high": 2},
        {"low": 1},
        {"low": 2, "high": 1},
        {"value": float("inf")},
        {"value": 1, "phasing": "evenly"},
    ],
)
def test_a_period_target_is_a_value_or_a_band(goal: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        target("2026-10", **goal)


def test_a_trajectory_begins_before_it_is_due() -> None:
    with pytest.raises(ValueError, match="begins before"):
        Trajectory(baseline=1, begins=date(2026, 4, 1), due=date(2026, 4, 1), value=2)


def test_a_company_starts_its_year_in_a_month_and_a_benchmark_is_a_number() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        Company(fiscal_year_start=13)
    with pytest.raises(ValueError, match="finite"):
        Benchmark(name="Median", value=float("nan"))


def test_an_empty_catalogue_has_a_company_and_nothing_else() -> None:
    assert Catalogue.empty() == Catalogue(company=Company())
    assert Catalogue.empty().children(None) == ()

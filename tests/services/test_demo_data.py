"""The demo company: alive on any day, the same on every machine, and showing what the product can do."""

import importlib.util
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kpidash.domain.catalogue import Catalogue
from kpidash.domain.definitions import Company, PeriodTarget, Trajectory
from kpidash.domain.kinds import Aggregation, Direction, Indicator, Level, Pace, Unit
from kpidash.domain.period import Frequency, fiscal_year
from kpidash.ingest.definitions import read_definitions
from kpidash.services.demo_data import DEMO, demo_actuals, demo_catalogue, demo_users

COMMITTED = date(2026, 10, 14)
KEYS = ["kpi", "period", "region", "client"]
NUMBERS = ["value", "numerator", "denominator"]
DAYS = [COMMITTED, date(2027, 2, 5), date(2027, 4, 1), date(2028, 2, 29), date(2032, 6, 30)]


def catalogue_of(day: date) -> Catalogue:
    found = read_definitions(demo_catalogue(day), Catalogue(company=Company()))
    assert found.problems == ()
    assert found.catalogue is not None
    return found.catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return catalogue_of(COMMITTED)


@pytest.fixture(scope="module")
def actuals() -> pd.DataFrame:
    return demo_actuals(COMMITTED)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_company_is_alive_on_any_day(day: date) -> None:
    catalogue, actuals = catalogue_of(day), demo_actuals(day)
    year = fiscal_year(day, 4)
    for kpi in catalogue.kpis:
        years = {t.period.label(4) for t in kpi.targets if isinstance(t, PeriodTarget)}
        if any(label.startswith("FY") for label in years):
            assert {f"FY{number}" for number in range(year - 3, year + 2)} <= years
        ends = [t.due for t in kpi.targets if isinstance(t, Trajectory)]
        assert not ends or max(ends) >= date(year + 2, 3, 31) or kpi.code == "website-traffic"
    daily = actuals[actuals["kpi"] == "sales-revenue"]["period"]
    assert daily.max() == pd.Timestamp(day) - pd.Timedelta(days=1)
    assert daily.min() == pd.Timestamp(year - 3, 4, 1)


def test_nothing_is_reported_for_the_day_itself_or_later(actuals: pd.DataFrame) -> None:
    assert (actuals["period"] < pd.Timestamp(COMMITTED)).all()


def test_a_closed_period_has_the_same_value_whichever_day_the_demo_is_loaded(actuals: pd.DataFrame) -> None:
    later = demo_actuals(date(2027, 2, 5)).set_index(KEYS)[NUMBERS]
    settled = actuals[actuals["period"] < pd.Timestamp(2026, 4, 1)].set_index(KEYS)[NUMBERS]
    both = settled.index.intersection(later.index)
    assert len(both) == len(settled)
    pd.testing.assert_frame_equal(settled.loc[both], later.loc[both])


def test_a_key_occurs_once(actuals: pd.DataFrame) -> None:
    assert not actuals.duplicated(KEYS).any()


def test_actuals_have_exactly_the_dimensions_and_columns_that_their_kpi_declares(
    catalogue: Catalogue, actuals: pd.DataFrame
) -> None:
    for code, rows in actuals.groupby("kpi"):
        kpi = catalogue.kpi(str(code))
        assert kpi.formula is None
        for name in ("region", "client"):
            assert rows[name].notna().all() if name in kpi.dimensions else rows[name].isna().all()
        ratio = kpi.aggregation is Aggregation.RATIO
        assert rows["value"].notna().all() != ratio
        assert (rows["denominator"] > 0).all() == ratio
        assert np.isfinite(rows["numerator"]).all() == ratio
        if ratio and kpi.unit is Unit.PERCENT and kpi.code != "budget-variance":
            assert (rows["numerator"] <= rows["denominator"]).all()


def test_the_demo_shows_every_kind_of_kpi(catalogue: Catalogue) -> None:
    kpis = catalogue.kpis
    assert 60 <= len(kpis) <= 80
    assert {kpi.unit for kpi in kpis} == set(Unit)
    assert {kpi.direction for kpi in kpis} == set(Direction)
    assert {kpi.aggregation for kpi in kpis} == set(Aggregation)
    assert {kpi.frequency for kpi in kpis} == set(Frequency)
    assert {kpi.level for kpi in kpis} == set(Level)
    assert {kpi.indicator for kpi in kpis} == set(Indicator)
    assert {kpi.pace for kpi in kpis} == set(Pace)
    assert {name for kpi in kpis for name in kpi.dimensions} == {"region", "client"}


def test_the_demo_shows_every_kind_of_target(catalogue: Catalogue) -> None:
    targets = [(kpi.frequency, target) for kpi in catalogue.kpis for target in kpi.targets]
    periods = [(own, t) for own, t in targets if isinstance(t, PeriodTarget)]
    assert {t.period.frequency for _, t in periods} == set(Frequency) - {Frequency.DAILY}
    assert {own for own, t in periods if t.period.frequency is own} >= {Frequency.WEEKLY, Frequency.MONTHLY}
    assert any(t.phasing for _, t in periods)
    trajectories = [t for _, t in targets if isinstance(t, Trajectory)]
    assert {t.change is None for t in trajectories} == {True, False}
    assert {round(t.change, 2) for t in trajectories if t.change} >= {-0.05, 0.15, 0.20}


def test_every_kpi_says_what_it_is_who_owns_it_and_where_it_comes_from(catalogue: Catalogue) -> None:
    assert all(kpi.definition and kpi.owner and kpi.source for kpi in catalogue.kpis)
    assert all(kra.purpose and kra.owner and kra.horizon and kra.review for kra in catalogue.kras)
    assert all(benchmark.source for kpi in catalogue.kpis for benchmark in kpi.benchmarks)


def test_leads_spike_before_diwali_every_year(actuals: pd.DataFrame) -> None:
    leads = actuals[actuals["kpi"] == "leads"].set_index("period")["value"]
    for diwali in ("2023-11-12", "2024-10-31", "2025-10-20"):
        day = pd.Timestamp(diwali)
        offer = leads[day : day + pd.Timedelta(days=4)].mean()
        before = leads[day - pd.Timedelta(days=42) : day - pd.Timedelta(days=21)].mean()
        assert offer > 1.4 * before


def test_the_west_centre_fails_in_august_and_has_recovered_by_october(actuals: pd.DataFrame) -> None:
    calls = actuals[(actuals["kpi"] == "service-level") & (actuals["region"] == "West")]
    months = calls.groupby(calls["period"].dt.strftime("%Y-%m"))[["numerator", "denominator"]].sum()
    level = 100 * months["numerator"] / months["denominator"]
    for year in (2023, 2024, 2025, 2026):
        assert level[f"{year}-08"] < 65
        assert level[f"{year}-07"] > 78
        assert level[f"{year}-10"] > 78


def test_people_have_grants_on_departments_that_exist(catalogue: Catalogue) -> None:
    codes = {department.code for department in catalogue.departments} | {None}
    users = demo_users()
    assert {role for user in users for role, _ in user.grants} == {
        "executive", "department_head", "analyst", "administrator", "auditor", "viewer"
    }  # fmt: skip
    assert {department for user in users for _, department in user.grants} == codes
    assert {department.head for department in catalogue.departments} <= {user.email for user in users}


def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("generate", DEMO / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    generate.write(COMMITTED, tmp_path)
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert written
    for path in written:
        assert (tmp_path / path).read_text("utf-8") == (DEMO / path).read_text("utf-8"), path
